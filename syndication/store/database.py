"""Opening the database and its transactions.

Readers see one moment and write nothing. Writers take turns, one at a time for the whole site, on
SQLite (WAL mode, ``BEGIN IMMEDIATE``) as on PostgreSQL (an advisory lock that ends with the
transaction): what a step reads in a write transaction is still so when it writes. Whoever waits
longer than `BUSY_SECONDS` for a turn gets a `StoreError`.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    InternalError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from syndication.store.advice import advice, place_of
from syndication.store.encoding import cleaned
from syndication.store.tables import metadata

HEAD = "0008"
"""The newest migration. A test holds that it is the head of the scripts beside this file."""

BUSY_SECONDS = 30
SWEEP_PATIENCE = 250
"""Milliseconds for which a sweep waits for readers."""

Transaction = Connection

_TURN = (
    "SELECT pg_advisory_xact_lock(hashtext('tertulia'), hashtext(coalesce(current_schema(), '')))"
)


class StoreError(Exception):
    """The database cannot be used; the message says what to do."""


class Store:
    """One site's database. Cheap to open when the schema is current: two queries."""

    def __init__(self, url: str) -> None:
        """Connect to `url` (SQLAlchemy form) and bring the schema up to date.

        Raises `StoreError` where that cannot be done.
        """
        self.url = _checked(url)
        self._writing = threading.Lock()
        try:
            self.engine = _engine(self.url)
            self._readers, self._writers = _two_ways(self.engine)
            self._hasty = self._writers.execution_options(tertulia_lasting=False)
        except OSError as error:
            raise StoreError(advice(self.url, error)) from error
        weakref.finalize(self, self.engine.dispose)  # who fails on the way closes nothing
        try:
            self._prepare()
        except DatabaseError as error:
            raise StoreError(advice(self.url, error)) from error

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view, in which nothing can be written.

        Raises `StoreError` for a damaged or unreachable database.
        """
        with self._explained(), self._readers.connect() as tx:
            yield tx

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Transaction]:
        """All of it or none of it, and nobody else writes meanwhile.

        Not `lasting`: the disk is not waited for, so a power cut may take it back, though never
        without what was written after it. That is for work which would be found and done again;
        it leaves the turn to others sooner.
        Raises `StoreError` for a full disk, a read-only file or a turn that does not come.
        """
        writers = self._writers if lasting else self._hasty
        with self._explained(), self._turn(), writers.begin() as tx:
            yield tx

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The turn among the threads of this process, given on at once: SQLite's own waiting is
        a sleep that grows. Whoever gets none asks the database, which says why."""
        mine = self._writing.acquire(timeout=BUSY_SECONDS)
        try:
            yield
        finally:
            if mine:
                self._writing.release()

    def sweep(self) -> None:
        """Leave nothing of what was erased in SQLite's write-ahead log.

        Others cannot write while it waits for readers, so a long one, such as a backup, leaves it
        to the next sweep. PostgreSQL sees to it by itself.
        """
        if self.url.get_backend_name() == "sqlite":
            with self._explained(), self.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None  # noqa: S101 - it is connected
                raw.execute(f"PRAGMA busy_timeout = {SWEEP_PATIENCE}")
                try:
                    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    raw.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InternalError) as error:
            raise StoreError(advice(self.url, error)) from error
        except DatabaseError as error:
            if type(error) is not DatabaseError:  # a statement of ours is wrong, not the database
                raise
            raise StoreError(advice(self.url, error)) from error

    def _prepare(self) -> None:
        found = None
        with self._readers.connect() as tx:
            if inspect(tx).has_table("alembic_version"):
                found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise StoreError(
                f"database {place_of(self.url)}: a newer Tertulia made it (schema {found}, this"
                f" one knows {HEAD}): upgrade with pip install --upgrade tertulia"
            )
        _migrate(self._writers)


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        raise StoreError(
            "[store] url must be like sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        ) from None
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreError("[store] url must name a file: in memory, everything would be forgotten")
    return parsed


def _engine(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and url.database and not url.database.startswith("file:"):
        _make_private(Path(url.database))
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS} if sqlite else {},
        pool_pre_ping=not sqlite,
        json_serializer=lambda value: json.dumps(cleaned(value)),
        hide_parameters=True,  # they are people's words, and errors are logged
    )
    event.listen(engine, "connect", _configure_sqlite if sqlite else _configure_postgresql)
    event.listen(engine, "begin", _begin_sqlite if sqlite else _begin_postgresql)
    return engine


def _make_private(path: Path) -> None:
    """A new database is its owner's alone: it holds words that were written in private."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _two_ways(engine: Engine) -> tuple[Engine, Engine]:
    """The engine for reading and the engine for writing; they share their connections."""
    reading: dict[str, Any] = {"tertulia_write": False}
    if engine.dialect.name == "postgresql":
        reading |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return engine.execution_options(**reading), engine.execution_options(tertulia_write=True)


def _configure_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            # SQLite does not wait by itself here, while another process makes the same change.
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten


def _configure_postgresql(connection: Any, _record: Any) -> None:
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    writes = _writes(connection)
    connection.exec_driver_sql(f"PRAGMA query_only = {0 if writes else 1}")
    if writes:
        waits = "FULL" if _lasts(connection) else "NORMAL"
        connection.exec_driver_sql(f"PRAGMA synchronous = {waits}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(_TURN)
        if not _lasts(connection):
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("tertulia_write"))


def _lasts(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("tertulia_lasting", True))


def _migrate(engine: Engine) -> None:
    """Run the migrations. Alembic is imported only when there is something to do."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    scripts = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


__all__ = ["HEAD", "SQLAlchemyError", "Store", "StoreError", "Transaction", "metadata"]
