"""What the page of an article says, as a digest: search engines are told when it changes."""

from __future__ import annotations

from collections.abc import Iterable

from pelican.contents import Content

from syndication.model import digest_of

from .front_matter import text_of

DATES = ("date", "modified")
KEYS = ("image", "image-alt", "robots")


def page_digest(content: Content, siblings: Iterable[Content]) -> str:
    """SHA-256 over what a reader finds: texts, dates, tags, picture, translations, approved words.

    `siblings` are its public translations. What likes it has is not in it, nor is the theme:
    neither is worth a crawler's visit.
    """
    named = [getattr(content, name, None) for name in ("category", "tags", "authors")]
    dates = [getattr(content, name, None) for name in DATES]
    return digest_of(
        [
            str(content.title),
            content.lang,
            str(content.summary),
            content.content,
            [moment.isoformat() if moment else "" for moment in dates],
            [[str(one) for one in value] if isinstance(value, list) else str(value or "")
             for value in named],
            [text_of(content, key) or "" for key in KEYS],
            sorted([other.lang, other.url] for other in siblings),
            getattr(getattr(content, "discussion", None), "digest", ""),
        ]
    )  # fmt: skip
