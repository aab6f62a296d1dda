"""A full or read-only disk: said plainly, nothing half-written, caught up when there is room."""

from __future__ import annotations

import errno
import logging
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from syndication.daemon import Alarm, Daemon
from syndication.model import CopyState, Ref, Verdict
from syndication.steps.build import Builder, due_in
from syndication.steps.export import export
from syndication.steps.publish import publish
from syndication.steps.send import send
from syndication.steps.timetable import Job
from syndication.store import StoreError, posts, tables
from tests.servers.waiting import HANGS
from tests.steps.town import Town


class Disk:
    """A small disk of its own, which can be filled, freed and locked."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._ballast = place / "ballast"

    def fill(self) -> None:
        size = 1 << 20
        with self._ballast.open("ab", buffering=0) as file:
            while size:
                try:
                    file.write(b"\0" * size)
                except OSError:
                    size //= 2

    def free(self) -> None:
        self._ballast.unlink()

    def lock(self, how: str) -> None:
        """`how`: "ro" or "rw"."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.place)], check=True)

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.place)): path.read_bytes()
            for path in self.place.rglob("*")
            if path.is_file() and path != self._ballast
        }


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "tmpfs", str(place)]
    with suppress(FileNotFoundError):
        if subprocess.run(command, capture_output=True).returncode == 0:
            yield Disk(place)
            subprocess.run(["umount", "--lazy", str(place)], check=True)
            return
    pytest.skip("needs the right to mount a small disk: run as root outside of a container")


@pytest.fixture
def documents(disk: Disk, tmp_path: Path) -> Iterator[Town]:
    """The documents lie on the small disk; two replies are approved, one is on the page."""
    town = Town(tmp_path)
    town.change(discussion=disk.place / "discussion")
    ours = town.speak()
    for word in ("first", "second"):
        town.person("ana").say(f"@brand {word}", reply_to=ours)
    town.collect()
    first, second = (Ref(space="memory", id=m.ref_id) for m in town.messages())
    town.decide(first)
    town.export()
    town.decide(second)
    yield town
    town.site.store.close()


@pytest.fixture
def database(disk: Disk, tmp_path: Path) -> Iterator[Town]:
    """The database lies on the small disk."""
    town = Town(tmp_path, url=f"sqlite:///{disk.place / 'tertulia.db'}")
    yield town
    town.site.store.close()


def logged_by_the_daemon(town: Town, caplog: pytest.LogCaptureFixture) -> str:
    """What the daemon says when its export fails."""
    done = threading.Event()

    def run() -> None:
        try:
            export(town.site)
        finally:
            done.set()

    jobs = [Job(step="export", lane="pages", every=timedelta(hours=1), run=run)]
    daemon = Daemon(town.site, jobs, Alarm(), stop=threading.Event(), streams=False)
    with caplog.at_level(logging.INFO):
        daemon.start()
        assert done.wait(HANGS)
        daemon.end()
    return caplog.text


@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_documents_stay_whole_and_are_caught_up_when_there_is_room_again(
    documents: Town, disk: Disk, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = disk.files()
    if trouble == "full":
        disk.fill()
    else:
        disk.lock("ro")
    for _ in range(2):
        with pytest.raises(OSError, match=r"No space left|Read-only") as problem:
            documents.export()
        assert problem.value.errno in (errno.ENOSPC, errno.EROFS)
    said = logged_by_the_daemon(documents, caplog)
    assert "export: " in said
    assert "make room or give the rights back" in said
    assert "Traceback" not in said
    assert disk.files() == before
    with documents.site.store.read() as tx:
        assert posts.count_due(tx) == 1
    assert due_in(documents.site, Builder(command="true", directory=disk.place)) is not None

    if trouble == "full":
        disk.free()
    else:
        disk.lock("rw")
    assert documents.shown() == ["@brand first", "@brand second"]
    assert not [name for name in disk.files() if Path(name).name.startswith(".")]


def test_withdrawn_words_leave_a_full_disk_where_no_byte_is_needed_for_it(
    documents: Town, disk: Disk
) -> None:
    with documents.site.store.write() as tx:
        tx.execute(tables.messages.update().values(shown=None, verdict=Verdict.REJECT))
        tx.execute(tables.copies.update().values(state=CopyState.DELETED))
    disk.fill()
    with suppress(OSError):
        documents.export()
    assert documents.discussion().messages == ()


def test_a_full_database_stores_no_half_and_loses_nothing(database: Town, disk: Disk) -> None:
    ours = database.speak()
    database.collect()
    cursor = database.account().cursor
    refs = [
        database.person("ana").say(f"@brand {number} " + "long " * 90, reply_to=ours)
        for number in range(100)
    ]
    disk.fill()
    with pytest.raises(StoreError, match="make room; nothing that was stored is lost"):
        database.collect()
    held = len(database.messages())
    assert held % database.server.page == 0  # whole pages
    assert held < len(refs)
    assert (database.account().cursor == cursor) == (held == 0)
    disk.free()
    while database.collect().new:
        pass
    assert sorted(m.ref_id for m in database.messages()) == sorted(ref.id for ref in refs)


@pytest.fixture
def ready(database: Town) -> Town:
    """One copy is ready to leave."""
    database.read_once()
    database.build(database.post("hello"))
    publish(database.site)
    database.later(minutes=6)
    publish(database.site)
    assert database.copy().state == CopyState.READY
    return database


def test_nothing_leaves_while_the_intent_cannot_be_stored(ready: Town, disk: Disk) -> None:
    ready.site.store.close()  # gives the space of its log back
    disk.fill()
    with pytest.raises(StoreError, match=r"database .*tertulia\.db"):
        send(ready.site)
    assert ready.said() == []
    disk.free()
    assert send(ready.site) == 1
    assert len(ready.said()) == 1


def test_what_left_when_the_disk_filled_up_is_found_and_not_said_twice(
    ready: Town, disk: Disk
) -> None:
    ready.server.idempotent = False
    add = ready.server.add

    def fill_up(*args: object, **kwargs: object) -> Ref:
        ready.site.store.close()
        disk.fill()
        return add(*args, **kwargs)  # type: ignore[arg-type]

    ready.server.add = fill_up  # type: ignore[method-assign]
    with pytest.raises(StoreError):
        send(ready.site)
    ready.server.add = add  # type: ignore[method-assign]
    disk.free()
    assert ready.copy().state == CopyState.SENDING
    for _ in range(4):
        ready.later(minutes=6)
        send(ready.site)
    assert len(ready.said()) == 1
    assert ready.copy().state == CopyState.PUBLISHED
