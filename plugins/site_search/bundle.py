"""The index where visitors get it: brought in line with the cache, file by file.

Nearly all names in an index are made of what is in the file, and one small file says which are the
newest: it is written last, each part's before the one that leads to all parts, and what they no
longer name is removed after that, so that a search meanwhile finds the old index or the new one.
A file that says the same is left alone, and the cache's copy takes its date: by that both are known
for the same next time, without being read.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from syndication.exchange import replace_file

from .program import ENTRY

renders_apart = True  # what is brought is named by what is in it, and put there in one step
TEMPORARY = ".new"


def sizes(folder: Path) -> dict[str, int]:
    """The size of each file below `folder` in bytes, by its path there. Raises `OSError`."""
    return {name: status.st_size for name, status in _files(folder)}


def bring(index: Path, folder: Path) -> None:
    """Put into `folder` what it does not have of `index`: nobody asks for that before the small
    file names it, which `put_in_place` brings. Raises `OSError`."""
    for name, status in _files(index):
        target = f"{folder}/{name}"
        if not name.endswith((TEMPORARY, ENTRY)) and not os.path.lexists(target):
            _copy(f"{index}/{name}", status, target)


def put_in_place(indexes: Mapping[str, Path], bundle: Path, entry: bytes) -> Iterator[str]:
    """Make `bundle` a copy of the indexes, each in the folder that it is called by, with `entry`
    leading to them; yields the path of each file that is as it is to be. Raises `OSError`.

    Cost where nothing changed: a look at the date of each file in both.
    """
    wanted = {
        within + name: (f"{index}/{name}", status)
        for within, index in indexes.items()
        for name, status in _files(index)
        if not name.endswith(TEMPORARY) and within + name != ENTRY
    }
    there = dict(_files(bundle)) if bundle.is_dir() else {}
    for name in sorted(wanted, key=lambda name: (name.endswith(ENTRY), name)):
        (source, status), target = wanted[name], f"{bundle}/{name}"
        if name not in there or not _is_same(source, status, target, there[name]):
            _copy(source, status, target)
        yield target
    replace_file(bundle / ENTRY, entry)
    yield f"{bundle}/{ENTRY}"
    _remove(bundle, there.keys() - wanted.keys() - {ENTRY})


def _remove(bundle: Path, names: Iterable[str]) -> None:
    """Remove these files and the folders that are empty without them."""
    folders: set[str] = set()
    for name in names:
        with suppress(FileNotFoundError):
            os.unlink(f"{bundle}/{name}")  # noqa: PTH108 - as many as the site has pages
        while name := name.rpartition("/")[0]:
            folders.add(name)
    for folder in sorted(folders, key=len, reverse=True):
        with suppress(OSError):
            (bundle / folder).rmdir()


def _is_same(source: str, wanted: os.stat_result, target: str, there: os.stat_result) -> bool:
    if wanted.st_size != there.st_size:
        return False
    if wanted.st_mtime_ns == there.st_mtime_ns:
        return True
    if not filecmp.cmp(source, target, shallow=False):
        return False
    with suppress(OSError):
        os.utime(source, ns=(there.st_mtime_ns, there.st_mtime_ns))
    return True


def _copy(source: str, status: os.stat_result, target: str) -> None:
    try:
        shutil.copyfile(source, target + TEMPORARY)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        shutil.copyfile(source, target + TEMPORARY)
    os.utime(target + TEMPORARY, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.replace(target + TEMPORARY, target)  # noqa: PTH105


def _files(folder: Path, within: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Each file below `folder`, by its path there."""
    with os.scandir(f"{folder}/{within}") as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(folder, f"{within}{entry.name}/")
            else:
                yield within + entry.name, entry.stat()
