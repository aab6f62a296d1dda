"""A plain icon for a brand without a logo: its initial in the colours of the cover."""

from __future__ import annotations

import hashlib
from functools import cached_property
from html import escape
from io import BytesIO

import resvg_py
from PIL import Image

from syndication.rules.text import graphemes

from .drawing import DRAWN, Drawing
from .lettering import Letters, Typesetter

FOLDER = "icons"
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<rect width="64" height="64" rx="14" fill="{ground}"/>{sign}</svg>\n'
)
LETTER = (
    '<text x="32" y="45" font-size="40" font-weight="700" text-anchor="middle" fill="{ink}"'
    ' font-family="{family}, Georgia, serif">{letter}</text>'
)
DOT = '<circle cx="32" cy="32" r="13" fill="{spark}"/>'


class Monogram(Drawing):
    """Drawn here: no file of the site's, so that it has to be written, too."""

    derived = True

    def __init__(self, name: str, typesetter: Typesetter, colours: dict[str, str]) -> None:
        """`name`: whose initial. Where no font of ours has it, there is a dot in its place."""
        letter = initial(name)
        self._font = next((f for f in typesetter.fonts if letter and f.writes(letter)), None)
        self.setting = "BRAND_ICON"
        self.data = _svg(letter, self._font, colours).encode()
        self.digest = hashlib.sha256(self.data).hexdigest()
        self.name = f"{FOLDER}/monogram.{self.digest[:8]}.svg"

    @cached_property
    def picture(self) -> Image.Image:
        """The drawing with transparency, in our own font. Cost: 50 ms."""
        png = resvg_py.svg_to_bytes(
            svg_string=self.data.decode(),
            width=DRAWN,
            skip_system_fonts=True,
            font_files=[str(self._font.file)] if self._font else [],
        )
        return Image.open(BytesIO(bytes(png))).convert("RGBA")


def initial(name: str) -> str:
    """The first letter or digit of a name, as a capital; "" where there is none."""
    found = next((one for one in graphemes(name) if one[0].isalnum()), "")
    return "".join(graphemes(found.upper())[:1])


def _svg(letter: str, font: Letters | None, colours: dict[str, str]) -> str:
    if font is None:
        return SQUARE.format(ground=colours["cover"], sign=DOT.format(spark=colours["spark"]))
    family = escape(str(font.at(32).getname()[0]))
    sign = LETTER.format(ink=colours["on_cover"], family=family, letter=escape(letter))
    return SQUARE.format(ground=colours["cover"], sign=sign)
