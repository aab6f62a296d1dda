"""A PostgreSQL server of the run, with an empty database for each test."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator

import psycopg

from syndication.demo.postgresql import PostgreSQL


class Cluster(PostgreSQL):
    """The server; `database()` is what tests ask for."""

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """An empty database of its own, as the URL that SQLAlchemy takes."""
        name = f"t{uuid.uuid4().hex}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')  # type: ignore[arg-type]
        try:
            yield self.url(name, driver="postgresql+psycopg")
        finally:
            with self.connect() as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]

    def connect(self) -> psycopg.Connection:
        """A connection to the maintenance database."""
        return psycopg.connect(
            host=str(self.directory), user="postgres", dbname="postgres", autocommit=True
        )
