"""The docs do not lie: messages are quoted as they are said, links and examples work."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from syndication import starter
from syndication.catalogues import PACKAGED
from syndication.cli import main
from tests.docs import CLONE, calls, code, each_page, text_of
from tests.servers.pelican import minimal_site, pelican

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
    catalogue = text_of(PACKAGED / "es.po")
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


def command(words: list[str]) -> str:
    """A call without what is said in the page's own language: `--language`, and an answer."""
    return re.sub(r"(--language) \w+|(moderate answer \d+) .*", r"\1\2 …", " ".join(words))


@pytest.mark.parametrize("name", ["README", "docs/writing", "docs/moderating"])
def test_the_spanish_page_has_the_parts_and_commands_of_the_english_one(name: str):
    english, spanish = (CLONE / f"{name}.md", CLONE / f"{name}.es.md")
    shapes = [re.findall(r"^(#+) ", text_of(p), re.MULTILINE) for p in (english, spanish)]
    assert shapes[0] == shapes[1]
    rows = [len(re.findall(r"^\|", text_of(p), re.MULTILINE)) for p in (english, spanish)]
    assert rows[0] == rows[1]
    said = [sorted(command(w) for line in code(p) for w in calls(line)) for p in (english, spanish)]
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
