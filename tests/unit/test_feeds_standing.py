"""A feed is made again when anything that it is made of, or its file, is not what it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pelican.plugins.web_feeds.files import FeedFiles
from pelican.plugins.web_feeds.nouns import Entry, Feed, Format, Issue, Person, Replies
from pelican.plugins.web_feeds.standing import Standing

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ENTRY = Entry(
    id="https://vencejo.example/a/",
    url="https://vencejo.example/a/",
    title="A",
    html="<p>words</p>",
    summary="",
    published=NOW,
    updated=NOW,
    authors=(Person(name="Marta"),),
    language="en",
)
PATHS = {Format.ATOM: "feeds/atom.xml"}
FEED = Feed(
    title="Vencejo",
    description="Bicycles",
    language="en",
    home="https://vencejo.example/",
    paths=PATHS,
    urls=PATHS,
    note="",
    back="",
    owner=Person(name="Vencejo"),
)


def issue_of(*entries: Entry, feed: Feed = FEED) -> Issue:
    return Issue(feed, lambda: entries)


def write(files: FeedFiles, issue: Issue) -> None:
    files.write(files.press(issue), lambda: issue.entries)


ISSUE = issue_of(ENTRY)
REPLIES = Replies(url="https://vencejo.example/a/#discussion", count=1, updated=NOW, feeds={})


@pytest.fixture
def standing(tmp_path: Path) -> Standing:
    return Standing(tmp_path / "cache", tmp_path / "output")


@pytest.fixture
def file(tmp_path: Path, standing: Standing) -> Path:
    file = tmp_path / "output.xml"
    file.write_bytes(b"a feed")
    standing.note(file, standing.essence(ISSUE, {}))
    standing.keep()
    return file


def test_what_a_former_build_left_stands(tmp_path: Path, file: Path):
    later = Standing(tmp_path / "cache", tmp_path / "output")
    assert later.holds(file, later.essence(ISSUE, {}))
    assert not Standing(tmp_path / "cache", tmp_path / "other").holds(file, "")


@pytest.mark.parametrize(
    "issue",
    [
        issue_of(ENTRY, feed=replace(FEED, title="Swift")),
        issue_of(ENTRY, ENTRY),
        issue_of(replace(ENTRY, html="<p>word</p>")),
        issue_of(replace(ENTRY, replies=REPLIES)),
        issue_of(ENTRY, feed=replace(FEED, hubs=("https://hub.example/",))),
    ],
    ids=["title", "entries", "words", "replies", "hubs"],
)
def test_another_feed_is_made(standing: Standing, file: Path, issue: Issue):
    assert not standing.holds(file, standing.essence(issue, {}))


def test_another_style_sheet_makes_another_feed(standing: Standing, file: Path):
    assert not standing.holds(file, standing.essence(ISSUE, {"text/css": "/style.css"}))


def test_a_file_that_somebody_replaced_or_removed_is_made_again(standing: Standing, file: Path):
    beside = file.with_name("beside")
    beside.write_bytes(b"a FEED")
    beside.replace(file)
    assert not standing.holds(file, standing.essence(ISSUE, {}))
    file.unlink()
    assert not standing.holds(file, standing.essence(ISSUE, {}))


def test_of_a_feed_that_says_what_it_is_made_of_no_entry_is_needed(standing: Standing, file: Path):
    def refuse() -> tuple[Entry, ...]:
        raise AssertionError("an entry was made")

    one, other = (Issue(FEED, refuse, made_of=lambda said=said: said) for said in ("1", "2"))
    standing.note(file, standing.essence(one, {}))
    assert standing.holds(file, standing.essence(one, {}))
    assert not standing.holds(file, standing.essence(other, {}))


def test_a_feed_whose_last_words_are_withdrawn_while_it_is_made_leaves_no_file(
    tmp_path: Path, standing: Standing
):
    files = FeedFiles(tmp_path, standing, {}, context={})
    write(files, Issue(FEED, lambda: (ENTRY,), made_of=lambda: "revision 1"))
    assert (tmp_path / PATHS[Format.ATOM]).is_file()
    write(files, Issue(FEED, tuple, made_of=lambda: "revision 2"))
    assert not (tmp_path / PATHS[Format.ATOM]).exists()


def test_a_feed_of_words_that_came_while_it_was_made_is_made_again(
    tmp_path: Path, standing: Standing
):
    """Else they would be shown again as soon as they are withdrawn and all is as it was before."""
    said = ["revision 1"]

    def make_while_somebody_speaks() -> tuple[Entry, ...]:
        said[0] = "revision 2"
        return (replace(ENTRY, html="<p>soon withdrawn</p>"),)

    files = FeedFiles(tmp_path, standing, {}, context={})
    write(files, Issue(FEED, make_while_somebody_speaks, made_of=lambda: said[0]))
    write(files, Issue(FEED, lambda: (ENTRY,), made_of=lambda: "revision 1"))
    assert b"soon withdrawn" not in (tmp_path / PATHS[Format.ATOM]).read_bytes()
