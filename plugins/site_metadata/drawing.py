"""The brand's own drawing: an SVG or a picture, opened only where something is made of it."""

from __future__ import annotations

import hashlib
from functools import cached_property
from io import BytesIO
from pathlib import Path

import resvg_py
from PIL import Image, UnidentifiedImageError

from .brand import SettingsError

DRAWN = 1024  # pixels of the width of an SVG, which has no size of its own
SMALLEST = 512


class Drawing:
    """What BRAND_ICON, else BRAND_LOGO, names."""

    derived = False
    """Drawn by us, for want of one of the brand's own?"""

    def __init__(self, content: Path, setting: str, name: str) -> None:
        """Reads `name` below the folder `content`. Raises `SettingsError` where it cannot be used;
        what is wrong within an SVG shows when it is drawn."""
        self.setting, self.name = setting, name
        try:
            self.data = (content / name).read_bytes()
        except OSError:
            raise SettingsError(
                f"{setting}: there is no file {str(content / name)!r}; name one below the content"
                " folder"
            ) from None
        self.digest = hashlib.sha256(self.data).hexdigest()
        if not self.is_svg:
            self._expect_large()

    @property
    def is_svg(self) -> bool:
        """Drawn from lines, at any size?"""
        return self.name.lower().endswith(".svg")

    @cached_property
    def picture(self) -> Image.Image:
        """The drawing with transparency. Raises `SettingsError`. Cost: 50 ms."""
        try:
            if not self.is_svg:
                return Image.open(BytesIO(self.data)).convert("RGBA")
            png = resvg_py.svg_to_bytes(
                svg_string=self.data.decode("utf-8"), width=DRAWN, skip_system_fonts=True
            )
            return Image.open(BytesIO(bytes(png))).convert("RGBA")
        except (ValueError, UnidentifiedImageError, OSError) as error:
            raise self._unusable() from error

    def _expect_large(self) -> None:
        try:
            with Image.open(BytesIO(self.data)) as picture:
                width, height = picture.size
        except (UnidentifiedImageError, OSError) as error:
            raise self._unusable() from error
        if max(width, height) < SMALLEST:
            raise SettingsError(
                f"{self.setting}: {self.name!r} is {width} × {height} pixels; give an SVG, or a"
                f" PNG of at least {SMALLEST} pixels"
            )

    def _unusable(self) -> SettingsError:
        return SettingsError(f"{self.setting}: {self.name!r} is neither an SVG nor a picture")
