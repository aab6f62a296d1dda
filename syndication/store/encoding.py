"""What goes into columns, and back.

All text from outside is hostile, and databases refuse some of it: PostgreSQL takes no NUL, neither
takes half a surrogate pair, and an index takes no key of any length. It is mended here, at the
door of the store, so that one odd message cannot keep a whole page from being stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from syndication.model import Card, Draft, Picture, Ref, Words

LONGEST_IDENTIFIER = 1000
"""Bytes (UTF-8) of an id that are kept as they are; PostgreSQL's indexes take about 2,700."""


def clean(text: str) -> str:
    """`text` without NUL, surrogate pairs joined, halves of them replaced by U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def cleaned(value: Any) -> Any:
    """A JSON value with all its texts, keys included, as `clean` makes them."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    return value


def identifier(name: str) -> str:
    """How an id is kept: as it is, or, where no index would take it, by its start and digest.

    Two ids stay two, and what is kept is kept as the same again.
    """
    kept = clean(name)
    if kept == name and len(name.encode()) <= LONGEST_IDENTIFIER:
        return name
    return f"{kept[:100]}…{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}"


def draft_to_json(draft: Draft) -> dict[str, Any]:
    """A draft as it is kept before it is sent."""
    return asdict(draft) | {"moment": draft.moment.isoformat() if draft.moment else None}


def draft_from_json(value: Mapping[str, Any]) -> Draft:
    """The draft that `draft_to_json` kept."""
    reply_to, card, moment = value["reply_to"], value.get("card"), value.get("moment")
    return Draft(
        **{
            **value,
            "pictures": pictures_from_json(value["pictures"]),
            "reply_to": Ref(**reply_to) if reply_to else None,
            "card": Card(**card) if card else None,
            "labels": tuple(value.get("labels", ())),
            "moment": datetime.fromisoformat(moment) if moment else None,
        }
    )


def pictures_to_json(pictures: Iterable[Picture]) -> list[dict[str, Any]]:
    """Pictures of a message."""
    return [asdict(picture) for picture in pictures]


def pictures_from_json(value: Iterable[Mapping[str, Any]]) -> tuple[Picture, ...]:
    """The pictures that `pictures_to_json` kept."""
    return tuple(Picture(**picture) for picture in value)


def words_to_columns(words: Words) -> dict[str, Any]:
    """A wording as the columns of its revision."""
    return {
        "digest": words.digest,
        "html": words.html,
        "text": words.text,
        "language": words.language,
        "warning": words.warning,
        "pictures": pictures_to_json(words.pictures),
        "emojis": dict(words.emojis),
    }


def words_of_row(row: Row[Any]) -> Words:
    """The wording that `words_to_columns` kept."""
    return Words(
        html=row.html,
        text=row.text,
        language=row.language,
        warning=row.warning,
        pictures=pictures_from_json(row.pictures),
        emojis=row.emojis,
    )
