"""Opening the database and its transactions.

SQLite runs in WAL mode; writers begin with ``BEGIN IMMEDIATE``, so that a transaction that will
write never fails half-way for want of the lock, and wait up to `BUSY_SECONDS` for each other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from syndication.store.tables import metadata

HEAD = "0001"
"""The newest migration. A test holds that it is the head of the scripts beside this file."""

BUSY_SECONDS = 30

Transaction = Connection


class StoreError(Exception):
    """The database cannot be used; the message says what to do."""


class Store:
    """One site's database. Cheap to open when the schema is current: one query."""

    def __init__(self, url: str) -> None:
        """Connect to `url` (SQLAlchemy form) and bring the schema up to date.

        Raises `StoreError` where that cannot be done.
        """
        self.url = make_url(url)
        self.engine = _engine(self.url)
        try:
            self._prepare()
        except (DatabaseError, OSError) as error:
            self.engine.dispose()
            raise StoreError(_advice(self.url, error)) from error

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view; nothing written in it is kept."""
        with self.engine.connect() as tx:
            yield tx

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """All of it or none of it. Raises `StoreError` for a full disk or a read-only file."""
        try:
            with self.engine.connect().execution_options(tertulia_write=True) as tx, tx.begin():
                yield tx
        except OperationalError as error:
            raise StoreError(_advice(self.url, error)) from error

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _prepare(self) -> None:
        with self.engine.connect() as tx:
            if inspect(tx).has_table("alembic_version"):
                found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
                if found == HEAD:
                    return
        _migrate(self.engine)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("tertulia_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    """Run the migrations. Alembic is imported only when there is something to do."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect().execution_options(tertulia_write=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _advice(url: URL, error: Exception) -> str:
    place = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    if "locked" in reason:
        hint = "another process holds it for long: is a backup or a second program at work?"
    elif "full" in reason:
        hint = "the disk is full: make room, nothing was lost"
    elif "readonly" in reason or "unable to open" in reason or "Permission" in reason:
        hint = "the file or its folder cannot be written by this user"
    elif "not a database" in reason or "malformed" in reason:
        hint = "the file is damaged or not a database: restore a backup or move it away"
    else:
        hint = "check [store] url in the settings"
    return f"database {place}: {reason} ({hint})"


__all__ = ["HEAD", "SQLAlchemyError", "Store", "StoreError", "Transaction", "metadata"]
