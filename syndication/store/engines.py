"""How connections to the database are opened, and how their transactions begin.

An engine's execution options say which transaction is meant: `tertulia_write` (one that takes the
turn of all writers) and `tertulia_lasting` (one that waits for the disk; True unless said).
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from syndication.store.encoding import cleaned

_TURN = (
    "SELECT pg_advisory_xact_lock(hashtext('tertulia'), hashtext(coalesce(current_schema(), '')))"
)


def engine_of(url: URL, *, patience: float) -> Engine:
    """An engine for the database at `url`, whose file is made, for its owner alone, if need be.

    `patience`: seconds for which it is waited for while others hold it. Raises `OSError` where the
    file cannot be made.
    """
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and url.database and not url.database.startswith("file:"):
        _make_private(Path(url.database))
    engine = create_engine(
        url,
        connect_args={"timeout": patience} if sqlite else {},
        pool_pre_ping=not sqlite,
        json_serializer=lambda value: json.dumps(cleaned(value)),
        hide_parameters=True,  # they are people's words, and errors are logged
    )
    configure = _configure_sqlite if sqlite else _configure_postgresql
    event.listen(engine, "connect", lambda connection, _: configure(connection, patience))
    event.listen(engine, "begin", _begin_sqlite if sqlite else _begin_postgresql)
    return engine


def _make_private(path: Path) -> None:
    """A new database is its owner's alone: it holds words that were written in private."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def two_ways(engine: Engine) -> tuple[Engine, Engine]:
    """The engine for reading and the engine for writing; they share their connections."""
    reading: dict[str, Any] = {"tertulia_write": False}
    if engine.dialect.name == "postgresql":
        reading |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return engine.execution_options(**reading), engine.execution_options(tertulia_write=True)


def _configure_sqlite(connection: sqlite3.Connection, patience: float) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
    deadline = time.monotonic() + patience
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


def _configure_postgresql(connection: Any, patience: float) -> None:
    connection.execute(f"SET lock_timeout = '{patience * 1000:.0f}ms'")
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
