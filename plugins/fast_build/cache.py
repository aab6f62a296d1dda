"""What was read in former builds, by what was in the file; SQLite, so that builds may share it.

A reading is found again by its name, its bytes and everything that decides what a reader makes of
them (`fingerprint`). What no build has asked for in a month is forgotten.
"""

from __future__ import annotations

import sqlite3
import struct
import time
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

DAY = 86_400
KEPT = 30  # days
BATCH = 256  # readings that wait for one another on their way to the disk
TABLE = (  # its keys are in an index of their own, which is small enough to be searched quickly
    "CREATE TABLE IF NOT EXISTS readings"
    " (key BLOB PRIMARY KEY, used INTEGER NOT NULL, data BLOB NOT NULL)"
)
KEYS = "SELECT key FROM readings"
HEAD = struct.Struct("<q20s")  # day and key of a reading on its way
NOWHERE = bytes(20)


def key_of(fingerprint: bytes, path: str, data: bytes) -> bytes:
    """The name under which the reading of a file is kept."""
    digest = blake2b(data, digest_size=20, key=fingerprint)
    digest.update(b"\0" + path.encode("utf-8", "surrogateescape"))
    return digest.digest()


class Found(NamedTuple):
    """A reading on its way from the process that read it, or found it again."""

    data: bytes
    key: bytes  # under which it is kept; `NOWHERE` for one that is not
    day: int  # on which it was last asked for; 0 for one that is new

    def packed(self) -> bytes:
        """The inverse of `unpacked`."""
        return HEAD.pack(self.day, self.key) + self.data

    @classmethod
    def unpacked(cls, packed: bytes) -> Found:
        """What was packed."""
        day, key = HEAD.unpack_from(packed)
        return cls(packed[HEAD.size :], key, day)


class Search:
    """Looks into the cache in `file` for what was among its `keys`. Each process needs one of its
    own; while nothing is found, none of them keeps another from writing."""

    def __init__(self, file: Path, keys: frozenset[bytes]) -> None:
        self._file, self._keys = file, keys
        self._connection: sqlite3.Connection | None = None

    def found(self, key: bytes) -> Found | None:
        """What was put under `key`, if anything was."""
        if key not in self._keys:
            return None
        with suppress(sqlite3.Error):
            if self._connection is None:
                self._connection = sqlite3.connect(self._file, timeout=10)
            question = "SELECT data, used FROM readings WHERE key = ?"
            for data, day in self._connection.execute(question, (key,)):
                return Found(bytes(data), key, day)
        return None


class Cache:
    """An open cache. What goes wrong with it costs time and nothing else."""

    def __init__(self, file: Path, connection: sqlite3.Connection, today: int) -> None:
        self.file = file
        self._connection = connection
        self._today = today
        self._used: list[bytes] = []
        self._new: list[tuple[bytes, int, bytes]] = []

    @cached_property
    def keys(self) -> frozenset[bytes]:
        """Of all that was kept when it was first asked; some 10 ms for 30,000 readings."""
        with suppress(sqlite3.Error):
            return frozenset(key for (key,) in self._connection.execute(KEYS))
        return frozenset()

    def note(self, found: Found) -> None:
        """Keep what is new, and whatever is asked for; stored with others, at the latest when this
        is closed."""
        if found.key == NOWHERE or found.day == self._today:
            return
        if found.day:
            self._used.append(found.key)
        else:
            self._new.append((found.key, self._today, found.data))
        if len(self._new) >= BATCH:
            self._store()

    def close(self) -> None:
        """Store what is new, forget what is old."""
        if self._new or self._used:
            self._store()
            with suppress(sqlite3.Error), self._connection as now:
                now.execute("DELETE FROM readings WHERE used < ?", (self._today - KEPT,))
        self._connection.close()

    def _store(self) -> None:
        new, self._new = self._new, []
        used, self._used = self._used, []
        with suppress(sqlite3.Error), self._connection as now:
            now.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?)", new)
            now.executemany(
                "UPDATE readings SET used = ? WHERE key = ?", [(self._today, key) for key in used]
            )


def opened(file: Path) -> Cache | None:
    """The cache in `file`; None where it cannot be had. A broken one is begun anew."""
    today = int(time.time()) // DAY
    with suppress(OSError, sqlite3.Error):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            return Cache(file, _connect(file), today)
        except sqlite3.OperationalError:  # another build holds it, or the disk is full
            return None
        except sqlite3.DatabaseError:
            file.unlink()
            return Cache(file, _connect(file), today)
    return None


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=10)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(TABLE)
    connection.commit()
    return connection
