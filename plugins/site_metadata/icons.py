"""The icons of browser tabs, home screens and the web manifest, drawn from the brand's own.

From an SVG, or from a PNG of at least 512 pixels: `favicon.ico` (16, 32, 48), `apple-touch-icon`
(180, opaque), 192 and 512 for the manifest, and 512 maskable: systems cut those to a circle, so
that the drawing stands in the inner 80 % on the cover's colour. A brand without a drawing has its
initial (`monogram`).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Literal

from blinker import signal
from PIL import Image, ImageOps

from syndication.exchange import replace_file

from .brand import Brand
from .cache import Cache, digest
from .drawing import Drawing

VERSION = 1  # of the drawing
FOLDER = "icons"
MANIFEST = "site.webmanifest"
TAB = "favicon.ico"


@dataclass(frozen=True, slots=True, kw_only=True)
class IconLink:
    """A `<link>` in the head."""

    rel: str
    path: str  # below SITEURL
    media_type: str = ""
    sizes: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one icon is made."""

    name: str
    side: int  # pixels
    share: float  # of the side, that the drawing takes
    opaque: bool


APPLE = Kind("apple-touch-icon", 180, 0.72, True)
MASKABLE = Kind("maskable-512", 512, 0.6, True)
MANIFEST_KINDS = (
    Kind("icon-192", 192, 0.96, False),
    Kind("icon-512", 512, 0.96, False),
    MASKABLE,
)
TAB_SIDES = (16, 32, 48)


class Icons:
    """The icons of one site. `write` puts them into the output folder, `links` names them."""

    def __init__(self, brand: Brand, drawing: Drawing | None, output: Path, cache: Cache) -> None:
        """Without a `drawing` there are none."""
        self.brand, self.drawing, self.output, self.cache = brand, drawing, output, cache
        self._given = drawing

    def write(self, site: str, name: str, language: str, taken: Collection[str]) -> None:
        """Write icons and manifest; `site` is SITEURL, `taken` names files that the site itself
        brings. Raises `SettingsError` for an SVG that cannot be drawn."""
        drawing = self._given
        if drawing is not None and drawing.derived and TAB in taken:
            drawing = None  # the site has an icon of its own: ours would stand before it
        if drawing is not self.drawing:
            self.drawing = drawing
            for told in ("links", "square_path"):  # by the build before, in the same process
                vars(self).pop(told, None)
        if drawing is None:
            return
        files = {self._path(kind): self._drawn(kind, drawing) for kind in (APPLE, *MANIFEST_KINDS)}
        files[TAB] = self._tab_icon(drawing)
        if drawing.derived:
            files[drawing.name] = drawing.data
        files[MANIFEST] = self._manifest(site, name, language)
        for path, data in files.items():
            if path not in taken:
                replace_file(self.output / path, data)
                signal("output_confirmed").send(str(self.output / path))

    @cached_property
    def links(self) -> tuple[IconLink, ...]:
        """What the head of every page names."""
        if self.drawing is None:
            return ()
        tab = IconLink(rel="icon", path=TAB, sizes="48x48")
        lines = IconLink(
            rel="icon", path=self.drawing.name, media_type="image/svg+xml", sizes="any"
        )
        return (
            *((tab, lines) if self.drawing.is_svg else (tab,)),
            IconLink(rel="apple-touch-icon", path=self._path(APPLE)),
            IconLink(rel="manifest", path=MANIFEST),
        )

    @cached_property
    def square_path(self) -> str:
        """The logo as a square of 512 pixels, below SITEURL; "" without a logo."""
        return self._path(MASKABLE) if self.drawing and not self.drawing.derived else ""

    def _path(self, kind: Kind) -> str:
        return f"{FOLDER}/{kind.name}.{self._digest(kind)[:8]}.png"

    def _digest(self, kind: Kind) -> str:
        facts = [kind.name, kind.side, kind.share, kind.opaque, self.brand.colours["cover"]]
        return digest(VERSION, facts, self.drawing.digest if self.drawing is not None else "")

    def _drawn(self, kind: Kind, drawing: Drawing) -> bytes:
        ground = self.brand.colours["cover"]
        name = f"{kind.name}-{self._digest(kind)}.png"
        return self.cache.bytes_of(
            name, lambda: _encoded(square(drawing.picture, kind, ground), "PNG")
        )

    def _tab_icon(self, drawing: Drawing) -> bytes:
        largest = Kind("favicon", max(TAB_SIDES), 1.0, False)
        name = f"favicon-{self._digest(largest)}.ico"
        return self.cache.bytes_of(
            name, lambda: _encoded(square(drawing.picture, largest, ""), "ICO")
        )

    def _manifest(self, site: str, name: str, language: str) -> bytes:
        """The manifest speaks of the site as a whole, in its first language."""
        icons = [
            {
                "src": f"{site}/{self._path(kind)}",
                "sizes": f"{kind.side}x{kind.side}",
                "type": "image/png",
                "purpose": "maskable" if kind.opaque else "any",
            }
            for kind in MANIFEST_KINDS
        ]
        manifest = {
            "name": name,
            "short_name": name,
            "lang": language,
            "start_url": f"{site}/",
            "display": "browser",
            "theme_color": self.brand.colours["cover"],
            "background_color": self.brand.colours["paper"],
            "icons": icons,
        }
        return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def square(drawing: Image.Image, kind: Kind, ground: str) -> Image.Image:
    """`drawing` in the middle of a square, on the colour `ground` where the kind is opaque."""
    picture = Image.new("RGBA", (kind.side, kind.side), ground if kind.opaque else (0, 0, 0, 0))
    inner = round(kind.side * kind.share)
    small = ImageOps.contain(drawing, (inner, inner), Image.Resampling.LANCZOS)
    place = ((kind.side - small.width) // 2, (kind.side - small.height) // 2)
    picture.alpha_composite(small, place)
    return picture.convert("RGB") if kind.opaque else picture


def _encoded(picture: Image.Image, format: Literal["PNG", "ICO"]) -> bytes:  # noqa: A002
    file = BytesIO()
    if format == "ICO":
        picture.save(file, format, sizes=[(side, side) for side in TAB_SIDES])
    else:
        picture.save(file, format, compress_level=9)
    return file.getvalue()
