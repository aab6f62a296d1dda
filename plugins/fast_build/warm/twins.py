"""Compressed twins of a page (`index.html.gz`, `.br`): a host that serves them serves these words.

They are made where they are; one that cannot be made is removed, so that the host serves the page
itself and never the words of before.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterable
from contextlib import suppress

from ..files import replace


def _brotli(data: bytes) -> bytes:
    import brotli  # type: ignore[import-untyped, unused-ignore]

    compressed: bytes = brotli.compress(data)
    return compressed


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=9, mtime=0)


TWINS: dict[str, Callable[[bytes], bytes]] = {".gz": _gzip, ".br": _brotli}


def renew(path: str) -> Iterable[str]:
    """Bring the twins of a file in line; the names of those that were there."""
    for suffix, compress in TWINS.items():
        twin = path + suffix
        if not os.path.exists(twin):
            continue
        try:
            with open(path, "rb") as file:
                replace(twin, compress(file.read()))
        except (ImportError, OSError):
            remove(twin)
        yield twin


def of(path: str) -> list[str]:
    """The twins that are there."""
    return [path + suffix for suffix in TWINS if os.path.exists(path + suffix)]


def remove(path: str) -> None:
    """Fine when there is none."""
    with suppress(FileNotFoundError):
        os.unlink(path)
