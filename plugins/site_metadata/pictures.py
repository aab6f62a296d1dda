"""The pictures of articles, as link previews want them: address, size, kind, words.

Cost: the header of each picture is read once, and again when the file changes.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

TAKEN = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPicture:
    """A picture that stands for a page elsewhere."""

    url: str  # absolute
    width: int
    height: int
    media_type: str
    alt: str


@dataclass(frozen=True, slots=True)
class Size:
    """What a picture's header says."""

    width: int
    height: int
    media_type: str


class Sizes:
    """The sizes of picture files, remembered while the files stay as they are."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int], Size]] = {}

    def of(self, file: Path) -> Size:
        """Raises `ValueError` that says what is wrong with the file."""
        try:
            status = file.stat()
        except OSError:
            raise ValueError("there is no such file below the content folder") from None
        stamp = status.st_mtime_ns, status.st_size
        known = self._known.get(file)
        if known is None or known[0] != stamp:
            known = self._known[file] = stamp, read_size(file)
        return known[1]


def read_size(file: Path) -> Size:
    """Look at the file's header. Raises `ValueError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as image:
                kind, (width, height) = image.format or "", image.size
    except (
        OSError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        kind, width, height = "", 0, 0
    if kind not in TAKEN:
        raise ValueError("is no picture that previews can show: use JPEG, PNG, WebP or GIF")
    return Size(width, height, TAKEN[kind])
