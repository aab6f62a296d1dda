"""The pictures that front matter names: where a file is and what kind of picture it is."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from functools import lru_cache

from pelican.contents import Content
from PIL import Image, UnidentifiedImageError

from syndication import sources

KEYS = ("image", "image-2", "image-3", "image-4")
"""Of front matter; the first one also stands for its article wherever that is named."""
TAKEN = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """A picture among the site's static files."""

    name: str  # relative to the content folder, with slashes: Pelican's key
    media_type: str
    width: int
    height: int
    size: int  # bytes
    alt: str


def alt_key(key: str) -> str:
    """The key that says what the picture of `key` shows."""
    return f"{key}-alt"


def picture_name(content: Content, written: str) -> str:
    """`written` as a path relative to the content folder. Raises `ValueError`."""
    return sources.picture_name(written, content.relative_dir)


def picture_file(content: Content, written: str, *, alt: str) -> PictureFile:
    """Look at the file's header; `alt` is what it shows. Raises `ValueError` with what to do."""
    name = picture_name(content, written)
    path = os.path.join(content.settings["PATH"], name)  # noqa: PTH118 - for each article
    if not os.path.isfile(path):  # noqa: PTH113
        raise ValueError(f"there is no file {name!r} below the content folder")
    status = os.stat(path)  # noqa: PTH116
    kind, (width, height) = _header(path, status.st_mtime_ns, status.st_size)
    if kind not in TAKEN:
        raise ValueError(f"{name!r} is not a picture that networks take: JPEG, PNG, WebP or GIF")
    return PictureFile(
        name=name,
        media_type=TAKEN[kind],
        width=width,
        height=height,
        size=status.st_size,
        alt=alt,
    )


@lru_cache(maxsize=1024)
def _header(path: str, changed: int, size: int) -> tuple[str, tuple[int, int]]:
    """Kind and measures of the picture that `path` was at this time, with this size: many articles
    may show one. "" as kind for what is none, or too large to be looked at."""
    del changed, size
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return image.format or "", image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "", (0, 0)
