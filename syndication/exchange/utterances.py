"""What one person said → its value: most of what the documents of discussions have."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from syndication.exchange.node import Node
from syndication.exchange.nouns import Speaker, Syndicated, Utterance
from syndication.model import Picture

RARE = frozenset(
    {"updated", "tertulia:direction", "summary", "attachment", "tag"}
    | {"tertulia:ours", "tertulia:also"}
)
OWN_PICTURE = re.compile(r"pictures/[0-9a-f]+\.webp")


def utterance(node: Node) -> Utterance:
    """One message of a discussion, or of the latest ones. Cost: 4 µs, twice that with fields that
    few messages have."""
    language, html = node.worded("content")
    return Utterance(
        id=node.words("id") or node.get("id").name(),
        url=node.words("url", ""),
        author=_speaker(node.get("attributedTo")),
        html=html,
        published=node.get("published").moment(),
        network=node.words("tertulia:network", ""),
        kind=node.words("tertulia:kind", "reply"),
        language=language,
        reply_to=node.words("inReplyTo", "") or None,
        **({} if node.has_none(RARE) else _rare(node)),
    )


def _rare(node: Node) -> dict[str, Any]:
    """What most messages have nothing of."""
    return {
        "updated": node.if_there("updated", Node.moment),
        "direction": node.if_there("tertulia:direction", _direction) or "",
        "warning": node.words("summary", ""),
        "pictures": node.each("attachment", lambda item: picture(item, _own_picture)),
        "emojis": dict(node.each("tag", _emoji)),
        "ours": node.if_there("tertulia:ours", _flag) or False,
        "also": node.each("tertulia:also", syndicated),
    }


def _speaker(node: Node) -> Speaker:
    return Speaker(
        name=node.words("name", ""),
        url=node.words("url", ""),
        handle=node.words("preferredUsername", ""),
        picture=node.if_there("icon", lambda icon: _own_picture(icon.get("url"))),
    )


def _direction(node: Node) -> str:
    return node.one_of("ltr", "rtl", default="")


def _flag(node: Node) -> bool:
    return node.flag(default=False)


def _emoji(node: Node) -> tuple[str, str]:
    """(shortcode, picture)."""
    return node.get("name").name().strip(":"), _own_picture(node.get("icon").get("url"))


def syndicated(node: Node) -> Syndicated:
    """Where the same words stand elsewhere, or an account of ours."""
    return Syndicated(
        network=node.get("tertulia:network").text(""),
        account=node.get("name").text(""),
        url=node.get("href").text(""),
        reply_url=node.get("tertulia:reply").text(""),
    )


def picture(node: Node, address: Callable[[Node], str]) -> Picture:
    """An image; `address` reads where it is."""
    return Picture(
        url=address(node.get("url")),
        alt=node.get("name").text(""),
        media_type=node.get("mediaType").text(""),
        size=node.get("tertulia:size").number(),
        width=node.get("width").number(),
        height=node.get("height").number(),
    )


def _own_picture(node: Node) -> str:
    """A file of discussion/pictures/, and nothing that could lead elsewhere."""
    name = node.text()
    if not OWN_PICTURE.fullmatch(name):
        raise node.fail("is not a picture of discussion/pictures/")
    return name
