"""The icons of browser tabs, home screens and the web manifest, drawn from the brand's own.

From an SVG, or from a PNG of at least 512 pixels: `favicon.ico` (16, 32, 48), `apple-touch-icon`
(180, opaque), 192 and 512 for the manifest, and 512 maskable: systems cut those to a circle, so
that the drawing stands in the inner 80 % on the cover's colour.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import resvg_py
from PIL import Image, ImageOps, UnidentifiedImageError

from syndication.exchange import replace_file

from .brand import Brand, SettingsError
from .cache import Cache, digest

VERSION = 1  # of the drawing
DRAWN = 1024  # pixels of the longer side of a drawing that has no size of its own
SMALLEST = 512
FOLDER = "icons"
MANIFEST = "site.webmanifest"


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

    def __init__(self, brand: Brand, content: Path, output: Path, cache: Cache) -> None:
        """Raises `SettingsError` where BRAND_ICON, or BRAND_LOGO, is no picture to draw from."""
        self.brand, self.output, self.cache = brand, output, cache
        self._source = content / brand.icon
        self._bytes = _read(self._source, "BRAND_ICON") if brand.icon else b""
        self.drawing = open_picture(self._bytes, "BRAND_ICON", brand.icon) if brand.icon else None

    def write(self, site: str, name: str, language: str) -> None:
        """Write icons and manifest; `site` is SITEURL. A favicon.ico of the site's own stays."""
        drawing = self.drawing
        if drawing is None:
            return
        for kind in (APPLE, *MANIFEST_KINDS):
            replace_file(self.output / self._path(kind), self._drawn(kind, drawing))
        if not (self.output / "favicon.ico").exists():
            replace_file(self.output / "favicon.ico", self._tab_icon(drawing))
        replace_file(self.output / MANIFEST, self._manifest(site, name, language))

    def links(self) -> tuple[IconLink, ...]:
        """What the head of every page names."""
        if self.drawing is None:
            return ()
        tab = IconLink(rel="icon", path="favicon.ico", sizes="48x48")
        own = IconLink(rel="icon", path=self.brand.icon, media_type="image/svg+xml", sizes="any")
        return (
            *((tab, own) if self.brand.icon.endswith(".svg") else (tab,)),
            IconLink(rel="apple-touch-icon", path=self._path(APPLE)),
            IconLink(rel="manifest", path=MANIFEST),
        )

    def square_path(self) -> str:
        """The logo as a square of 512 pixels, below SITEURL; "" without a logo."""
        return self._path(MASKABLE) if self.drawing is not None else ""

    def _path(self, kind: Kind) -> str:
        return f"{FOLDER}/{kind.name}.{self._digest(kind)[:8]}.png"

    def _digest(self, kind: Kind) -> str:
        facts = [kind.name, kind.side, kind.share, kind.opaque, self.brand.colours["cover"]]
        return digest(VERSION, facts, self._bytes.hex())

    def _drawn(self, kind: Kind, drawing: Image.Image) -> bytes:
        ground = self.brand.colours["cover"]
        name = f"{kind.name}-{self._digest(kind)}.png"
        return self.cache.bytes_of(name, lambda: _encoded(square(drawing, kind, ground), "PNG"))

    def _tab_icon(self, drawing: Image.Image) -> bytes:
        largest = Kind("favicon", max(TAB_SIDES), 1.0, False)
        name = f"favicon-{self._digest(largest)}.ico"
        return self.cache.bytes_of(name, lambda: _encoded(square(drawing, largest, ""), "ICO"))

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


def open_picture(data: bytes, setting: str, name: str) -> Image.Image:
    """An SVG drawn, or a raster picture opened, with transparency. Raises `SettingsError`."""
    try:
        if name.endswith(".svg"):
            png = resvg_py.svg_to_bytes(
                svg_string=data.decode("utf-8"), width=DRAWN, skip_system_fonts=True
            )
            return Image.open(BytesIO(bytes(png))).convert("RGBA")
        picture = Image.open(BytesIO(data)).convert("RGBA")
    except (ValueError, UnidentifiedImageError, OSError) as error:
        raise SettingsError(f"{setting}: {name!r} is neither an SVG nor a picture") from error
    if max(picture.size) < SMALLEST:
        raise SettingsError(
            f"{setting}: {name!r} is {picture.width} × {picture.height} pixels; give an SVG, or a"
            f" PNG of at least {SMALLEST} pixels"
        )
    return picture


def _read(file: Path, setting: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise SettingsError(
            f"{setting}: there is no file {str(file)!r}; name one below the content folder"
        ) from None


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
