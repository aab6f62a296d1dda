"""What was read in former builds, by what was in the file; SQLite, so that builds may share it.

A reading is found again by its name, its bytes and everything that decides what a reader makes of
them (`fingerprint`). What no build has asked for in a month is forgotten.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

DAY = 86_400
KEPT = 30  # days
BATCH = 256  # readings that wait for one another on their way to the disk
TABLE = (  # its keys are in an index of their own, which is small enough to be searched quickly
    "CREATE TABLE IF NOT EXISTS readings"
    " (key BLOB PRIMARY KEY, used INTEGER NOT NULL, data BLOB NOT NULL)"
)
ASKED = 128  # keys at once
SOME = f"key IN ({', '.join('?' * ASKED)})"


def key_of(fingerprint: bytes, path: str, data: bytes) -> bytes:
    """The name under which the reading of a file is kept."""
    digest = blake2b(data, digest_size=20, key=fingerprint)
    digest.update(b"\0" + path.encode("utf-8", "surrogateescape"))
    return digest.digest()


class Cache:
    """An open cache. What goes wrong with it costs time and nothing else."""

    def __init__(self, connection: sqlite3.Connection, today: int) -> None:
        self._connection = connection
        self._today = today
        self._used: list[bytes] = []
        self._new: list[tuple[bytes, int, bytes]] = []

    def get(self, keys: Iterable[bytes]) -> Iterator[bytes | None]:
        """What was put under each key, None where there is nothing; in their order."""
        for some in _batches(keys):
            rows = {row[0]: row for row in self._rows("key, data, used", some)}
            for key in some:
                row = rows.get(key)
                if row is not None and row[2] != self._today:
                    self._used.append(key)
                yield bytes(row[1]) if row else None

    def put(self, key: bytes, data: bytes) -> None:
        """Keep `data` under `key`; it is stored with others, at the latest when this is closed."""
        self._new.append((key, self._today, data))
        if len(self._new) >= BATCH:
            self._store()

    def has(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of `keys` that are there."""
        return {row[0] for some in _batches(keys) for row in self._rows("key", some)}

    def close(self) -> None:
        """Store what is new, forget what is old."""
        if self._new or self._used:
            self._store()
            with suppress(sqlite3.Error), self._connection as now:
                now.execute("DELETE FROM readings WHERE used < ?", (self._today - KEPT,))
        self._connection.close()

    def _rows(self, columns: str, keys: list[bytes]) -> list[Any]:
        """At most `ASKED` rows; none where the cache cannot be read."""
        missing = [None] * (ASKED - len(keys))
        with suppress(sqlite3.Error):
            question = f"SELECT {columns} FROM readings WHERE {SOME}"  # noqa: S608 - our own words
            return self._connection.execute(question, [*keys, *missing]).fetchall()
        return []

    def _store(self) -> None:
        new, self._new = self._new, []
        used, self._used = self._used, []
        with suppress(sqlite3.Error), self._connection as now:
            now.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?)", new)
            now.executemany(
                "UPDATE readings SET used = ? WHERE key = ?", [(self._today, key) for key in used]
            )


def _batches(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    waiting = iter(keys)
    while some := list(islice(waiting, ASKED)):
        yield some


def opened(file: Path) -> Cache | None:
    """The cache in `file`; None where it cannot be had. A broken one is begun anew."""
    today = int(time.time()) // DAY
    with suppress(OSError, sqlite3.Error):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            return Cache(_connect(file), today)
        except sqlite3.OperationalError:  # another build holds it, or the disk is full
            return None
        except sqlite3.DatabaseError:
            file.unlink()
            return Cache(_connect(file), today)
    return None


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=10)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(TABLE)
    connection.commit()
    return connection
