"""The same store on both databases: each test of this folder runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from syndication.store import Store, tables

if TYPE_CHECKING:
    from tests.servers.postgresql import Cluster

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    Store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_cluster: Cluster) -> Iterator[str]:
    """The URL of a database with all tables, which tests share and leave empty."""
    with postgresql_cluster.database() as url:
        Store(url).close()
        yield url


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty store of this test's own is, with its tables."""
    if request.param == "sqlite":
        path = tmp_path / "tertulia.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    shared = request.getfixturevalue("postgresql_tables")
    yield shared
    store = Store(shared)
    with store.write() as tx:
        names = ", ".join(f'"{name}"' for name in tables.metadata.tables)
        tx.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    store.close()


@pytest.fixture(params=BOTH)
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where no store has ever been."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'fresh.db'}"
    fresh: str = request.getfixturevalue("postgresql")
    return fresh


@pytest.fixture
def opened(url: str) -> Iterator[Callable[[], Store]]:
    """Opens the same database once more, as another process would; closed after the test."""
    stores: list[Store] = []

    def another() -> Store:
        stores.append(Store(url))
        return stores[-1]

    yield another
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    """An empty store."""
    return opened()
