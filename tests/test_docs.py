"""The docs do not lie: what they name exists, and what exists is named.

`python -m tests.test_docs` writes the tables of docs/settings.md anew.
"""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from PIL import Image

from syndication import starter
from syndication.cli import main
from syndication.desk.texts import CATALOGUES
from syndication.settings import REQUIRED, SECTIONS, AccountSettings, default_of, load, written
from tests.servers.pelican import minimal_site, pelican

CLONE = Path(__file__).parents[1]
PAGES = [
    *sorted(CLONE.glob("README*.md")),
    CLONE / "CHANGELOG.md",
    *sorted((CLONE / "docs").rglob("*.md")),
]
SETTINGS = CLONE / "docs" / "settings.md"
TABLES = re.compile(r"(?<=<!-- tables -->\n).*?(?=<!-- /tables -->)", re.DOTALL)
CODE = re.compile(r"^```.*?\n(.*?)^```|(?<!`)`([^`\n]+)`(?!`)", re.DOTALL | re.MULTILINE)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(CLONE)))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code(page: Path) -> Iterator[str]:
    """Every line of code on a page, in blocks and within sentences."""
    for block, inline in CODE.findall(text_of(page)):
        yield from (block or inline).splitlines()


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


def calls(line: str) -> Iterator[list[str]]:
    """The words after each `tertulia` of a line of code, up to a comment."""
    for said in re.findall(r"(?:^|[\s/(])tertulia((?: +[^\s#&|,;][^\s&|;]*)+)", line):
        yield [word.strip("'\"()") for word in said.split()]


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


# --- what is said on screen ------------------------------------------------------------------


@cache
def literals() -> str:
    """Every text in the sources, one a line, with … for what is filled in."""
    found = []
    for folder in ("syndication", "plugins"):
        for path in (CLONE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(text_of(path))):
                parts = node.values if isinstance(node, ast.JoinedStr) else [node]
                texts = [str(p.value) if isinstance(p, ast.Constant) else "…" for p in parts]
                if isinstance(node, ast.JoinedStr | ast.Constant):
                    found.append(" ".join("".join(texts).split()))
    return re.sub(r"%(\(\w+\))?[sd]", "…", "\n".join(found))


def said_somewhere(message: str) -> bool:
    pieces = [re.escape(piece) for piece in message.split("…") if piece.strip(" .:")]
    return bool(pieces) and re.search("[^\n]*".join(pieces), literals()) is not None


def troubles() -> list[str]:
    """The messages that docs/operating.md explains."""
    part = text_of(CLONE / "docs" / "operating.md").partition("\n## Trouble\n")[2]
    return re.findall(r"^\| `([^`]+)`[^|]* \|", part, re.MULTILINE)


@pytest.mark.parametrize("message", troubles())
def test_every_message_that_is_explained_can_be_said(message: str):
    assert said_somewhere(message)


def test_a_message_that_nobody_says_is_noticed():
    assert len(troubles()) > 30
    assert not said_somewhere("the moon is … out of order")


@pytest.mark.parametrize(
    ("page", "language"), [("moderating.md", "en"), ("moderating.es.md", "es")]
)
def test_bold_words_are_on_the_desk(page: str, language: str):
    bold = re.findall(r"\*\*(.+?)\*\*", text_of(CLONE / "docs" / page), re.DOTALL)
    catalogue = text_of(CATALOGUES / "es" / "LC_MESSAGES" / "desk.po")
    entry = "msgid" if language == "en" else "msgstr"
    chunks = re.findall(rf'^{entry}(?:\[\d\])? ((?:"[^\n]*"\n?)+)', catalogue, re.MULTILINE)
    known = {"".join(re.findall(r'"(.*)"', chunk)) for chunk in chunks}
    assert len(bold) > 30
    # "Bold" itself, where the page says what bold words are.
    assert [b for b in bold[1:] if " ".join(b.split()) not in known] == []


def test_every_key_of_the_status_is_explained(tmp_path: Path):
    starter.create(tmp_path / "site", name="Ñandú", url="https://nandu.example", language="es")
    settings = str(tmp_path / "site" / "tertulia.toml")
    result = CliRunner().invoke(main, ["--settings", settings, "status", "--json"])
    part = text_of(CLONE / "docs" / "operating.md").partition("| Key | What it says")[2]
    explained = re.findall(r"^\| `(\w+)` \|", part.partition("\n\n")[0], re.MULTILINE)
    assert list(json.loads(result.output)) == explained


# --- pages -----------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as web views of a repository make them."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page
def test_links_between_pages_lead_somewhere(page: Path):
    wrong = []
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text_of(page)):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    assert wrong == []


@pytest.mark.parametrize("name", ["README.md", "README.es.md"])
def test_the_first_screen_says_how_to_begin(name: str):
    first = text_of(CLONE / name).splitlines()[:30]
    assert any(line.startswith("make demo") for line in first)
    assert any(line.startswith("make test") for line in first)


@pytest.mark.parametrize("name", ["README", "docs/writing", "docs/moderating"])
def test_the_spanish_page_has_the_parts_and_commands_of_the_english_one(name: str):
    english, spanish = (CLONE / f"{name}.md", CLONE / f"{name}.es.md")
    shapes = [re.findall(r"^(#+) ", text_of(p), re.MULTILINE) for p in (english, spanish)]
    assert shapes[0] == shapes[1]
    rows = [len(re.findall(r"^\|", text_of(p), re.MULTILINE)) for p in (english, spanish)]
    assert rows[0] == rows[1]
    said = [
        sorted(" ".join(w) for line in code(p) for w in calls(line)) for p in (english, spanish)
    ]
    assert said[0] == said[1]


@pytest.mark.parametrize(("name", "slug"), [("writing.md", "lights"), ("writing.es.md", "luces")])
def test_the_article_that_is_shown_can_be_published(name: str, slug: str, tmp_path: Path):
    article = re.search(r"^```markdown\n(.*?)^```", text_of(CLONE / "docs" / name), re.S | re.M)
    assert article
    site = minimal_site(tmp_path / "site", 'PLUGINS = ["syndication_outbox"]')
    (site / "content" / "lights.md").write_text(article[1], encoding="utf-8")
    (site / "content" / "images").mkdir()
    Image.new("RGB", (60, 40)).save(site / "content" / "images" / "lamp.jpg")
    built = pelican(site, "--fatal", "warnings", "-e", f'PLUGIN_PATHS=["{CLONE / "plugins"}"]')
    assert built.returncode == 0, built.stdout + built.stderr
    outbox = json.loads((site / "output" / "outbox.json").read_text(encoding="utf-8"))
    item = next(one for one in outbox["orderedItems"] if slug in one["url"])
    assert item["tertulia:comments"] == "2027-03-31"
    assert item["tertulia:networks"] == ["mastodon"]
    assert "\n" in item["tertulia:texts"]["mastodon"]
    assert item["tertulia:aliases"]
    assert item["attachment"][0]["name"]


if __name__ == "__main__":
    SETTINGS.write_text(
        TABLES.sub(lambda _: settings_tables(), text_of(SETTINGS)), encoding="utf-8"
    )
