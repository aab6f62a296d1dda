"""The command itself: what it loads, and how it fails."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from syndication.cli import COMMANDS, main

HEAVY = ("sqlalchemy", "flask", "mastodon", "pelican", "requests", "PIL", "alembic", "babel", "nh3")


def test_the_help_loads_nothing_that_a_command_needs() -> None:
    code = (
        "import sys\n"
        "from syndication.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_table_says(name: str) -> None:
    module, _, attribute = COMMANDS[name][0].partition(":")
    found = getattr(import_module(module), attribute)
    assert isinstance(found, click.Command)
    assert found.name == name
    assert found.help


def test_an_unknown_command_is_named() -> None:
    result = CliRunner().invoke(main, ["publsh"])
    assert result.exit_code == 2
    assert "publsh" in result.output


@pytest.mark.parametrize(
    ("library", "command", "extra"),
    [
        ("sqlalchemy", "status", "daemon"),
        ("schedule", "run", "daemon"),
        ("mastodon_mock", "demo", "demo"),
    ],
)
def test_a_missing_library_names_its_extra(
    library: str, command: str, extra: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(module: str) -> object:
        raise ModuleNotFoundError(f"No module named {library!r}", name=library)

    monkeypatch.setattr("syndication.cli.importlib.import_module", missing)
    result = CliRunner().invoke(main, [command])
    assert result.exit_code == 1
    assert f"pip install 'tertulia[{extra}]'" in result.output


def test_a_module_of_ours_that_is_missing_is_not_blamed_on_an_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(module: str) -> object:
        raise ModuleNotFoundError("No module named 'syndication.gone'", name="syndication.gone")

    monkeypatch.setattr("syndication.cli.importlib.import_module", missing)
    result = CliRunner().invoke(main, ["status"])
    assert isinstance(result.exception, ModuleNotFoundError)


def test_settings_that_are_wrong_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "tertulia.toml").write_text("[site\n")
    result = CliRunner().invoke(main, ["--settings", str(tmp_path / "tertulia.toml"), "status"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "tertulia.toml" in result.output
