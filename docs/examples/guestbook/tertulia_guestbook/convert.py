"""Entries as messages. Pure: whatever a guestbook sends, nothing harmful comes out of it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from syndication.model import Author, Message, Reaction, Ref, Words
from syndication.rules import markup
from syndication.rules.people import opted_out
from syndication.rules.text import one_line

from . import SPACE

Entry = Mapping[str, Any]


def ref(server: str, id_: object) -> Ref:
    """How an entry is named: by its address."""
    url = f"{server}/entries/{id_}"
    return Ref(space=SPACE, id=url, url=url, local=str(id_))


def message(entry: Entry, server: str) -> Message:
    """An entry by somebody. Raises `KeyError`, `TypeError` or `ValueError` for what is none."""
    reduced = markup.read(_paragraphs(str(entry["text"])))
    parent = entry.get("answers")
    by = author(entry["by"], server)
    return Message(
        ref=ref(server, entry["id"]),
        kind="reply" if parent else "mention",
        author=by,
        words=Words(html=reduced.html, text=reduced.text),
        written=moment(entry["written"]),
        edited=moment(entry["edited"]) if entry.get("edited") else None,
        visibility="private" if entry.get("private") else "public",
        reply_to=ref(server, parent) if parent else None,
        links=reduced.links,
        opted_out=opted_out(by),
    )


def author(visitor: Entry, server: str) -> Author:
    """Who wrote it. The number stays when the name changes, so the number is the name."""
    url = f"{server}/visitors/{visitor['id']}"
    name = one_line(str(visitor["name"]))
    return Author(
        ref=Ref(space=SPACE, id=url, url=url, local=str(visitor["id"])),
        name=one_line(str(visitor.get("title") or "")) or name,
        handle=name,
        note=str(visitor.get("note") or "")[:2000],
    )


def stars(entry: Entry, server: str) -> tuple[Reaction, ...]:
    """How many people liked an entry of ours."""
    count = entry.get("stars")
    if not isinstance(count, int) or count < 1:
        return ()
    return (Reaction(on=ref(server, entry["id"]), kind="like", count=count),)


def moment(written: object) -> datetime:
    """A date as the guestbook writes it, in UTC. Raises `ValueError`."""
    found = datetime.fromisoformat(str(written))
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _paragraphs(text: str) -> str:
    """Plain words as HTML: escaped, empty lines as paragraphs."""
    blocks = [html.escape(block).replace("\n", "<br>") for block in text.split("\n\n")]
    return "".join(f"<p>{block}</p>" for block in blocks if block.strip())
