"""Reading ahead: source files are read in parallel, or found as they were read before.

Only `reader.read` is taken over. Pelican asks for each file when it would have, in its order, and
every signal around it is sent as ever, here in the site's own process. What cannot be read ahead
is read the plain way, and that is said once: readers that are not Pelican's own, Markdown
extensions given as objects (either may keep what it saw), systems without fork.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from blinker import signal
from pelican.log import console
from pelican.utils import file_suffix

from .cache import NOWHERE, Cache, Found, Search, key_of, opened
from .crew import can_fork, processes, read_all
from .fingerprint import Unforeseeable, expect_names, fingerprint
from .reading import Reading, decoded, read, watch_files

due = signal("next_build_due")  # sent with why the next build has to read in any case

READERS = "pelican.readers"  # the module of those that are known to read and do nothing else


class ReadingAhead:
    """What one run reads ahead. `close` it in the end."""

    def __init__(self, pelican: Any) -> None:
        self._settings = pelican.settings
        self._plugins = pelican.plugins
        self._said: set[str] = set()
        self._cache: Cache | None = None
        self._asked = False
        self._begun: list[_Files] = []

    def prepare(self, generator: Any) -> None:
        """Take over the readers of a generator that has just been made."""
        readers = [one for one in set(generator.readers.readers.values()) if self._may(one)]
        if readers:
            files = _Files(self, generator, readers)
            generator.get_files = files.found
            self._begun.append(files)

    def close(self) -> None:
        """Store what was read, and end whoever still reads."""
        while self._begun:
            self._begun.pop().end()
        cache, self._cache, self._asked = self._cache, None, False
        if cache is not None:
            cache.close()

    def cache(self) -> Cache | None:
        """The readings of former builds, if they can be had."""
        if not self._asked:
            self._asked = True
            self._cache = opened(Path(self._settings["CACHE_PATH"]) / "fast_build" / "read.sqlite")
        return self._cache

    def fingerprint(self, readers: list[Any]) -> bytes | None:
        """What a reading depends on; None where one cannot tell, and nothing is kept."""
        try:
            return fingerprint(self._settings, readers, self._plugins)
        except Unforeseeable as reason:
            self.say(f"what was read is not kept for the next build: {reason}")
            return None

    def processes(self) -> int:
        """How many read at once."""
        return processes(self._settings)

    def say(self, line: str) -> None:
        """Once a run."""
        if line not in self._said:
            self._said.add(line)
            due.send(line)
            console.print(f"fast_build: {line}", soft_wrap=True, markup=False, highlight=False)

    def _may(self, reader: Any) -> bool:
        reason = self._reason_against(reader)
        if reason:
            self.say(reason)
        return reason is None

    def _reason_against(self, reader: Any) -> str | None:
        """Why this reader reads the plain way; empty when there is nothing to say about it."""
        kind = type(reader)
        if kind.read.__qualname__ == "BaseReader.read":
            return ""
        if kind.read.__module__ != READERS and not getattr(kind, "reads_ahead", False):
            return f"{kind.__name__} is not Pelican's own; its files are read the plain way"
        if not can_fork():
            return "this system has no fork; files are read the plain way"
        if self._settings["CACHE_CONTENT"] and self._settings["LOAD_CONTENT_CACHE"]:
            return "CACHE_CONTENT is on, which knows less; leave it out and files are read ahead"
        try:
            expect_names(self._settings)
        except Unforeseeable as reason:
            return f"{reason}; files are read the plain way"
        return None


class _Files:
    """The source files of one generator, from the moment when it looks for them."""

    def __init__(self, ahead: ReadingAhead, generator: Any, readers: list[Any]) -> None:
        self._ahead = ahead
        self._root = generator.path
        self._look: Callable[..., set[str]] = generator.get_files
        self._by_suffix = {
            suffix: reader
            for suffix, reader in generator.readers.readers.items()
            if reader in readers
        }
        self._plain = {reader: reader.read for reader in readers}
        self._waiting: list[str] = []
        self._results: Generator[tuple[str, bytes | None], None, None] | None = None
        for reader in readers:
            reader.read = self._reading_by(reader)

    def found(self, paths: Any, exclude: Any = None, extensions: Any = None) -> set[str]:
        """What the generator's own `get_files` finds; sources are noted to be read ahead."""
        files = self._look(paths, exclude=exclude, extensions=extensions)
        if extensions is None:
            absolute = [os.path.abspath(os.path.join(self._root, file)) for file in files]
            self._waiting = [path for path in absolute if file_suffix(path) in self._by_suffix]
        return files

    def end(self) -> None:
        """Nobody asks any more: a build under --autoreload leaves no process behind."""
        if self._results is not None:
            self._results.close()

    def _reading_by(self, reader: Any) -> Callable[[str], Any]:
        def reading(path: str) -> Any:
            found = _whole(self._result(path))
            return found.told(reader) if found else self._plain[reader](path)

        return reading

    def _result(self, path: str) -> bytes | None:
        """What a child or a former build read; None if `path` is to be read here and now."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._results = self._begin(waiting)
            self._expected = set(waiting)
        if path not in getattr(self, "_expected", ()):
            return None
        for arrived, data in self._results or ():
            self._expected.discard(arrived)
            if arrived == path:
                return data
        return None

    def _begin(self, paths: list[str]) -> Generator[tuple[str, bytes | None], None, None]:
        """Each file with its reading, in the order in which Pelican will ask."""
        stamp = self._ahead.fingerprint(list(self._plain))
        cache = self._ahead.cache() if stamp else None
        search = Search(cache.file, cache.keys) if cache else None
        read = self._read_in_child(stamp if cache else None, search)
        children = read_all(paths, read, self._ahead.processes())
        try:
            for path in paths:
                packed = next(children, None)
                found = Found.unpacked(packed) if packed is not None else None
                if found is None or found.key == NOWHERE:
                    due.send(f"{path} is read each time")
                if found is None:
                    yield path, None
                    continue
                if cache:
                    cache.note(found)
                yield path, found.data
        finally:
            children.close()  # type: ignore[attr-defined]

    def _read_in_child(self, stamp: bytes | None, search: Search | None) -> Callable[[str], bytes]:
        watching: list[bool] = []

        def reading(path: str) -> bytes:
            key = _key(stamp, path) if stamp else None
            known = search.found(key) if search and key else None
            if known:
                return known.packed()
            if not watching:
                watch_files()
                watching.append(True)
            reader = self._by_suffix[file_suffix(path)]
            reader.__dict__.pop("read", None)
            new = read(reader, path)
            if stamp and key != _key(stamp, path):
                raise RuntimeError(f"{path} was changed while it was read")
            kept = key if key and new.alone else NOWHERE
            return Found(new.encoded(), kept, 0).packed()

        return reading


def _whole(data: bytes | None) -> Reading | None:
    """The reading, unless it is missing or was torn when the machine failed."""
    if data is None:
        return None
    try:
        return decoded(data)
    except ValueError:
        return None


def _key(stamp: bytes, path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return key_of(stamp, path, file.read())
    except OSError:
        return None
