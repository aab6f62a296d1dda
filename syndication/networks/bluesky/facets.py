"""Links, hashtags and mentions of a text, at offsets in bytes of its UTF-8 as the network wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import regex

from syndication.rules.text import atoms, graphemes

from . import names

LONGEST_TAG = 64  # graphemes
LARGEST_TAG = 640  # bytes

_NUMBER = regex.compile(r"[#＃][\d_·]+\Z")


def facets(text: str, resolve: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """The facets of `text`, in their order.

    ``resolve(handle)`` gives a DID, or None: then the mention stays what it is, plain text.
    """
    from atproto_client.models.utils import get_model_as_dict
    from atproto_client.utils import TextBuilder

    built = TextBuilder()
    for atom in atoms(text):
        if atom.kind == "url":
            built.link(atom.text, atom.text)
        elif atom.kind == "hashtag" and _is_tag(atom.text):
            built.tag(atom.text, atom.text[1:])
        elif atom.kind == "mention" and (did := _mentioned(atom.text, resolve)):
            built.mention(atom.text, did)
        else:
            built.text(atom.text)
    return [get_model_as_dict(facet) for facet in built.build_facets()]


def _is_tag(text: str) -> bool:
    tag = text[1:]
    short = len(tag.encode()) <= LARGEST_TAG and len(graphemes(tag)) <= LONGEST_TAG
    return short and not _NUMBER.match(text)


def _mentioned(text: str, resolve: Callable[[str], str | None]) -> str | None:
    """Who is meant by "@handle"; None for what is the handle of another network, or of nobody."""
    handle = text[1:]
    return resolve(handle) if names.is_handle(handle) else None
