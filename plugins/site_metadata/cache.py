"""What was drawn once is not drawn again: files named by the digest of what they are made from."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from blinker import signal

from syndication.exchange import replace_file

_encode = json.JSONEncoder(sort_keys=True).encode


class Cache:
    """A folder that may be deleted at any time; it is filled again at the next build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str, copy: str) -> bool:
        """Is `copy` the file `name`, as far as the size says? Both were put there whole, under a
        name that follows from what they show; whoever emptied one has not put anything there."""
        size = _size(copy)
        return size > 0 and size == _size(f"{self.folder}/{name}")

    def lends(self, name: str, further: str) -> bool:
        """Give the file `name` a second name, `further`: it is not read, written nor stored twice.

        False where it is not drawn yet, where something is called so already, and across file
        systems and on those without second names (FAT): a copy does there. Cost: 6 µs; a copy 50.
        """
        kept = f"{self.folder}/{name}"
        with suppress(OSError):
            if _size(kept):
                os.link(kept, further)
                return True
        return False

    def bytes_of(self, name: str, draw: Callable[[], bytes]) -> bytes:
        """The file `name`, drawn where it is not there yet. A folder that cannot be written
        only costs time."""
        file = self.folder / name
        with suppress(OSError):
            if kept := file.read_bytes():
                return kept
        drawn = draw()
        with suppress(OSError):
            replace_file(file, drawn)
            signal("output_confirmed").send(str(file))  # a build that drew it needs no second one
        return drawn


def _size(file: str) -> int:
    """In bytes; 0 where there is none."""
    try:
        return os.stat(file).st_size  # noqa: PTH116 - each page asks
    except OSError:
        return 0


def digest(*facts: Any) -> str:
    """A short name for whatever is made from `facts`, which JSON can write."""
    return digest_of(*map(written, facts))


def written(fact: Any) -> str:
    """One fact as `digest_of` wants it."""
    return _encode(fact)


def digest_of(*facts: str) -> str:
    """The same as `digest`, of facts that are `written`: most of them once for many names."""
    return hashlib.sha256(f"[{', '.join(facts)}]".encode()).hexdigest()[:20]
