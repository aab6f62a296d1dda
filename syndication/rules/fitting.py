"""How long a text is for a server, and where it may be cut. Pure.

A cut lies after a sentence where one ends in the last half of what fits, else after a word, else
between two characters as a person sees them; never inside an address, a mention or a hashtag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import regex

from syndication.model import Limits
from syndication.rules import text as letters

MARK = "…"

_SENTENCE_END = regex.compile(r"[.!?…。！？]+[\"'»”’)\]]*(?=\s)|[。！？]")
_LINE_END = regex.compile(r"\n")
# Hosts that no server takes for an address, or that have no public name: counted as written.
_UNKNOWN_HOST = regex.compile(
    r"https?://(?:\[|[\d.]+(?=[:/?#]|$)|[^./:?#]+(?=[:/?#]|$)"
    r"|[^/:?#]*\.(?:example|invalid|local|localhost|test|internal|onion)(?=[:/?#]|$))",
    regex.IGNORECASE,
)


class Overrun(NamedTuple):
    """A text that is too long, in what its server counts."""

    size: int
    limit: int
    unit: Literal["characters", "bytes"]


def measure(text: str, limits: Limits) -> int:
    """How many characters the server counts in `text`: graphemes, with its rules for addresses."""
    return sum(_weight(atom, limits) for atom in letters.atoms(text))


def excess(text: str, limits: Limits) -> int:
    """By how much `text` is too long (negative: room left); bytes where they are what hinders."""
    over = measure(text, limits) - limits.characters
    if limits.bytes is not None:
        over = max(over, len(text.encode()) - limits.bytes)
    return over


def overrun(text: str, limits: Limits) -> Overrun | None:
    """What to tell a person whose `text` does not fit, characters before bytes; None: it fits."""
    size = measure(text, limits)
    if size > limits.characters:
        return Overrun(size, limits.characters, "characters")
    size = len(text.encode())
    if limits.bytes is not None and size > limits.bytes:
        return Overrun(size, limits.bytes, "bytes")
    return None


def fits(text: str, limits: Limits) -> bool:
    """May `text` be said there, in characters and in bytes?"""
    return _surely_fits(text, limits) or excess(text, limits) <= 0


def split(text: str, tail: str, limits: Limits) -> tuple[str, str]:
    """The longest good beginning of `text` that fits before `tail`, and what is left of it."""
    if fits(text + tail, limits):
        return text, ""
    end = _best_end(text, tail, limits)
    return text[:end].rstrip(), text[end:].lstrip()


def shorten(text: str, tail: str, limits: Limits) -> str:
    """`text`, or its beginning with a mark of omission, so that it fits before `tail`.

    "" where not even a character fits.
    """
    if fits(text + tail, limits):
        return text
    cut = text[: _best_end(text, f" {MARK}{tail}", limits)].rstrip()
    if not cut or _SENTENCE_END.search(cut[-4:] + " "):
        return cut
    *_, last = letters.atoms(cut)
    return f"{cut} {MARK}" if last.kind == "url" else cut.rstrip(",;:–—- ") + MARK


def shorten_between(before: str, text: str, tail: str, limits: Limits, *, least: int) -> str:
    """`text` shortened to what is left between the two; "" where that is less than `least`."""
    left = limits.characters - measure(before + tail, limits)
    spare = None if limits.bytes is None else limits.bytes - len((before + tail).encode())
    if min(left, left if spare is None else spare) < least:
        return ""
    return shorten(text, "", replace(limits, characters=left, bytes=spare))


def _surely_fits(text: str, limits: Limits) -> bool:
    """Most texts are so short that nobody need count: no atom weighs more than its code points and
    the price of an address, and no code point has more than four bytes."""
    most = len(text) + text.count("://") * (limits.url_characters or 0)
    return most <= limits.characters and (limits.bytes is None or 4 * len(text) <= limits.bytes)


def _weight(atom: letters.Atom, limits: Limits) -> int:
    if atom.kind == "url" and limits.url_characters is not None:
        # A server that does not take it for an address counts every character of it.
        written = letters.length(atom.text) if _UNKNOWN_HOST.match(atom.text) else 0
        return max(limits.url_characters, written)
    if atom.kind == "mention" and not limits.handle_counts_server:
        return letters.length(atom.text.split("@")[1]) + 1
    return letters.length(atom.text)


def _best_end(text: str, tail: str, limits: Limits) -> int:
    """Where to cut: after a sentence in the last half, else after a word, else a grapheme."""
    ends = _cuts(text)
    last = _last_fitting(text, ends, tail, limits)
    if last < 0:
        return 0
    reach = ends[last]
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, 0, reach + 1)]
    sentences += [match.start() for match in _LINE_END.finditer(text, 0, reach + 1)]
    allowed = set(ends)
    good = [end for end in sentences if reach // 2 < end <= reach and end in allowed]
    if good:
        return max(good)
    words = [end for end in ends[: last + 1] if text[end : end + 1].isspace()]
    return words[-1] if words else reach


def _last_fitting(text: str, ends: Sequence[int], tail: str, limits: Limits) -> int:
    """The index of the last of `ends` whose beginning fits with `tail`; -1: none does."""
    low, high = -1, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[: ends[middle]].rstrip() + tail, limits):
            low = middle
        else:
            high = middle - 1
    return low


def _cuts(text: str) -> list[int]:
    """Every place where `text` may be cut, ascending: between graphemes, outside atoms."""
    whole: list[tuple[int, int]] = []
    position = 0
    for atom in letters.atoms(text):
        if atom.kind != "text":
            whole.append((position, position + len(atom.text)))
        position += len(atom.text)
    ends: list[int] = []
    position = number = 0
    for piece in letters.graphemes(text):
        position += len(piece)
        while number < len(whole) and whole[number][1] <= position:
            number += 1
        if number == len(whole) or position <= whole[number][0]:
            ends.append(position)
    return ends
