"""The files of a site: the old one or the new one, whole, and untouched when the same.

The words go to a temporary file in the same folder that then takes the name.
"""

from __future__ import annotations

import errno
import filecmp
import os
import re
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from .states import placed, tell, tell_put

_numbers = count()
_BEGINNING = ".fast_build-"
_TEMPORARY = re.compile(rf"{re.escape(_BEGINNING)}(\d+)-\d+\.tmp")


class OutputError(OSError):
    """A file of the site could not be written; the message says what to do."""


def replace(
    path: str, data: bytes, *, durable: bool = False, unsynced: set[str] | None = None
) -> bool:
    """Make the file at `path` say `data`; False when it already did and was left alone.

    `durable`: return only when file and name are on the disk, not merely on their way there.
    `unsynced`: gets the folder instead, for whoever sees to the names of many files at once.
    Raises `OutputError` with the old file untouched. The file keeps its permissions.
    """
    if _says(path, data):
        return False
    _in_one_step(path, lambda temporary: _write(temporary, data, durable))
    if durable and unsynced is None:
        _sync_folder(os.path.dirname(path))
    elif unsynced is not None:
        unsynced.add(os.path.dirname(path))
    return True


def copy(source: str, path: str) -> bool:
    """Make the file at `path` the same as `source`; False when it already was. As `replace`."""
    with suppress(OSError):
        found = os.stat(path)  # before: what comes later is somebody else's
        if filecmp.cmp(source, path, shallow=False):
            tell(path, found)
            return False
    _in_one_step(path, lambda temporary: shutil.copyfile(source, temporary))
    return True


def is_left_over(name: str) -> bool:
    """Whether a file of this name is what a killed process left of a page it was writing."""
    of_process = _TEMPORARY.fullmatch(name) if name.startswith(_BEGINNING) else None
    return bool(of_process) and not _lives(int(of_process[1]))  # type: ignore[index]


def _in_one_step(path: str, fill: Callable[[str], object]) -> None:
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, f"{_BEGINNING}{os.getpid()}-{next(_numbers)}.tmp")
    try:
        fill(temporary)
        with suppress(FileNotFoundError):
            os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
        made = os.lstat(temporary) if placed.receivers else None
        os.replace(temporary, path)
    except OSError as error:
        _remove(temporary)
        raise OutputError(error.errno, advice(error), path) from error
    except BaseException:
        _remove(temporary)
        raise
    if made is not None:
        tell_put(path, made)


def _says(path: str, data: bytes) -> bool:
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return False
    try:  # of each page of an unchanged site: a file object would ask the system twice as much
        found = os.fstat(file)
        same = found.st_size == len(data) and os.read(file, len(data) + 1) == data
        if same:
            tell(path, found)
        return same
    except OSError:
        return False
    finally:
        os.close(file)


def _write(path: str, data: bytes, durable: bool) -> None:
    # 0o666 less the umask, as for any file that Pelican opens.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with open(handle, "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) or 0 :]
        if durable:
            os.fsync(file.fileno())


def _sync_folder(folder: str) -> None:
    handle = os.open(folder or ".", os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


def advice(error: OSError) -> str:
    """What a person does about it, in one line."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; the page keeps its former words. Make room and build again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            "the folder cannot be written; the page keeps its former words. Let the person who"
            " builds write there and build again"
        )
    return f"{error.strerror}; the page keeps its former words"


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
