"""Our own archive, written: the same value is always the same bytes. See `lines` for reading it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from syndication.archives.lines import KIND
from syndication.archives.nouns import Deleted, Entry, Page, Record, Tombstone
from syndication.exchange import CONTEXT, VERSION
from syndication.model import Author, Picture


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
        return _lean(
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
        return _lean(
            {
                "type": "Tombstone",
                "id": record.id,
                "context": record.page,
                "inReplyTo": record.parent,
            }
        )
    return _note(record)


def _note(entry: Entry) -> dict[str, object]:
    message = entry.message()
    said = message.words
    content = {"contentMap": {said.language: said.html}} if said.language else {}
    return _lean(
        {
            "type": "Note",
            "id": entry.id,
            "url": message.ref.url,
            "context": entry.page,
            "inReplyTo": entry.parent,
            "attributedTo": _person(message.author),
            **(content or {"content": said.html}),
            "summary": said.warning,
            "attachment": [_picture(picture) for picture in said.pictures],
            "tag": _emojis(said.emojis),
            "published": entry.written.isoformat(),
            "updated": message.edited.isoformat() if message.edited else None,
            "tertulia:space": message.ref.space,
            "tertulia:network": entry.network,
            "tertulia:kind": message.kind,
            "tertulia:verdict": entry.verdict,
            "tertulia:visibility": message.visibility,
            "tertulia:seen": [
                _lean({"account": account, "local": local}) for account, local in entry.seen
            ],
        }
    )


def _person(author: Author) -> dict[str, object]:
    return _lean(
        {
            "type": "Person",
            "id": author.ref.id,
            "name": author.name,
            "url": author.ref.url,
            "preferredUsername": author.handle,
            "icon": {"type": "Image", "url": author.picture} if author.picture else None,
            "tag": _emojis(author.emojis),
        }
    )


def _picture(picture: Picture) -> dict[str, object]:
    return _lean(
        {
            "type": "Image",
            "url": picture.url,
            "name": picture.alt,
            "mediaType": picture.media_type,
            "width": picture.width,
            "height": picture.height,
        }
    )


def _emojis(emojis: Mapping[str, str]) -> list[dict[str, object]]:
    pairs = sorted(emojis.items())
    return [
        {"type": "Emoji", "name": f":{code}:", "icon": {"type": "Image", "url": url}}
        for code, url in pairs
    ]


def _lean(value: dict[str, object]) -> dict[str, object]:
    return {key: item for key, item in value.items() if item not in (None, "", [], {})}


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"
