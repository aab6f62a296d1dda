"""Whoever keeps what it worked out of an article is told in what state that is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.servers.pelican import pelican
from tests.site.test_fast_build_skip import foreign_site

LISTENER = """
import json
from blinker import signal
from pelican import signals
from pelican.contents import Article

contents = []

def note(generators):
    contents[:] = generators[0].articles

def tell(pelican, of, given):
    told = {"states": {article.slug: of(article) for article in contents}, "given": sorted(given)}
    open("states.json", "w").write(json.dumps(told))

def register():
    signals.all_generators_finalized.connect(note)
    signal("content_states").connect(tell)
"""
GIVING = """
def reading_time(article):
    return "a minute"

reading_time.foreseeable = True
Article.reading_time = property(reading_time)
"""


def told(site: Path, *arguments: str) -> dict[str, Any]:
    """What a build tells; nothing where it tells nothing."""
    file = site / "states.json"
    file.unlink(missing_ok=True)
    done = pelican(site, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return found


def test_an_article_is_in_another_state_when_it_says_something_else(tmp_path: Path):
    site = foreign_site(tmp_path, LISTENER, "{{ article.title }}")
    told(site)
    before = told(site)["states"]
    assert told(site)["states"] == before
    words, matter = site / "content/1.md", site / "content/2.md"
    words.write_text(words.read_text() + "\nMore words.\n")
    matter.write_text("Subtitle: New\n" + matter.read_text())
    after = told(site)["states"]
    assert all(before.values())
    assert {slug for slug in before if before[slug] != after[slug]} == {"article-1", "article-2"}


def test_no_state_is_told_where_programs_may_have_changed(tmp_path: Path):
    site = foreign_site(tmp_path, LISTENER, "{{ article.title }}")
    assert told(site) == {}  # no build before this one is known
    assert told(site)
    (site / "listener.py").write_text(LISTENER + "\n")
    assert told(site) == {}
    assert told(site)
    assert told(site, "--extra-settings", 'SITENAME="Another"') == {}


def test_no_state_is_told_where_nothing_is_skipped(tmp_path: Path):
    site = foreign_site(tmp_path, LISTENER, "{{ article.title }}", "FAST_BUILD_SKIP = False\n")
    told(site)
    assert told(site) == {}


def test_what_plugins_gave_all_articles_is_named_beside_the_states(tmp_path: Path):
    site = foreign_site(tmp_path, LISTENER + GIVING, "{{ article.title }}")
    told(site)
    assert told(site)["given"] == ["reading_time"]


def test_contents_of_one_name_have_no_state(tmp_path: Path):
    telling = LISTENER.replace("contents[:] = ", "from copy import copy; contents[:] = map(copy, ")
    telling = telling.replace("generators[0].articles", "generators[0].articles)")
    site = foreign_site(tmp_path, telling, "{{ article.title }}")
    told(site)
    assert set(told(site)["states"].values()) == {""}
