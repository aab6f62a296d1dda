"""The same words on two networks: what each network made of them does not count. Pure.

Whom an answer greets, how an address is shortened for the eye, and white space differ from network
to network though a person wrote one text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from syndication.model import Words
from syndication.rules import markup

T = TypeVar("T")

CROWD = 4
"""So many people who say the same have heard it from each other, or are polite."""

_ANCHOR = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_GREETING = re.compile(r"(?:@\S+\s*)+")
_SPACE = re.compile(r"\s+")


def said(words: Words) -> str:
    """What was said, to be compared; "" where there are no words to know somebody by."""
    spelled = markup.plain(_ANCHOR.sub(_address, words.html))
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", spelled)).strip()
    text = _GREETING.sub("", text, count=1) if text.startswith("@") else text
    if not any(character.isalnum() for character in text):
        return ""
    return f"{words.warning}\n{text.strip()}\n{len(words.pictures)}"


def _address(anchor: re.Match[str]) -> str:
    """A link as its address, whatever part of that is shown; a mention or hashtag as it reads."""
    shown = anchor[2].lstrip()
    return anchor[2] if shown.startswith(("@", "#")) else anchor[1].removesuffix("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Who says what where, as far as it matters for telling it once."""

    author: int
    person: int  # the same number for all authors who are one person
    network: str
    said: str


def told_once(
    answers: Iterable[T], speech: Callable[[T], Speech | None]
) -> Iterator[tuple[T, ...]]:
    """Each of these with those that say the same, of the same person, on other networks.

    `answers` hang on one place and come oldest first; so do the entries that come back. Linear.
    """
    entries: list[list[T]] = []
    alike: dict[Hashable, list[list[T]]] = {}
    heard: Counter[Hashable] = Counter()
    for answer in answers:
        of = speech(answer)
        if of is None or not of.said:
            entries.append([answer])
            continue
        mine = alike.setdefault((of.person, of.said), [])
        number = heard[of.person, of.said, of.network]  # the second one here is no first one there
        heard[of.person, of.said, of.network] += 1
        if number == len(mine):
            mine.append([])
            entries.append(mine[-1])
        mine[number].append(answer)
    return (tuple(entry) for entry in entries)


def suspects(speeches: Iterable[Speech]) -> Iterator[tuple[int, int]]:
    """Authors on different networks who said the same in one place, and may be one person."""
    alike: dict[str, dict[int, Speech]] = {}
    for speech in speeches:
        if speech.said:
            alike.setdefault(speech.said, {})[speech.author] = speech
    for by_author in alike.values():
        people = sorted(by_author.values(), key=lambda speech: speech.author)
        if len(people) >= CROWD:
            continue
        for number, one in enumerate(people):
            for other in people[number + 1 :]:
                if one.network != other.network and one.person != other.person:
                    yield one.author, other.author
