"""Our own archive, written: the same value is always the same bytes. See `lines` for reading it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from syndication.archives import facts, history
from syndication.archives.lines import KIND
from syndication.archives.nouns import Deleted, Entry, Page, Record, Tombstone
from syndication.exchange import CONTEXT, VERSION
from syndication.model import Author


def json_lines(records: Iterable[Record], *, site: str, made: datetime) -> Iterator[bytes]:
    """An archive of `site`, line by line."""
    yield _line(
        {
            "@context": CONTEXT,
            "type": KIND,
            "tertulia:version": VERSION,
            "tertulia:site": site,
            "published": made.isoformat(),
        }
    )
    for record in records:
        yield _line(_json(record))


def _json(record: Record) -> dict[str, object]:
    if isinstance(record, Page):
        address, *former = record.urls
        return history.lean(
            {
                "type": "Page",
                "id": address,
                "name": record.title,
                "published": record.published.isoformat() if record.published else None,
                "tertulia:aliases": former,
            }
        )
    if isinstance(record, Tombstone):
        return {"type": "Tombstone", "tertulia:digest": record.digest}
    if isinstance(record, Deleted):
        return history.lean(
            {
                "type": "Tombstone",
                "id": record.id,
                "context": record.page,
                "inReplyTo": record.parent,
            }
        )
    return _note(record) if isinstance(record, Entry) else facts.as_json(record)


def _note(entry: Entry) -> dict[str, object]:
    message = entry.message()
    known = history.fields(entry.history()) if entry.history else {}
    return history.lean(
        {
            "type": "Note",
            "id": entry.id,
            "url": message.ref.url,
            "context": entry.page,
            "inReplyTo": entry.parent,
            "attributedTo": _person(message.author),
            **history.content(message.words),
            "published": entry.written.isoformat(),
            "updated": message.edited.isoformat() if message.edited else None,
            "tertulia:space": message.ref.space,
            "tertulia:network": entry.network,
            "tertulia:kind": message.kind,
            "tertulia:verdict": entry.verdict,
            "tertulia:visibility": message.visibility,
            "tertulia:seen": [
                history.lean({"account": account, "local": local}) for account, local in entry.seen
            ],
            **known,
        }
    )


def _person(author: Author) -> dict[str, object]:
    return history.lean(
        {
            "type": "Person",
            "id": author.ref.id,
            "name": author.name,
            "url": author.ref.url,
            "preferredUsername": author.handle,
            "icon": {"type": "Image", "url": author.picture} if author.picture else None,
            "tag": history.emojis(author.emojis),
        }
    )


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"
