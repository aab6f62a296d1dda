"""One original and its variants: sizes, names, encoding. Knows files, not pages."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from xml.etree import ElementTree

from PIL import Image, ImageOps

QUALITY = {"avif": {"quality": 60, "speed": 6}, "webp": {"quality": 78, "method": 5}}
# Belongs to each file's name: raise it when what is made changes otherwise than by QUALITY.
RECIPE = "1"
NUMBER = re.compile(r"\s*([0-9]*\.?[0-9]+)(px)?\s*")


class Unreadable(ValueError):
    """A picture that nobody can show; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Original:
    """A picture in the content folder, its header read. Each reading is an object of its own."""

    path: Path
    width: int  # pixels, as it is shown: turned where its EXIF says so; 0: unknown
    height: int
    digest: str  # of its bytes
    scalable: bool  # a still bitmap, of which smaller ones can be made

    def widths(self, wanted: Iterable[int]) -> list[int]:
        """The widths to make, in pixels: those wanted, and the picture's own below the widest."""
        widest = max(wanted, default=0)
        return sorted({*(w for w in wanted if w < self.width), min(self.width, widest)} - {0})

    def name(self, width: int, kind: str) -> str:
        """The file name of one variant; another picture or way of making has another name."""
        made = hashlib.blake2b(
            f"{RECIPE} {self.digest} {QUALITY[kind]}".encode(), digest_size=5
        ).hexdigest()
        stem = re.sub(r"[^a-z0-9]+", "-", self.path.stem.lower()).strip("-") or "picture"
        return f"{stem}-{made}-{width}.{kind}"


def read(path: Path) -> Original:
    """Look at a picture's header. Raises `Unreadable`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"it cannot be read: {error.strerror}") from error
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    if path.suffix.lower() == ".svg":
        width, height = _svg_size(data)
        return Original(path=path, width=width, height=height, digest=digest, scalable=False)
    try:
        with Image.open(path) as image:
            width, height = image.size
            if image.getexif().get(0x0112, 1) >= 5:  # turned by a quarter
                width, height = height, width
            still = not getattr(image, "is_animated", False)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable(f"it is no picture that Pillow can read ({error})") from error
    return Original(path=path, width=width, height=height, digest=digest, scalable=still)


def make(original: Original, width: int, kind: str, target: Path) -> None:
    """Encode one variant into `target`, whole or not at all. Raises `Unreadable`.

    EXIF stays behind: where a photograph was taken is nobody's business. Its colours do not.
    """
    try:
        with Image.open(original.path) as opened:
            profile = opened.info.get("icc_profile")
            image = ImageOps.exif_transpose(opened)
            clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
            image = image.convert("RGBA" if clear else "RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable(f"it is damaged ({error})") from error
    if width != image.width:
        height = max(1, round(width * image.height / image.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, suffix=f".{kind}", delete=False) as file:
        made = Path(file.name)
    try:
        image.save(made, kind.upper(), icc_profile=profile, exif=b"", **QUALITY[kind])
        with made.open("rb") as file:  # it is believed for as long as the cache is kept
            os.fsync(file.fileno())
        made.chmod(0o644)
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)


def _svg_size(data: bytes) -> tuple[int, int]:
    """Width and height of a drawing, from its attributes or its viewBox; zeros where unsaid."""
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 (the site's own file)
    except ElementTree.ParseError as error:
        raise Unreadable(f"it is no SVG ({error})") from error
    said = [NUMBER.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if all(said):
        return tuple(round(float(match[1])) for match in said if match)  # type: ignore[return-value]
    box = root.get("viewBox", "").replace(",", " ").split()
    try:
        return round(float(box[2])), round(float(box[3]))
    except (IndexError, ValueError):
        return 0, 0
