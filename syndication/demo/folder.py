"""The folder of a demonstration: one demonstration at a time, and nothing else in it.

The lock is the system's, on an open file: it ends with its process, however that ends. Who holds it
stands beside it in the notebook.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from syndication.demo.notebook import Notebook

LOCK = "demo.lock"
LOG = "demo.log"
NOTES = "demo.json"


class FolderError(Exception):
    """The folder cannot be used; the message says what to do."""


@contextmanager
def claim(folder: Path, *, fresh: bool) -> Iterator[None]:
    """Hold `folder` for one demonstration, made where it is missing, emptied first when `fresh`.

    Raises `FolderError`, before anything is written or deleted, when it holds something else, or
    when another demonstration runs in it.
    """
    _check(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise FolderError(_running(folder)) from None
    try:
        if fresh:
            _empty(folder)
        Notebook(folder / NOTES).write(pid=os.getpid(), article="")
        yield
    finally:
        lock.release()


def _check(folder: Path) -> None:
    if not folder.is_dir():
        return
    # A start that was cut short has left its lock and no log yet.
    ours = any((folder / name).is_file() for name in (LOG, LOCK))
    if not ours and any(folder.iterdir()):
        raise FolderError(
            f"{folder} holds something else than a demonstration: name a new folder with --folder;"
            " nothing was changed"
        )


def _running(folder: Path) -> str:
    known = Notebook(folder / NOTES).read()
    where = f"open {known['article']}" if known.get("article") else "wait for its invitation"
    return (
        f"a demonstration is already running in {folder} (pid {known.get('pid', 'not known yet')}):"
        f" {where}, or end it first"
    )


def _empty(folder: Path) -> None:
    """All goes but the lock, which is held; the log last, by which the folder is known as ours."""
    for child in sorted(folder.iterdir(), key=lambda path: path.name == LOG):
        if child.name == LOCK:
            continue
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()
