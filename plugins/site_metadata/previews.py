"""Pictures drawn for pages that have none: the title in the brand's colours.

A picture is made of its title, the site's name, colours, logo and fonts, and is named by their
digest: the same page is the same file in every build. One that was drawn before gets a second name
in the output folder; nobody writes into either, which take the place of a former one whole.
"""

from __future__ import annotations

import os
from functools import cached_property
from io import BytesIO
from pathlib import Path

from blinker import signal
from PIL import Image, ImageDraw, ImageOps

from .brand import Brand
from .cache import Cache, digest_of, written
from .drawing import Drawing
from .lettering import Lettering, Typesetter, line_height

VERSION = 1  # of the drawing: a new one draws all pictures anew
WIDTH, HEIGHT = 1200, 630
MARGIN = 88
TITLE_HEIGHT = 330
COLOURS = 64  # of a picture: a third of the bytes, and nobody sees the difference
SIZES = range(96, 43, -4)  # pixels, the largest first
NAME_SIZE = range(44, 43, -1)
FOLDER = "previews"
confirmed = signal("output_confirmed")
renders_apart = True  # several processes may render pages and draw: a picture comes in one step


class Previews:
    """Draws into the output folder, below `previews/`."""

    def __init__(
        self,
        brand: Brand,
        site_name: str,
        output: Path,
        cache: Cache,
        logo: Drawing | None,
        typesetter: Typesetter,
    ) -> None:
        self.brand, self.site_name, self.output, self.cache = brand, site_name, output, cache
        self.logo, self.typesetter = logo, typesetter
        self._shown: dict[str, tuple[str, str]] = {}  # title → below SITEURL, and where it is

    def path_of(self, title: str) -> str:
        """The picture for `title`, below SITEURL; drawn and put there where it is not yet.

        Cost: 20 ms where it has to be drawn.
        """
        if title not in self._shown:
            self._shown[title] = self._show(title)
        path, file = self._shown[title]
        confirmed.send(file)  # each page that shows it has it
        return path

    @cached_property
    def _look(self) -> list[str]:
        """What all pictures have in common."""
        facts = (
            self.site_name,
            [self.brand.colours[key] for key in ("cover", "on_cover", "spark")],
            self.logo.digest if self.logo is not None else "",
            self.typesetter.name,
        )
        return [written(fact) for fact in facts]

    def _show(self, title: str) -> tuple[str, str]:
        name = digest_of(written(VERSION), written(title), *self._look)
        path = f"{FOLDER}/{name}.png"
        file = f"{self.output}/{path}"
        kept = f"{name}.png"
        if not (self.cache.has(kept, file) or self.cache.lends(kept, file)):
            put(Path(file), self.cache.bytes_of(kept, lambda: self._draw(title)))
        return path, file

    def forget(self) -> None:
        """Before a build: the output folder may have been emptied."""
        self._shown.clear()

    def _draw(self, title: str) -> bytes:
        colours = self.brand.colours
        picture = Image.new("RGB", (WIDTH, HEIGHT), colours["cover"])
        pen = ImageDraw.Draw(picture)
        pen.rectangle((0, HEIGHT - 14, WIDTH, HEIGHT), fill=colours["spark"])
        words = self.typesetter.set(
            title, width=WIDTH - 2 * MARGIN, height=TITLE_HEIGHT, sizes=SIZES
        )
        left = MARGIN + self._place_logo(picture)
        name = self.typesetter.set(
            self.site_name, width=WIDTH - MARGIN - left, height=60, sizes=NAME_SIZE
        )
        if words is None:
            words = self.typesetter.set(
                self.site_name, width=WIDTH - 2 * MARGIN, height=120, sizes=SIZES
            )
        else:
            self._write(pen, name, HEIGHT - 122, left)
        used = line_height(words.size) * len(words.lines) if words else 0
        self._write(pen, words, MARGIN - 10 + max(0, TITLE_HEIGHT - used) // 2, MARGIN)
        file = BytesIO()
        few = picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(file, "PNG", compress_level=6)
        return file.getvalue()

    def _write(
        self, pen: ImageDraw.ImageDraw, lettering: Lettering | None, top: int, left: int
    ) -> None:
        if lettering is None:
            return
        ink = self.brand.colours["on_cover"]
        x, anchor = (WIDTH - MARGIN, "ra") if lettering.right_to_left else (left, "la")
        for number, line in enumerate(lettering.lines):
            y = top + number * line_height(lettering.size)
            pen.text((x, y), line, ink, lettering.font, anchor)

    @cached_property
    def _small_logo(self) -> Image.Image | None:
        if self.logo is None:
            return None
        return ImageOps.contain(self.logo.picture, (180, 64), Image.Resampling.LANCZOS)

    def _place_logo(self, picture: Image.Image) -> int:
        """Put the logo at the bottom; the room that it takes, in pixels."""
        small = self._small_logo
        if small is None:
            return 0
        picture.paste(small, (MARGIN, HEIGHT - 98 - small.height // 2), small)
        return small.width + 24


def put(file: Path, data: bytes) -> None:
    """A file that a build makes anew whenever it is missing: whole or not there, but not synced."""
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_name(f"{file.name}.{os.getpid()}.new")
    waiting.write_bytes(data)
    waiting.replace(file)
