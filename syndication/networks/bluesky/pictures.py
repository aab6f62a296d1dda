"""Our pictures as the network takes them: small enough, upright, without what a camera noted.

Every picture is encoded anew, so nothing of EXIF (place, device) leaves. The same file gives the
same bytes, which an idempotent post needs. An animation becomes its first picture.

Cost: 0.1 s of processor time for a picture of 5 MB, a second where it has to be tried smaller.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageOps, UnidentifiedImageError

from syndication.model import Picture
from syndication.networks.contract import Rejected, Unavailable
from syndication.networks.fetch import Fetcher

log = logging.getLogger("tertulia")

LARGEST = 950_000  # bytes; servers take a million, newer ones two
LONGEST_SIDE = 2000  # pixels; the network's own apps show no more
_MOST_PIXELS = 100_000_000  # a bomb has more, a camera less
_LARGEST_FILE = 50_000_000  # bytes that are read at all
_QUALITIES = (90, 82, 72, 60)
_SIDES = (LONGEST_SIDE, 1600, 1280, 1000, 700)
_UNREADABLE = (
    Image.DecompressionBombError,
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
)
_FLAT = ("1", "L", "P", "RGB", "RGBA")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it is uploaded."""

    data: bytes
    media_type: str
    width: int
    height: int


def prepare(picture: Picture, fetch: Fetcher) -> Prepared:
    """The picture, read from its file or its address, fit to be uploaded.

    Raises `Rejected` for what is no picture, `Unavailable` while it cannot be fetched.
    """
    name = Path(urlsplit(picture.path or picture.url).path).name or "picture"
    try:
        return fitting(_bytes(picture, fetch), name)
    except Rejected as error:
        raise Rejected(f"the picture {name}: {error}") from error


def fitting(data: bytes, name: str = "picture") -> Prepared:
    """`data` encoded anew below `LARGEST` bytes. Raises `Rejected` for what cannot be read."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise Rejected(f"has {opened.width} × {opened.height} pixels, which is too many")
            if getattr(opened, "is_animated", False):
                log.warning("%s is animated; Bluesky gets its first picture", name)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.load()
    except _UNREADABLE as error:
        raise Rejected(f"cannot be read as a picture ({type(error).__name__})") from error
    for encoded in _smaller_and_smaller(upright):
        if len(encoded.data) <= LARGEST:
            return encoded
    raise Rejected(f"cannot be made smaller than {LARGEST:,} bytes")


def _smaller_and_smaller(picture: Image.Image) -> Iterator[Prepared]:
    """A drawing or what is transparent as PNG first; then JPEG, ever smaller."""
    if _is_drawing(picture):
        yield _as_png(_scaled(picture, LONGEST_SIDE))
    opaque = _opaque(picture)
    for side in _SIDES:
        scaled = _scaled(opaque, side)
        for quality in _QUALITIES:
            yield _as_jpeg(scaled, quality)


def _is_drawing(picture: Image.Image) -> bool:
    """Has it few colours, or can one see through it?"""
    return picture.mode in ("1", "P", "LA", "PA") or picture.has_transparency_data


def _opaque(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def _scaled(picture: Image.Image, side: int) -> Image.Image:
    if max(picture.size) <= side:
        return picture
    smooth = picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGBA")
    return ImageOps.contain(smooth, (side, side), Image.Resampling.LANCZOS)


def _as_png(picture: Image.Image) -> Prepared:
    plain = picture if picture.mode in _FLAT else picture.convert("RGBA")
    plain.info = {key: plain.info[key] for key in ("transparency",) if key in plain.info}
    return _encoded(plain, "PNG", optimize=True)


def _as_jpeg(picture: Image.Image, quality: int) -> Prepared:
    picture.info = {}
    return _encoded(picture, "JPEG", quality=quality, optimize=True, progressive=True)


def _encoded(picture: Image.Image, form: str, **how: bool | int) -> Prepared:
    file = io.BytesIO()
    picture.save(file, form, **how)
    return Prepared(file.getvalue(), f"image/{form.lower()}", picture.width, picture.height)


def _bytes(picture: Picture, fetch: Fetcher) -> bytes:
    if picture.path:
        try:
            return Path(picture.path).read_bytes()
        except OSError as error:
            raise Rejected(f"{picture.path} cannot be read ({error.strerror})") from error
    found = fetch(picture.url, accept="image/", limit=_LARGEST_FILE)
    if found.status != 200:
        raise Unavailable(f"the picture {picture.url} answers {found.status}")
    return found.body
