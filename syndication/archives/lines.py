"""Our own archive: JSON Lines, one ActivityStreams object a line. docs/import.md describes it.

The first line says what the file is; pages, notes and tombstones follow in any order. It is written
by `writing`, by other systems, or by hand: a note needs ``id``, ``context``, ``published`` and
``content``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from syndication.archives import facts, history, wording
from syndication.archives.files import unpacked
from syndication.archives.history import History
from syndication.archives.nouns import (
    SPACE,
    ArchiveError,
    Deleted,
    Entry,
    Page,
    Reading,
    Record,
    Tombstone,
)
from syndication.exchange import DocumentError
from syndication.exchange.node import Node, open_document, parse_json
from syndication.model import PUBLIC, WITHHELD, Author, Message, Ref, Verdict, Words
from syndication.rules import markup

KIND = "tertulia:Archive"
KINDS = ("comment", "reply", "quote", "mention")
WORDINGS: dict[str, Callable[[str], Words]] = {
    "text/html": wording.from_html,
    "text/plain": wording.from_text,
    "text/markdown": wording.from_markdown,
}
LONGEST_LINE = 4_000_000
"""Bytes; the longest message of any network is a fortieth of it."""


def read(path: Path, reading: Reading) -> Iterator[Record]:
    """Its lines. Raises `ArchiveError` naming line and field."""
    with unpacked(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), 1):
            place = f"line {number}"
            if len(line) > LONGEST_LINE:
                raise ArchiveError(path, place, "is longer than any record")
            try:
                if number == 1:
                    open_document(line, place, KIND)
                elif line.strip():
                    yield _record(Node(place, parse_json(line, place)), reading)
            except DocumentError as error:
                raise ArchiveError(path, "", str(error)) from None


def _record(node: Node, reading: Reading) -> Record:
    kind = node.get("type").one_of("Article", "Page", "Note", "Tombstone", *facts.KINDS)
    if kind == "Note":
        return _entry(node, reading)
    if kind in facts.KINDS:
        return facts.read(node, kind)
    if kind != "Tombstone":
        aliases = tuple(alias.name() for alias in node.get("tertulia:aliases").items())
        id_, published = node.get("id").name(), node.get("published")
        return Page(
            key=id_,
            urls=(id_, *aliases),
            title=node.get("name").text(""),
            published=None if published.value is None else published.moment(),
        )
    if node.get("tertulia:digest").value is not None:
        return Tombstone(digest=node.get("tertulia:digest").name())
    return Deleted(
        id=node.get("id").name(),
        page=node.get("context").name(),
        parent=node.get("inReplyTo").text("") or None,
    )


def _entry(node: Node, reading: Reading) -> Entry:
    written = node.get("published").moment()
    node.worded("content")
    return Entry(
        id=node.get("id").name(),
        page=node.get("context").name(),
        written=written,
        verdict=Verdict(node.get("tertulia:verdict").one_of(*Verdict, default=Verdict.HOLD)),
        parent=node.get("inReplyTo").text("") or None,
        network=node.get("tertulia:network").text(SPACE),
        seen=tuple(
            (one.get("account").name(), one.get("local").text("") or None)
            for one in node.get("tertulia:seen").items()
        ),
        message=lambda: _message(node, written, reading),
        history=_history(node),
    )


def _history(node: Node) -> Callable[[], History] | None:
    known = node.get("tertulia:versions").value is not None
    return (lambda: history.read(node)) if known else None


def _message(node: Node, written: datetime, reading: Reading) -> Message:
    space = node.get("tertulia:space").text(SPACE)
    id_ = node.get("id").name()
    updated = node.get("updated")
    return Message(
        ref=Ref(space=space, id=id_, url=_address(node.get("url"))),
        kind=node.get("tertulia:kind").one_of(*KINDS, default="comment"),
        author=_author(node.get("attributedTo"), space, id_, reading),
        words=_words(node),
        written=written,
        edited=None if updated.value is None else updated.moment(),
        visibility=node.get("tertulia:visibility").one_of(*PUBLIC, WITHHELD, default="public"),
    )


def _words(node: Node) -> Words:
    language, source = node.worded("content")
    read_words = WORDINGS[node.get("mediaType").one_of(*WORDINGS, default="text/html")]
    return history.read_words(node, read_words(source), language)


def _author(node: Node, space: str, entry: str, reading: Reading) -> Author:
    if node.value is None:
        return reading.author(entry, "")
    id_ = node.get("id").text("")
    name, url = node.get("name").text(""), node.get("url").text("")
    if not id_ or id_.startswith("mailto:"):
        reading.counts["emails"] += bool(id_)
        return reading.author(entry, name, known_by=id_.lower(), url=url)
    icon = node.get("icon")
    return Author(
        ref=Ref(space=space, id=id_, url=markup.address(url)),
        name=markup.escape_plain(name),
        handle=markup.escape_plain(node.get("preferredUsername").text(""), 300),
        picture=None if icon.value is None else icon.get("url").url(),
        emojis=history.read_emojis(node),
    )


def _address(node: Node) -> str | None:
    return markup.address(node.text(""))
