"""Feeds and search are the same whichever process has made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.site.test_fast_build_errands import PAGES
from tests.site.test_fast_build_same import FAST, build, one_order, tree
from tests.site.test_web_feeds_words import Conversation, said

__all__ = ["one_order"]

PLUGINS = [f"pelican.plugins.{name}" for name in ("language_indexes", "discussion_pages")]
FEEDS, SEARCH = "pelican.plugins.web_feeds", "pelican.plugins.site_search"
# heard.txt: what was announced; made.txt: of how many feeds and indexes this process made bytes.
HEARING = """
import atexit, os
from feedgen.feed import FeedGenerator
from pelican.plugins import signals
from pelican.plugins.site_search import index

FAST_BUILD_PROCESSES = 2
CACHE_PATH = "cache"
heard, made = [], []

def counted(work):
    def counting(*arguments, **named):
        made.append(work)
        return work(*arguments, **named)
    return counting

FeedGenerator.atom_str = counted(FeedGenerator.atom_str)
index.make_index = counted(index.make_index)

def hear(path, context, feed):
    where = os.path.relpath(path, context["OUTPUT_PATH"])
    heard.append(f"{where} {feed.feed} {feed.items}")

def end():
    with open("heard.txt", "w") as file:
        file.write("\\n".join(heard))
    with open("made.txt", "w") as file:
        file.write(str(len(made)))

signals.feed_written.connect(hear)
atexit.register(end)  # of this process alone
LISTENING = (hear,)
"""
SPOILING = """
def spoil(path, context):
    if path.endswith("article-9/index.html"):
        with open(os.path.join(context["OUTPUT_PATH"], "feeds", "atom.xml"), "w") as file:
            file.write("spoiled")

if os.path.exists("spoil.txt"):
    signals.content_written.connect(spoil)
    LISTENING += (spoil,)
"""


@pytest.fixture
def talk(tmp_path: Path) -> Conversation:
    talk = Conversation(tmp_path)
    for number in range(3, PAGES):
        text = f"Title: Article {number}\nDate: 2026-10-01\nSlug: article-{number}\n\nWords.\n"
        (tmp_path / "content" / f"{number}.md").write_text(text)
    with (tmp_path / "pelicanconf.py").open("a") as conf:
        conf.write(HEARING + SPOILING)
    return talk


def builds(site: Path, *plugins: str) -> list[tuple[list[str], dict[str, bytes], str, int]]:
    """What was said, written and announced without fast_build and with it, and what was made in
    the build's own process."""
    found = []
    for output, fast in (("bare", ()), ("fast", (FAST,))):
        lines = build(site, output, *PLUGINS, *plugins, *fast)
        heard, made = ((site / f"{name}.txt").read_text() for name in ("heard", "made"))
        found.append((lines, tree(site / output), heard, int(made)))
    return found


def test_feeds_are_made_elsewhere_and_announced_as_ever(talk: Conversation):
    first = talk.folder / "content" / "1.md"
    changes = {
        "first words": lambda: talk.discuss(said("first")),
        "nothing": lambda: None,
        "an answer": lambda: talk.discuss(said("first"), said("answer", "first", 5)),
        "an article": lambda: first.write_text(first.read_text() + "\nMore.\n"),
        "all is withdrawn": talk.discuss,
    }
    for change in changes.values():
        change()
        bare, fast = builds(talk.folder, FEEDS)
        assert fast[:3] == bare[:3]
        assert fast[3] == 0
    assert "article-1/comments.json" not in fast[1]


def test_a_feed_that_is_overwritten_while_pages_are_written_is_written_again(talk: Conversation):
    talk.discuss(said("first"))
    builds(talk.folder, FEEDS)
    (talk.folder / "spoil.txt").touch()
    bare, fast = builds(talk.folder, FEEDS)
    assert fast[1] == bare[1]
    assert b"spoiled" not in fast[1]["feeds/atom.xml"]


def test_a_document_that_cannot_be_read_is_told_once(talk: Conversation):
    talk.discuss(said("first"))
    for document in (talk.folder / "discussion").rglob("*.json"):
        if document.name != "site.json":
            document.write_text("{")
    bare, fast = builds(talk.folder, FEEDS)
    assert fast[:3] == bare[:3]


def test_an_index_is_made_elsewhere(talk: Conversation):
    pytest.importorskip("pagefind_bin")
    lines = build(talk.folder, "fast", *PLUGINS, FEEDS, SEARCH, FAST)
    assert (talk.folder / "made.txt").read_text() == "0"
    assert "pagefind/pagefind-entry.json" in tree(talk.folder / "fast")
    bare, fast = builds(talk.folder, FEEDS, SEARCH)
    assert fast[1] == bare[1]
    assert fast[0] == bare[0]
    assert not [line for line in lines if "search" in line]
