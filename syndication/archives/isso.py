"""The SQLite database of an Isso: ``threads`` and ``comments``. It is opened for reading only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from syndication.archives import wording
from syndication.archives.nouns import (
    SPACE,
    ArchiveError,
    Deleted,
    Entry,
    Page,
    Reading,
    Record,
)
from syndication.model import Message, Ref, Verdict

ACCEPTED, WAITING, DELETED = 1, 2, 4
"""Isso's modes of a comment."""

_COMMENTS = """
SELECT tid, id, parent, created, modified, mode, remote_addr, text, author, email, website
FROM comments ORDER BY id
"""


def read(path: Path, reading: Reading) -> Iterator[Record]:
    """Its threads and comments. Raises `ArchiveError`."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            database.execute("PRAGMA trusted_schema = OFF")
            for row in database.execute("SELECT id, uri, title FROM threads"):
                yield Page(key=str(row["id"]), urls=(row["uri"],), title=row["title"] or "")
            for row in database.execute(_COMMENTS):
                yield _comment(path, row, reading)
    except sqlite3.Error as error:
        raise ArchiveError(path, "", f"is no database of Isso ({error})") from None


def _comment(path: Path, row: sqlite3.Row, reading: Reading) -> Entry | Deleted:
    id_, page = _name(reading, row["id"]), str(row["tid"])
    parent = _name(reading, row["parent"]) if row["parent"] else None
    if row["mode"] == DELETED:
        return Deleted(id=id_, page=page, parent=parent)
    reading.counts["emails"] += bool(row["email"])
    reading.counts["addresses"] += bool(row["remote_addr"])
    return Entry(
        id=id_,
        page=page,
        written=_moment(path, row["id"], row["created"]),
        verdict=Verdict.APPROVE if row["mode"] == ACCEPTED else Verdict.HOLD,
        parent=parent,
        message=lambda: _message(path, id_, row, reading),
    )


def _message(path: Path, id_: str, row: sqlite3.Row, reading: Reading) -> Message:
    mail = (row["email"] or "").strip().lower()
    return Message(
        ref=Ref(space=SPACE, id=id_),
        kind="comment",
        author=reading.author(
            id_,
            row["author"] or "",
            known_by=f"mailto:{mail}" if mail else "",
            url=row["website"] or "",
        ),
        words=wording.from_markdown(row["text"] or ""),
        written=_moment(path, row["id"], row["created"]),
        edited=_moment(path, row["id"], row["modified"]) if row["modified"] else None,
    )


def _name(reading: Reading, number: object) -> str:
    return f"{reading.home}/#isso-{number}"


def _moment(path: Path, number: object, seconds: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(str(seconds)), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise ArchiveError(path, f"comment {number}", "has no date in seconds") from None
