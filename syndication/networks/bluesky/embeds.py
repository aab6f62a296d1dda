"""What a post carries beside its text: pictures, a link card, a quoted post. Pure.

The record says what its author attached, the view where a server keeps the pictures.
"""

from __future__ import annotations

from html import escape
from typing import Any

from syndication.model import Picture, Ref
from syndication.networks.values import JSON, mapping, mappings, text
from syndication.rules import markup
from syndication.rules.text import clean, one_line

from .names import POST, AtUri, cid_of, post_url

PICTURES = 16
_ALT = 5000  # characters
_TITLE = 300
_DETACHED = "app.bsky.embed.record#viewDetached"


def pictures(view: Any) -> tuple[Picture, ...]:
    """Images, and the stills of videos, with their alternative text; `view`: the post's embed."""
    shown = mapping(view)
    media = mapping(shown.get("media")) or shown
    found = [
        _picture(image.get("fullsize") or image.get("thumb"), image)
        for image in mappings(media.get("images"), PICTURES)
    ]
    if text(media.get("$type")) == "app.bsky.embed.video#view":
        found.append(_picture(media.get("thumbnail"), media))
    return tuple(picture for picture in found if picture)


def card(embed: Any) -> tuple[str, str] | None:
    """(address, title) of the link card in a record, as its author's program wrote it."""
    media = mapping(mapping(embed).get("media")) or mapping(embed)
    external = mapping(media.get("external"))
    address = markup.address(text(external.get("uri")))
    return (address, one_line(text(external.get("title")), _TITLE)) if address else None


def card_html(address: str, title: str) -> str:
    """The card as a paragraph: without it, words such as "read this" say nothing."""
    return f'<p><a href="{escape(address)}">{escape(title or address, quote=False)}</a></p>'


def quoted(embed: Any, *, space: str, web: str) -> Ref | None:
    """The post that a record quotes."""
    record = _quoted_record(embed)
    try:
        uri = AtUri.parse(text(record.get("uri")))
    except ValueError:
        return None
    if uri.collection != POST:
        return None
    return Ref(
        space=space,
        id=str(uri),
        url=post_url(uri.repo, uri.rkey, web=web),
        local=cid_of(record.get("cid")),
    )


def detached(view: Any) -> bool:
    """Did the author of the quoted post take it out of this quote?"""
    return text(_quoted_record(view).get("$type")) == _DETACHED


def _quoted_record(embed: Any) -> JSON:
    """The innermost `record`: it stands deeper beside pictures."""
    record = mapping(mapping(embed).get("record"))
    return mapping(record.get("record")) or record


def _picture(place: Any, described: JSON) -> Picture | None:
    url = markup.address(text(place))
    return Picture(url=url, alt=clean(text(described.get("alt")))[:_ALT].strip()) if url else None
