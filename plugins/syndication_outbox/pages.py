"""What the page of an article says, as a digest: search engines are told when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from pelican.contents import Content

from syndication.model import digest_of
from syndication.remembered import Remembered, program_stamp

from .front_matter import text_of

DATES = ("date", "modified")
TERMS = ("category", "tags", "authors")
WORDS = 3  # where `said_by` has the content itself
LOOKED_AT = (*("title", "lang", "summary", "content", "url"), *DATES, *TERMS)  # of contents
KEYS = ("image", "image-alt", "robots")


def said_by(content: Content, siblings: Iterable[Content]) -> list[Any]:
    """What a reader finds: texts, dates, tags, picture, translations, approved words.

    `siblings` are its public translations. What likes it has is not in it, nor is the theme:
    neither is worth a crawler's visit.
    """
    named = [getattr(content, name, None) for name in TERMS]
    dates = [getattr(content, name, None) for name in DATES]
    return [
        str(content.title),
        content.lang,
        str(content.summary),
        content.content,
        [moment.isoformat() if moment else "" for moment in dates],
        [[str(one) for one in value] if isinstance(value, list) else str(value or "")
         for value in named],
        [text_of(content, key) or "" for key in KEYS],
        sorted([other.lang, other.url] for other in siblings),
        _spoken(content),
    ]  # fmt: skip


def _spoken(content: Content) -> str:
    """A digest of the approved words."""
    return getattr(getattr(content, "discussion", None), "digest", "")


class PageDigests:
    """The digest of each page, SHA-256 over the JSON of what is `said_by` it.

    JSON of a whole article takes ten times as long as finding that it is the article of the last
    build, so digests are kept, each under the hash of what it was made of; or, where somebody tells
    in what `state` the contents are, under that.
    """

    def __init__(self, folder: Path) -> None:
        """`folder`: where they are remembered; it may be deleted at any time."""
        program = (__name__, "syndication.model")
        self._known = Remembered(folder / "pages.json", lambda: program_stamp(program))

    def of(self, content: Content, siblings: Iterable[Content], state: str = "") -> str:
        """The digest of the page of `content`. `state`: of it and its siblings, or ""."""
        said = None if state else said_by(content, siblings)
        made_of = f"{state} {_spoken(content)}" if said is None else _hash(said)
        known = self._known.get(content.source_path)
        if known is None or known[0] != made_of:
            known = [made_of, digest_of(said or said_by(content, siblings))]
            self._known.put(content.source_path, known)
        return str(known[1])

    def keep(self) -> None:
        """For the next build."""
        self._known.keep()


def _hash(said: list[Any]) -> str:
    """Of what is short by way of `repr`, which has no line feed, and of the words as they are."""
    words, short = said[WORDS], [*said[:WORDS], *said[WORDS + 1 :]]
    return sha256(f"{short!r}\n{words}".encode("utf-8", "surrogatepass")).hexdigest()
