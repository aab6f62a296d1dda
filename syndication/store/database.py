"""Opening the database and its transactions.

Readers see one moment and write nothing. Writers take turns, one at a time for the whole site, on
SQLite (WAL mode, ``BEGIN IMMEDIATE``) as on PostgreSQL (an advisory lock that ends with the
transaction): what a step reads in a write transaction is still so when it writes. Whoever waits
longer than `patience` for a turn gets a `StoreError`.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
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
from syndication.store.engines import engine_of, two_ways
from syndication.store.tables import metadata

HEAD = "0008"
"""The newest migration. A test holds that it is the head of the scripts beside this file."""

BUSY_SECONDS = 30.0
"""For which a turn is waited for, unless another patience is said."""
SWEEP_PATIENCE = 250
"""Milliseconds for which a sweep waits for readers."""

Transaction = Connection


class StoreError(Exception):
    """The database cannot be used; the message says what to do."""


class Store:
    """One site's database. Cheap to open when the schema is current: two queries."""

    def __init__(self, url: str, *, patience: float = BUSY_SECONDS) -> None:
        """Connect to `url` (SQLAlchemy form) and bring the schema up to date.

        `patience`: seconds for which a turn to write is waited for. Raises `StoreError` where the
        database cannot be used.
        """
        self.url = _checked(url)
        self._patience = patience
        self._writing = threading.Lock()
        try:
            self.engine = engine_of(self.url, patience=patience)
            self._readers, self._writers = two_ways(self.engine)
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
        mine = self._writing.acquire(timeout=self._patience)
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
                    raw.execute(f"PRAGMA busy_timeout = {self._patience * 1000:.0f}")

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
