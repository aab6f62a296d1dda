"""Opening a database: new, current, newer, foreign, damaged, locked, full, out of reach."""

from __future__ import annotations

import gc
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError

from syndication.store import Store, StoreError, database, marks, tables, watches
from tests.store.making import a_message, add_messages, at_once

CLONE = Path(__file__).parents[2]


def test_a_new_database_has_every_table_of_the_code_and_nothing_else(fresh_url: str) -> None:
    store = Store(fresh_url)
    with store.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        version = tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    store.close()
    assert version == database.HEAD


def test_head_is_the_newest_script() -> None:
    scripts = ScriptDirectory(str(Path(database.__file__).parent / "migrations"))
    assert scripts.get_heads() == [database.HEAD]


def test_what_was_stored_is_there_when_the_database_is_opened_again(fresh_url: str) -> None:
    store = Store(fresh_url)
    with store.write() as tx:
        marks.put(tx, "paused", {"by": "Marta"})
    store.close()
    again = Store(fresh_url)
    with again.read() as tx:
        assert marks.get(tx, "paused") == {"by": "Marta"}
    again.close()


def test_opening_a_current_database_imports_no_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tertulia.db'}"
    Store(url).close()
    program = (
        "import sys; from syndication.store import Store; Store(sys.argv[1]).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", program, url], cwd=CLONE, check=False).returncode == 0
    )


