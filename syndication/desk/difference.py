"""What an edit changed, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Literal, NamedTuple

from syndication.model import Words

COMPARED = 3_000
"""Words of each side that are compared; longer texts are shown whole, old and new."""

_WORD = re.compile(r"\S+\s*|\s+")


class Piece(NamedTuple):
    """Some words that stayed, came or went."""

    kind: Literal["same", "ins", "del"]
    text: str


def difference(old: Words, new: Words) -> list[Piece]:
    """The way from `old` to `new`: text, where links lead, warning and pictures.

    A link that keeps its words but leads elsewhere is a change that a reader must see.
    """
    return list(_pieces(_all_of(old), _all_of(new)))


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > COMPARED:
        yield Piece("del", old)
        yield Piece("ins", new)
        return
    # A word is the same word whether a space or a full line follows it.
    matcher = SequenceMatcher(None, [w.strip() for w in before], [w.strip() for w in after])
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(after[c:d]))
            continue
        yield from _change("del", "".join(before[a:b]))
        yield from _change("ins", "".join(after[c:d]))


def _change(kind: Literal["ins", "del"], text: str) -> Iterator[Piece]:
    """The words apart from the space after them, which would be struck through and underlined."""
    words = text.rstrip()
    if words:
        yield Piece(kind, words)
    if text[len(words) :]:
        yield Piece("same", text[len(words) :])


def _all_of(words: Words) -> str:
    links = _Links()
    links.feed(words.html)
    lines = [f"[{words.warning}]"] if words.warning else []
    lines += [words.text, *(f"→ {link}" for link in links.found)]
    lines += [f"▣ {picture.alt or picture.url}" for picture in words.pictures]
    return "\n".join(lines)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]
