"""Documents that a process which stays has read before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pelican.plugins.discussion_pages.documents import Documents

from syndication.exchange import (
    MESSAGES_PER_PAGE,
    Discussion,
    Speaker,
    Utterance,
    discussion_files,
    document_path,
    replace_file,
)

PAGE = "/brakes/"
FULL = MESSAGES_PER_PAGE


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    return Documents(tmp_path / "discussion", tmp_path / "cache")


def say(documents: Documents, count: int, last: str = "<p>words</p>") -> None:
    messages = [
        Utterance(
            id=f"m{number}",
            url="",
            author=Speaker(name="Ana"),
            html=last if number == count - 1 else "<p>words</p>",
            published=datetime(2026, 11, 20, 9, tzinfo=UTC),
            network="mastodon",
        )
        for number in range(count)
    ]
    files = discussion_files(Discussion(page=PAGE, messages=tuple(messages)))
    for name, data in sorted(files.items(), reverse=True):
        replace_file(documents.folder / name, data)


def test_a_discussion_that_grows_beyond_its_file_is_read_as_a_whole(documents: Documents) -> None:
    counts = []
    for count in (FULL, FULL + 1, FULL + 2, 3):
        say(documents, count)
        facts = documents.facts(PAGE)
        counts.append(facts and facts.count)
    assert counts == [FULL, FULL + 1, FULL + 2, 3]


def test_words_that_change_in_a_further_file_alone_are_seen(documents: Documents) -> None:
    said = []
    for last in ("<p>first</p>", "<p>later</p>"):
        say(documents, FULL + 1, last)
        discussion = documents.discussion(PAGE)
        said.append(discussion and discussion.messages[-1].html)
    assert said == ["<p>first</p>", "<p>later</p>"]


def test_a_file_that_was_missing_is_looked_for_again(documents: Documents) -> None:
    say(documents, FULL + 1)
    further = next(documents.folder.rglob("*2*.json"))
    kept = further.read_bytes()
    further.unlink()
    assert documents.facts(PAGE) is None
    further.write_bytes(kept)
    facts = documents.facts(PAGE)
    assert facts is not None
    assert facts.count == FULL + 1


def test_a_document_that_cannot_be_read_is_told_again_when_it_is_tried_again(
    documents: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    replace_file(documents.folder / document_path(PAGE), b"{")
    for told in (1, 2):
        documents.forget_unreadable()
        assert [documents.facts(PAGE), documents.facts(PAGE)] == [None, None]
        assert len(caplog.messages) == told
    say(documents, 1)
    assert documents.facts(PAGE).count == 1
    documents.forget_unreadable()
    assert documents.discussion(PAGE) is documents.discussion(PAGE)
