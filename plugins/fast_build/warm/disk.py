"""Files that others have written, made safe: on the disk, not merely on their way there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress


def sync(paths: Iterable[str]) -> None:
    """Return when these files and their names are on the disk; those that are gone are passed.

    Raises `OSError`. Cost: one fsync a file, one a folder.
    """
    files = dict.fromkeys(paths)
    for path in [*files, *dict.fromkeys(map(os.path.dirname, files))]:
        with suppress(FileNotFoundError):
            _sync(path)


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