@pytest.mark.slow
def test_two_processes_that_open_a_fresh_database_at_once_both_get_it(fresh_url: str) -> None:
    program = (
        "import sys, alembic.command; from syndication.store import Store;"
        "print('ready', flush=True); sys.stdin.readline(); Store(sys.argv[1]).close()"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, fresh_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=CLONE,
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outcomes = [(process.communicate(timeout=60)[1], process.returncode) for process in both]
    assert outcomes == [("", 0), ("", 0)]


def test_many_threads_that_open_a_fresh_database_at_once_all_get_it(fresh_url: str) -> None:
    for store in at_once([lambda: Store(fresh_url)] * 6):
        with store.read() as tx:
            assert watches.everything(tx) == []
        store.close()


def test_a_store_that_nobody_holds_any_more_gives_its_connections_back(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    del connection, store
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        raw.execute("SELECT 1")


def test_a_database_of_a_newer_tertulia_is_left_alone_and_says_so(url: str) -> None:
    store = Store(url)
    with store.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer Tertulia made it \(schema 9999.*upgrade"):
        Store(url)
    with store.write() as tx:
        tx.execute(text(f"UPDATE alembic_version SET version_num = '{database.HEAD}'"))
    store.close()


def test_a_database_of_another_program_is_left_alone_and_says_so(fresh_url: str) -> None:
    engine = create_engine(fresh_url)
    with engine.begin() as tx:
        tx.execute(text("CREATE TABLE posts (author TEXT)"))
        tx.execute(text("INSERT INTO posts VALUES ('somebody')"))
    with pytest.raises(StoreError, match="tables of another program: name another database"):
        Store(fresh_url)
    with engine.begin() as tx:
        assert tx.execute(text("SELECT author FROM posts")).scalar_one() == "somebody"
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    ["", "tertulia.db", "postgresql", "nosuch://host/name", "sqlite://", "sqlite:///:memory:"],
)
def test_an_address_that_is_none_says_what_one_looks_like(url: str) -> None:
    with pytest.raises(StoreError, match=r"\[store\] url must "):
        Store(url)


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="is the server running") as caught:
        Store(f"postgresql+psycopg://ana:s3cret@/tertulia?host={tmp_path}&password=s4cret")
    assert "s3cret" not in str(caught.value)
    assert "s4cret" not in str(caught.value)
    assert "ana" in str(caught.value)


# --- SQLite's file ---------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "tertulia.db"


def test_a_new_file_and_its_folder_are_their_owners_alone(path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = Store(f"sqlite:///{path}")
        with store.write() as tx:
            marks.put(tx, "a", 1)
        modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}
    assert "tertulia.db-wal" in modes


def test_a_file_that_is_no_database_is_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"Dear diary, " * 200)
    with pytest.raises(StoreError, match=r"tertulia\.db: .*not a database: restore a backup"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == b"Dear diary, " * 200


def test_a_database_that_is_damaged_later_says_so_when_it_is_read(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    with store.write() as tx:
        add_messages(tx, *(a_message(str(n), "word " * 500) for n in range(200)))
    store.close()
    half = path.stat().st_size // 2
    with path.open("r+b") as file:
        file.seek(half)
        file.write(b"\xff" * half)
    store = Store(f"sqlite:///{path}")
    with pytest.raises(StoreError, match="damaged or not a database: restore"), store.read() as tx:
        tx.execute(text("SELECT html FROM revisions")).all()
    store.close()


def test_text_that_was_damaged_is_named_and_not_quoted(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    with store.write() as tx:
        add_messages(tx, a_message("1", "my secret"))
        tx.execute(text("UPDATE revisions SET html = CAST(x'6d7920736563726574ff' AS TEXT)"))
    damaged = r"column 'html' \(the file is damaged"
    with pytest.raises(StoreError, match=damaged) as raised, store.read() as tx:
        tx.execute(text("SELECT html FROM revisions")).all()
    assert "secret" not in str(raised.value)
    store.close()


def test_a_folder_in_the_place_of_the_file_says_what_is_wrong(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be written by this user"):
        Store(f"sqlite:///{path}")


def test_a_file_in_the_place_of_the_folder_says_what_is_wrong(path: Path) -> None:
    path.parent.write_text("not a folder")
    with pytest.raises(StoreError, match=r"tertulia\.db: "):
        Store(f"sqlite:///{path}")


def test_a_folder_without_rights_says_what_is_wrong(path: Path) -> None:
    if os.getuid() == 0:
        pytest.skip("root may write anywhere")
    path.parent.mkdir(mode=0o500)
    with pytest.raises(StoreError, match="cannot be written by this user"):
        Store(f"sqlite:///{path}")


@pytest.fixture
def limited(path: Path) -> Callable[[str], Store]:
    """A store whose connections get one PRAGMA more."""

    def with_pragma(pragma: str) -> Store:
        store = Store(f"sqlite:///{path}")
        store.engine.dispose()

        @event.listens_for(store.engine, "connect")
        def _limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA {pragma}")

        return store

    return with_pragma


def test_a_full_disk_keeps_what_was_stored_and_forgets_the_rest_whole(
    limited: Callable[[str], Store], path: Path
) -> None:
    store = limited("max_page_count = 60")
    with store.write() as tx:
        marks.put(tx, "kept", True)

    def too_much() -> None:
        with store.write() as tx:
            marks.put(tx, "kept", False)
            add_messages(tx, *(a_message(str(n), "word " * 400) for n in range(300)))

    with pytest.raises(StoreError, match="disk is full or failing: make room"):
        too_much()
    with store.write() as tx:
        assert marks.get(tx, "kept") is True
        assert tx.execute(text("SELECT count(*) FROM messages")).scalar_one() == 0
        marks.put(tx, "went on", True)
    store.close()


def test_a_file_that_may_only_be_read_is_read_and_not_written(path: Path, tmp_path: Path) -> None:
    """As a root that may write anywhere sees it: opened through SQLite's own mode=ro."""
    store = Store(f"sqlite:///{path}")
    with store.write() as tx:
        marks.put(tx, "kept", True)
    read_only = Store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with read_only.read() as tx:
        assert marks.get(tx, "kept") is True
    with pytest.raises(StoreError, match="cannot be written by this user"), read_only.write() as tx:
        marks.put(tx, "kept", False)
    read_only.close()
    store.close()


def test_a_database_that_another_program_holds_is_waited_for_and_then_says_so(
    path: Path,
) -> None:
    store = Store(f"sqlite:///{path}", patience=0.1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process holds it"), store.write():
        pytest.fail("nobody may write now")
    with store.read() as tx:
        assert marks.get(tx, "kept") is None
    other.execute("ROLLBACK")
    other.close()
    with store.write() as tx:
        marks.put(tx, "kept", True)
    store.close()


def test_errors_never_quote_what_people_wrote(store: Store) -> None:
    with store.write() as tx:
        add_messages(tx, a_message("1", "my secret"))
        row = dict(tx.execute(tables.revisions.select()).one()._mapping)
    with pytest.raises(IntegrityError) as caught, store.write() as tx:
        tx.execute(tables.revisions.insert().values(**row))
    assert "revisions" in str(caught.value)
    assert "my secret" not in str(caught.value)
