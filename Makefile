# Tertulia: everything a clone can do. `make` alone lists it.
# The virtual environment is made once and renewed only when pyproject.toml or hatch_build.py changed.

PYTHON ?= python3
ARGS ?=
PORT ?= 8000
WORKERS ?= 2
BIN := .venv/bin
SOURCES := pyproject.toml hatch_build.py
# Older pips warn of packages that newer ones build in the same way without a word.
PIP := PIP_USE_PEP517=1 $(BIN)/python -m pip --disable-pip-version-check --quiet
FAST := not slow and not browser and not practice and not postgresql and not bluesky

.DEFAULT_GOAL := help
.PHONY: help venv demo servers test test-fast check preview site benchmark clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

venv: .venv/.stamp ## Make or renew .venv with everything that tests need

demo: .venv/.stamp-demo ## A site, a practice network and the daemon on this machine; ARGS="--fresh" starts anew
	@$(BIN)/tertulia demo $(ARGS)

servers: .venv/.stamp ## Install the real servers and validators that tests and demo use, into .servers/
	@$(BIN)/python -m tests.servers.install

test: .venv/.stamp ## Run all tests; ARGS="-k word" narrows them
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

test-fast: .venv/.stamp ## The tests that need no server and no browser: under a minute
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "$(FAST)" $(ARGS)

check: .venv/.stamp ## Lint, formatting and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# A loopback SITEURL writes no outbox, so that what is previewed can never be syndicated.
preview: .venv/.stamp-demo ## Serve the site with live reload on PORT (8000)
	@echo "The site is at http://127.0.0.1:$(PORT)/ - Ctrl-C ends it."
	@$(BIN)/pelican --autoreload --listen --bind 127.0.0.1 --port $(PORT) --output var/preview \
		--extra-settings SITEURL='"http://127.0.0.1:$(PORT)"'

site: .venv/.stamp-demo ## Build the site for its public address into output/
	@$(BIN)/pelican --fatal errors $(ARGS)

benchmark: .venv/.stamp ## Measure what README and docs claim
	@$(BIN)/python -m benchmarks $(ARGS)

clean: ## Remove what builds made (output/, var/preview, caches); keeps var/, discussion/ and .venv
	rm -rf output output.lock var/preview var/preview.lock dist build .hypothesis
	rm -rf .pytest_cache .mypy_cache .ruff_cache
	find syndication plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "Tertulia needs Python 3.11 or newer, and there is no '$(PYTHON)' here. Install it," \
			"or name yours: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Tertulia needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V)." \
			"Name a newer one: make PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Making the virtual environment .venv with $$($(PYTHON) -V)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }

# Everything that tests need includes what the demonstration needs, hence both stamps.
.venv/.stamp: $(SOURCES) | .venv/bin/python
	@echo "Installing Tertulia and what its tests need (the first time takes a few minutes)"
	@$(PIP) install --editable '.[test]'
	@touch .venv/.stamp-demo $@

.venv/.stamp-demo: $(SOURCES) | .venv/bin/python
	@echo "Installing Tertulia and the practice network (the first time takes a minute or two)"
	@$(PIP) install --editable '.[demo]'
	@touch $@
