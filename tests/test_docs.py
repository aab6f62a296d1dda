"""The docs do not lie: commands and settings that they name exist, and what exists is named.

`python -m tests.test_docs` writes the tables of docs/settings.md anew.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from functools import cache
from pathlib import Path

import click
import pytest

from syndication.cli import main
from syndication.settings import REQUIRED, SECTIONS, AccountSettings, default_of, load, written
from tests.docs import CLONE, PAGES, calls, code, each_page, text_of

SETTINGS = CLONE / "docs" / "settings.md"
TABLES = re.compile(r"(?<=<!-- tables -->\n).*?(?=<!-- /tables -->)", re.DOTALL)


# --- commands --------------------------------------------------------------------------------


@cache
def commands() -> dict[tuple[str, ...], click.Command]:
    """Every command by its words: () is `tertulia` itself."""
    found: dict[tuple[str, ...], click.Command] = {(): main}
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        words = waiting.pop()
        group = found[words]
        if isinstance(group, click.Group):
            context = click.Context(group)
            for name in group.list_commands(context):
                command = group.get_command(context, name)
                assert command is not None
                found[*words, name] = command
                waiting.append((*words, name))
    return found


def options(command: click.Command) -> set[str]:
    names = {name for parameter in command.params for name in parameter.opts}
    return names | {"--help", "-h"}


def wrong_with(words: list[str]) -> str:
    """What `tertulia WORDS` names that does not exist, or ""."""
    path: tuple[str, ...] = ()
    for word in words:
        if word.startswith("--"):
            if word.partition("=")[0] not in options(commands()[path]):
                return f"tertulia {' '.join(path)} has no option {word}"
        elif (*path, word) in commands():
            path = (*path, word)
        elif not path and re.fullmatch("[a-z]+", word):
            return f"there is no command {word}"
    return ""


@each_page
def test_commands_and_options_that_are_named_exist(page: Path):
    assert [
        wrong for line in code(page) for words in calls(line) if (wrong := wrong_with(words))
    ] == []


@pytest.mark.parametrize("words", ["publsh", "publish --relase", "watch list --all", "desk --role"])
def test_a_command_that_does_not_exist_is_noticed(words: str):
    assert wrong_with(words.split())


def test_every_command_is_named_somewhere():
    said = {
        tuple(words[: n + 1])
        for p in PAGES
        for line in code(p)
        for words in calls(line)
        for n in range(len(words))
    }
    wanted = {
        words
        for words, command in commands().items()
        if words and not isinstance(command, click.Group)
    }
    assert sorted(wanted - said) == []


def test_make_targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z-]+):", text_of(CLONE / "Makefile"), re.MULTILINE))
    said = {
        name for p in PAGES for line in code(p) for name in re.findall(r"^make ([a-z-]+)", line)
    }
    assert {"demo", "test", "preview"} <= said <= targets


def test_extras_that_are_named_exist():
    project = tomllib.loads(text_of(CLONE / "pyproject.toml"))["project"]
    known = set(project["optional-dependencies"])
    said = {
        extra
        for p in PAGES
        for listed in re.findall(r"tertulia\[([a-z,]+)\]", text_of(p))
        for extra in listed.split(",")
    }
    assert {"daemon", "postgresql"} <= said <= known


def test_every_library_has_its_line():
    project = tomllib.loads(text_of(CLONE / "pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["daemon"], *extras["postgresql"]]
    page = text_of(CLONE / "docs" / "decisions" / "libraries.md").lower()
    names = [re.split(r"[\[<>=]", item)[0].lower() for item in wanted]
    assert [name for name in names if name not in page] == []


# --- settings --------------------------------------------------------------------------------


def settings_tables() -> str:
    """The tables of docs/settings.md, from the declared table."""
    lines: list[str] = []
    for name, section in {**SECTIONS, "accounts.NAME": AccountSettings}.items():
        lines += [f"## [{name}]", section.__doc__ or "", ""]
        lines += ["| Key | Default | What it means |", "| --- | --- | --- |"]
        for item in dataclasses.fields(section):
            default = default_of(item)
            shown = "needed" if default == REQUIRED else f"`{written(default)}`"
            lines.append(f"| `{item.name}` | {shown} | {item.metadata['help']} |")
        lines.append("")
    return "\n".join(lines)


def test_the_manual_page_of_the_settings_is_the_declared_table():
    found = TABLES.search(text_of(SETTINGS))
    assert found
    assert found[0] == settings_tables(), "write it anew: python -m tests.test_docs"


@each_page
def test_settings_that_are_named_exist(page: Path):
    sections = {**SECTIONS, "accounts.NAME": AccountSettings}
    named = re.findall(r"`\[(\w+(?:\.NAME)?)\] (\w+)", text_of(page))
    known = {(n, item.name) for n, cls in sections.items() for item in dataclasses.fields(cls)}
    assert sorted(set(named) - known) == []


@each_page
def test_settings_that_are_shown_can_be_read(page: Path, tmp_path: Path):
    smallest = '[site]\nurl = "https://nandu.example"\nname = "Casa Ñandú"\n'
    for shown in re.findall(r"^```toml\n(.*?)^```", text_of(page), re.DOTALL | re.MULTILINE):
        file = tmp_path / "tertulia.toml"
        file.write_text(shown if "[site]" in shown else smallest + shown, encoding="utf-8")
        load(file)


def test_environment_variables_that_are_named_are_asked_for():
    source = "".join(text_of(p) for p in (CLONE / "syndication").rglob("*.py"))
    said = {name for p in PAGES for name in re.findall(r"\bTERTULIA_[A-Z_]+", text_of(p))}
    assert {"TERTULIA_SETTINGS", "TERTULIA_STAFF"} <= said
    assert [name for name in sorted(said) if name not in source] == []


if __name__ == "__main__":
    SETTINGS.write_text(
        TABLES.sub(lambda _: settings_tables(), text_of(SETTINGS)), encoding="utf-8"
    )
