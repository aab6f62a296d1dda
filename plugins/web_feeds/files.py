"""Files of the output folder, replaced whole."""

from __future__ import annotations

from pathlib import Path


def put(path: Path, data: bytes) -> Path:
    """Write `data` in one step: whoever reads meanwhile gets the old file or the new one.

    Unlike a document, a feed is made anew by the next build, so it is not forced to the disk.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)
    return path
