"""The picture that front matter names: where its file is and what kind of picture it is."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pelican.contents import Content
from PIL import Image, UnidentifiedImageError

WRITTEN = re.compile(r"(?:[{|](static|attach|filename)[|}])?(.+)", re.S)
TAKEN = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """A picture among the site's static files."""

    name: str  # relative to the content folder, with slashes: Pelican's key
    media_type: str
    width: int
    height: int
    size: int  # bytes


def picture_name(content: Content, written: str) -> str:
    """`written` as a path relative to the content folder.

    Without a placeholder, or with a slash behind it, it counts from the content folder;
    ``{static}x.jpg`` counts from the article's own, as in links. Raises `ValueError` for a path
    that leads out.
    """
    match = WRITTEN.fullmatch(written.strip())
    if match is None:
        raise ValueError("is empty: name a file below the content folder, or leave the line out")
    placeholder, path = match.groups()
    start = PurePosixPath(content.relative_dir) if placeholder and path[0] != "/" else None
    parts: list[str] = []
    for part in ((start or PurePosixPath()) / path.lstrip("/")).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            raise ValueError("leads out of the content folder: the picture must lie below it")
    return "/".join(parts)


def picture_file(content: Content, written: str) -> PictureFile:
    """Look at the file's header. Raises `ValueError` that says what to do."""
    name = picture_name(content, written)
    path = Path(content.settings["PATH"]) / name
    if not path.is_file():
        raise ValueError(f"there is no file {name!r} below the content folder")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                kind, (width, height) = image.format or "", image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        kind = ""
    if kind not in TAKEN:
        raise ValueError(f"{name!r} is not a picture that networks take: JPEG, PNG, WebP or GIF")
    return PictureFile(
        name=name,
        media_type=TAKEN[kind],
        width=width,
        height=height,
        size=path.stat().st_size,
    )
