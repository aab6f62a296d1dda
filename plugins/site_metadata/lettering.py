"""Titles as letters on a picture: fonts, what they can write, lines that fit."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PIL import ImageFont, features

from syndication.rules.text import graphemes

# The first is the better looking one, the second writes many more scripts.
PACKAGED = ("SourceSerifPro-Bold.ttf", "DejaVuSans-Bold.ttf")
ELLIPSIS = "…"
NO_SUCH_LETTER = "\U0010fffe"
UNSEEN = {"Mn", "Me", "Cf", "Zs"}  # accents are seen with their letter; the rest is not
SHAPED = {"R", "AL"}  # letters that need a shaping engine: Hebrew, Arabic …


class Letters:
    """One font. Knows which characters it can write."""

    def __init__(self, data: Path) -> None:
        self.file = data
        self._sizes: dict[int, ImageFont.FreeTypeFont] = {}
        self._writes: dict[str, bool] = {}
        self._missing = bytes(self.at(32).getmask(NO_SUCH_LETTER))

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The font at a height in pixels."""
        if size not in self._sizes:
            layout = ImageFont.Layout.RAQM if can_shape() else ImageFont.Layout.BASIC
            self._sizes[size] = ImageFont.truetype(str(self.file), size, layout_engine=layout)
        return self._sizes[size]

    def writes(self, character: str) -> bool:
        """Does the font have a form for `character`?"""
        if unicodedata.category(character) in UNSEEN:
            return True
        if character not in self._writes:
            mask = self.at(32).getmask(character)
            self._writes[character] = bool(mask.getbbox()) and bytes(mask) != self._missing
        return self._writes[character]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """A title, set."""

    font: ImageFont.FreeTypeFont
    size: int  # pixels
    lines: tuple[str, ...]
    right_to_left: bool


class Typesetter:
    """Sets titles in the first font that has all their letters."""

    def __init__(self, font: Path | None = None) -> None:
        """`font` goes before the packaged ones. Raises `OSError` where it is no font."""
        folder = Path(str(files(__package__).joinpath("fonts")))
        own = [font] if font else []
        self.fonts = [Letters(file) for file in (*own, *(folder / name for name in PACKAGED))]
        self.name = [hashlib.sha256(font.read_bytes()).hexdigest() if font else "", *PACKAGED]

    def set(self, text: str, *, width: int, height: int, sizes: range) -> Lettering | None:
        """`text` in lines no wider than `width` and together no higher than `height`, as large as
        `sizes` (pixels, descending) allow; what does not fit ends in an ellipsis.

        Symbols that the font lacks, emoji above all, are left out. None where no font here has
        the letters, or nobody here can join them.
        """
        letters = self._font_for(text)
        if letters is None or (needs_shaping(text) and not can_shape()):
            return None
        words = " ".join("".join(c for c in text if letters.writes(c)).split())
        if not any(character.isalnum() for character in words):
            return None
        for size in sizes:
            font, room = letters.at(size), max(1, height // line_height(size))
            lines = broken(words, font, width)
            if len(lines) <= room:
                return _set(font, size, lines)
        return _set(font, size, [*lines[: room - 1], shortened(lines[room - 1], font, width)])

    def _font_for(self, text: str) -> Letters | None:
        needed = {c for c in text if unicodedata.category(c)[0] in "LN"}
        return next((f for f in self.fonts if all(map(f.writes, needed))), None)


def can_shape() -> bool:
    """Is there an engine here that joins and orders the letters of every script?"""
    return bool(features.check("raqm") and features.check("fribidi"))


def needs_shaping(text: str) -> bool:
    """Are there letters in `text` that are written from right to left?"""
    return any(unicodedata.bidirectional(character) in SHAPED for character in text)


def line_height(size: int) -> int:
    """From one line to the next, in pixels."""
    return round(size * 1.16)


def broken(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """`text` in lines no wider than `width`; a word that is wider is cut."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        elif font.getlength(word) <= width:
            lines.append(word)
        else:
            lines += _cut(word, font, width)
    return [line for line in lines if line]


def shortened(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """`line` with an ellipsis at its end, no wider than `width`."""
    kept = graphemes(line)
    while kept and font.getlength("".join(kept).rstrip() + ELLIPSIS) > width:
        kept.pop()
    return "".join(kept).rstrip() + ELLIPSIS


def _cut(word: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    pieces = [""]
    for grapheme in graphemes(word):
        if pieces[-1] and font.getlength(pieces[-1] + grapheme) > width:
            pieces.append("")
        pieces[-1] += grapheme
    return pieces


def _set(font: ImageFont.FreeTypeFont, size: int, lines: list[str]) -> Lettering:
    directions = map(unicodedata.bidirectional, "".join(lines))
    first = next((one for one in directions if one in {"L", *SHAPED}), "L")
    return Lettering(font=font, size=size, lines=tuple(lines), right_to_left=first in SHAPED)
