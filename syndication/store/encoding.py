"""Nouns to JSON columns and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from syndication.model import Draft, Picture, Ref


def draft_to_json(draft: Draft) -> dict[str, Any]:
    """A draft as it is kept before it is sent."""
    return asdict(draft)


def draft_from_json(value: Mapping[str, Any]) -> Draft:
    """The draft that `draft_to_json` kept."""
    reply_to = value["reply_to"]
    return Draft(
        **{
            **value,
            "pictures": pictures_from_json(value["pictures"]),
            "reply_to": Ref(**reply_to) if reply_to else None,
        }
    )


def pictures_to_json(pictures: Iterable[Picture]) -> list[dict[str, Any]]:
    """Pictures of a message."""
    return [asdict(picture) for picture in pictures]


def pictures_from_json(value: Iterable[Mapping[str, Any]]) -> tuple[Picture, ...]:
    """The pictures that `pictures_to_json` kept."""
    return tuple(Picture(**picture) for picture in value)
