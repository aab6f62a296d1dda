"""Files of the output folder, replaced whole."""

from __future__ import annotations

from pathlib import Path

from blinker import signal

# A build that sweeps the output folder (fast_build) leaves what was confirmed.
confirmed = signal("output_confirmed")


def put(path: Path, data: bytes) -> Path:
    """Write `data` in one step: whoever reads meanwhile gets the old file or the new one.

    A file that says the same is left alone. Unlike a document, a feed is made anew by the next
    build, so it is not forced to the disk.
    """
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(data)
        beside.replace(path)
    confirmed.send(str(path))
    return path
