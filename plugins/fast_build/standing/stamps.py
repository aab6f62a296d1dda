"""In what state files and folders are, told so that two builds can compare.

A file is told by when its words and its entry were last changed, its size, and its number in the
file system. Whoever changes a file cannot have all of that back. Only a change in the same tick of
the clock looks like none, so what is remembered has to be older than the look at it: `Stamps`.

Cost: some 4 µs a file.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import blake2b
from stat import S_ISDIR

from ..states import state_of
from .handiwork import Handiwork

SECOND = 1_000_000_000  # ns
FOLDER = "folder"  # the state of one
COARSE = 2 * SECOND  # what some file systems make of the time


class YoungError(Exception):
    """Something was changed too late; the message says what."""


class Stamps:
    """Looks at files and folders. Raises `YoungError` where one was changed at `before`, ns since
    1970, or later, and not by the build whose `handiwork` is known."""

    def __init__(self, handiwork: Handiwork, before: int | None = None) -> None:
        self.handiwork, self._before = handiwork, before

    def of_file(self, path: str) -> str:
        """ "" where there is none; of a folder no more than that it is one."""
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            return ""
        if S_ISDIR(found.st_mode):
            return FOLDER
        return self._told(path, found)

    def of_folder(self, path: str, *, deeply: bool) -> str:
        """The names in it and, `deeply`, the files; not what is in folders there."""
        try:
            names = self.handiwork.others(path)
            if not self.handiwork.is_as_it_was(path, names):
                self._told(path, os.stat(path))
        except OSError:
            return ""
        return _digest(
            f"{name}\0{self.of_file(f'{path}/{name}') if deeply else ''}" for name in names
        )

    def of_tree(self, path: str, leaving_out: Collection[str], names: Collection[str] = ()) -> str:
        """All that is below a folder, also by way of links. Left out: these paths, and whatever
        has one of these `names`. Raises `OSError` where something cannot be looked at."""
        return _digest(f"{path}\0{told}" for path, told in self._below(path, leaving_out, names))

    def of_files_in(self, path: str, leaving_out: Collection[str]) -> str:
        """The same of its files alone: `of_files` of them all."""
        return self.of_files(dict(self._below(path, leaving_out)))

    def of_files(self, states: Mapping[str, str]) -> str:
        """Of files whose states are known, by path."""
        return _digest(f"{path}\0{told}" for path, told in states.items() if told != FOLDER)

    def files_below(self, path: str) -> list[str]:
        """Their paths. Raises `OSError`."""
        return [file for file, told in self._below(path, ()) if told != FOLDER]

    def _below(
        self, top: str, leaving_out: Collection[str], names: Collection[str] = ()
    ) -> Iterator[tuple[str, str]]:
        if not os.path.isdir(top):
            yield top, self.of_file(top)
            return
        waiting, known = [top], set[tuple[int, int]]()
        while waiting:
            folder = waiting.pop()
            found = os.stat(folder)
            self._told(folder, found)  # that something has gone is a change of the folder alone
            if (found.st_dev, found.st_ino) in known:
                continue  # a link led here before
            known.add((found.st_dev, found.st_ino))
            yield folder, FOLDER
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name in names or entry.path in leaving_out:
                        continue
                    if entry.is_dir():
                        waiting.append(entry.path)
                    else:
                        yield entry.path, self._told(entry.path, _stat(entry))

    def _told(self, path: str, found: os.stat_result) -> str:
        told = state_of(found)
        if self._before is None:
            return told
        is_young = _latest(max(found.st_mtime_ns, found.st_ctime_ns)) >= self._before
        if is_young and not self.handiwork.is_own(path, told):
            raise YoungError(f"{path} was changed since it began")
        return told


def _latest(moment: int) -> int:
    """What a date stands for at most: some file systems know seconds only, or every second one."""
    return moment if moment % SECOND else moment + COARSE


def _stat(entry: os.DirEntry[str]) -> os.stat_result:
    """Of what a link leads to, or of the link where that leads nowhere."""
    try:
        return entry.stat()
    except FileNotFoundError:
        return entry.stat(follow_symlinks=False)


def _digest(lines: Iterable[str]) -> str:
    data = "\n".join(sorted(lines)).encode("utf-8", "surrogateescape")
    return blake2b(data, digest_size=16).hexdigest()
