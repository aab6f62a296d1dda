"""The conversation under a page: people's approved words as Comments, reactions as numbers.

What a person put behind a warning stays behind it: the data repeat the warning alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from ..page import PageMetadata
from ..plain import paragraph
from .publisher import organization_id
from .script import as_json, harmless, joined, member, node_of, without_empty

TAG = re.compile(r"<[^>]*>")
ACTIONS = {"like": "LikeAction", "repost": "ShareAction", "bookmark": "BookmarkAction"}


def conversation(page: PageMetadata) -> str:
    """What a posting says of its conversation, as far as its page shows it, as JSON; "" without."""
    discussion = getattr(page.content, "discussion", None)
    if not discussion:
        return ""
    return joined(
        as_json(without_empty({"commentCount": discussion.count or None})),
        _comments(discussion.messages, page),
        as_json(without_empty({"interactionStatistic": _counters(discussion.reactions)})),
    )


def _comments(messages: Iterable[Any], page: PageMetadata) -> str:
    said = ",".join(_comment(message, page) for message in messages)
    return f'{{"comment":[{said}]}}' if said else ""


def _comment(message: Any, page: PageMetadata) -> str:
    """A message and what answers it. Its own node is made once."""
    own = message.once("schema", page.canonical, caller=lambda: harmless(_node(message, page)))
    return joined(own, _comments(message.replies, page)) if message.replies else own


def _node(message: Any, page: PageMetadata) -> str:
    """Ten are made while somebody waits for the page, so they are put together as text."""
    images = [] if message.warning else [_image(one, page) for one in message.pictures]
    return node_of(
        member("@type", "Comment"),
        member("url", f"{page.canonical}#{message.id}"),
        member("sameAs", message.url),
        f'"author":{_author(message, page)}',
        member("datePublished", message.written),
        member("dateModified", message.updated.isoformat() if message.updated else ""),
        member("inLanguage", message.language),
        member("text", message.warning or _words(str(message.html))),
        f'"image":[{",".join(images)}]' if images else "",
    )


def _words(html: str) -> str:
    """Our own small HTML as one line of plain text: no tag of it holds a ``>`` inside."""
    words = paragraph(html)
    return unescape(" ".join((TAG.sub("", words) if "<" in words else words).split()))


def _author(message: Any, page: PageMetadata) -> str:
    if message.ours:
        publisher = page.site.brand.organization
        return node_of(
            member("@type", publisher.type),
            member("@id", organization_id(page.site.address)),
            member("name", publisher.name),
        )
    author = message.author
    return node_of(
        member("@type", "Person"), member("name", author.name), member("url", author.url)
    )


def _image(picture: Any, page: PageMetadata) -> str:
    file = picture.url.rsplit("/discussion/", 1)[-1]
    return node_of(
        member("@type", "ImageObject"),
        member("url", f"{page.site.address}/discussion/{file}"),
        member("caption", picture.alt),
    )


def _counters(reactions: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    return [
        {
            "@type": "InteractionCounter",
            "interactionType": {"@type": ACTIONS[kind]},
            "userInteractionCount": count,
        }
        for kind, count in reactions
        if kind in ACTIONS
    ]
