"""Letters as people and servers count them: graphemes, addresses, mentions, hashtags. Pure.

Every pattern here is linear in the length of hostile text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

import regex

Kind = Literal["text", "url", "mention", "hashtag"]

_ATOM = regex.compile(
    r"(?P<url>(?<![\w@#$/])https?://(?=[^\W_]|\[)[^\s<>\"“”«»]++)"
    r"|(?P<mention>(?<![=/\w])@[a-zA-Z0-9_]++(?:[.-]++[a-zA-Z0-9_]++)*+"
    r"(?:@\w++(?:[.-]++\w++)*+)?)"
    r"|(?P<hashtag>(?<![\w/)&])[#＃][\w·]++)",
    regex.IGNORECASE,
)
_GRAPHEME = regex.compile(r"\X")
_HOST = regex.compile(r"https?://[\w\[]", regex.IGNORECASE)
_AFTER_URL = frozenset(".,;:!?'’…*_~")
_BRACKETS = {")": "(", "]": "[", "}": "{"}

# What Unicode promises never to be a character: a page that has one is not valid.
_NO_CHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
# C0 and C1 but tab and line ends; lone surrogates, which no database takes; controls without use.
_CONTROLS = regex.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u206a-\u206f\ufff9-\ufffb{_NO_CHARACTERS}]"
)
_BIDI = regex.compile("[\u202a-\u202e\u2066-\u2069]")
_EMBEDDINGS, _ISOLATES, _OVERRIDES = "\u202a\u202b", "\u2066\u2067\u2068", "\u202d\u202e"
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
# Letters that always stand alone; here a character is a grapheme.
_PLAIN = regex.compile("[\x00-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*+")
# A letter with a hundred accents is drawn over the lines around it.
_CODE_POINTS_A_GRAPHEME = 16
_TOWER = regex.compile(rf"(\p{{M}}{{{_CODE_POINTS_A_GRAPHEME}}})\p{{M}}++")
# Letters that are drawn as nothing: fillers, the empty Braille cell.
_BLANK = regex.compile("[\\p{Cc}\\p{Cf}\\p{M}\\p{Z}\u115f\u1160\u2800\u3164\uffa0]*+")


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of text. All but ``text`` pieces must never be cut."""

    kind: Kind
    text: str


def graphemes(text: str) -> list[str]:
    """The characters as a person sees them: "é", a flag, a family are one each."""
    return _GRAPHEME.findall(text)


def length(text: str) -> int:
    """How many graphemes `text` has."""
    return len(text) if text.isascii() and "\r" not in text else len(graphemes(text))


def atoms(text: str) -> Iterator[Atom]:
    """`text` in pieces, in order and complete: joined again they are `text`."""
    start = position = 0
    while match := _ATOM.search(text, position):
        kind = cast(Kind, match.lastgroup)
        end = _end_of_url(text, match.start(), match.end()) if kind == "url" else match.end()
        if kind == "url" and not _HOST.match(text, match.start(), end):
            position = match.start() + len("http")
            continue
        if match.start() > start:
            yield Atom("text", text[start : match.start()])
        yield Atom(kind, text[match.start() : end])
        start = position = end
    if start < len(text):
        yield Atom("text", text[start:])


def urls(text: str) -> tuple[str, ...]:
    """The http(s) addresses written out in `text`, without the punctuation that ends a sentence."""
    return tuple(atom.text for atom in atoms(text) if atom.kind == "url")


def url_at_start(text: str) -> str:
    """The http(s) address that `text` begins with; "" for none."""
    first = next(atoms(text), None)
    return first.text if first is not None and first.kind == "url" else ""


def _end_of_url(text: str, start: int, end: int) -> int:
    """Where the address ends: a full stop or a bracket opened before it is not part of it."""
    surplus = {
        closing: text.count(closing, start, end) - text.count(opening, start, end)
        for closing, opening in _BRACKETS.items()
    }
    while end > start:
        last = text[end - 1]
        if last in _BRACKETS.values():
            surplus[next(c for c, o in _BRACKETS.items() if o == last)] += 1
        elif last in _BRACKETS and surplus[last] > 0:
            surplus[last] -= 1
        elif last not in _AFTER_URL:
            break
        end -= 1
    return end


def is_blank(text: str) -> bool:
    """Would a reader see nothing of it?"""
    return _BLANK.fullmatch(text) is not None


def clean(text: str) -> str:
    """Without controls, lone surrogates, towers of accents and text direction overrides; what is
    opened is closed."""
    if text.isprintable() and not _TOWER.search(text):
        return text
    bidi = Bidi()
    return bidi.feed(text) + bidi.close()


class Bidi:
    """Keeps directional embeddings and isolates balanced over the pieces of one paragraph."""

    def __init__(self) -> None:
        self._open: list[str] = []

    def feed(self, text: str) -> str:
        """The next piece, without controls, towers, overrides and marks that close nothing."""
        return _BIDI.sub(self._mark, _TOWER.sub(r"\1", _CONTROLS.sub("", text)))

    def close(self) -> str:
        """The marks that close whatever is still open."""
        closing = "".join(
            _POP_ISOLATE if mark in _ISOLATES else _POP_EMBEDDING for mark in reversed(self._open)
        )
        self._open.clear()
        return closing

    def _mark(self, match: regex.Match[str]) -> str:
        mark = match.group()
        if mark in _OVERRIDES:
            return ""
        if mark in _EMBEDDINGS or mark in _ISOLATES:
            self._open.append(mark)
            return mark
        wanted = _ISOLATES if mark == _POP_ISOLATE else _EMBEDDINGS
        if not self._open or self._open[-1] not in wanted:
            return ""
        self._open.pop()
        return mark


def one_line(text: str, limit: int = 100) -> str:
    """A name fit to be shown: one clean line of at most `limit` graphemes, none of them a tower."""
    line = " ".join(clean(text).split())
    if _PLAIN.fullmatch(line):
        return line[:limit].strip()
    return "".join(part[:_CODE_POINTS_A_GRAPHEME] for part in graphemes(line)[:limit]).strip()


def hashtag(tag: str) -> str:
    """`tag` as a hashtag with its sign, "" where nothing valid is left.

    Words are joined in CamelCase, which screen readers need; accents stay: "bicis eléctricas"
    becomes "#BicisEléctricas". Digits alone are no hashtag anywhere.
    """
    words = regex.findall(r"[\w]+", unicodedata.normalize("NFC", tag))
    joined = "".join(word[:1].upper() + word[1:] for word in words) if words[1:] else "".join(words)
    return f"#{joined}" if regex.search(r"[^\W\d_]", joined) else ""
