"""Files that others have written, made safe: on the disk, not merely on their way there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress


def sync(paths: Iterable[str], folders: Iterable[str] = ()) -> None:
    """Return when these files and their names are on the disk, and all names in `folders`; what is
    gone is passed.

    Raises `OSError`. Cost: one fsync a file, one a folder. Of folders, the first makes a file
    system with a journal (ext4, XFS) write down what happened to all of them.
    """
    files = dict.fromkeys(paths)
    for path in [*files, *dict.fromkeys([*map(os.path.dirname, files), *folders])]:
        with suppress(FileNotFoundError):
            _sync(path)


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
