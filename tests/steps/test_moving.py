"""A site moves to another machine whole, in the ways that docs/operating.md tells."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.engine import make_url

from syndication.model import CopyState
from syndication.steps.publish import publish
from syndication.steps.send import send
from syndication.store import posts, staff
from tests.steps.town import Town
from tests.store.making import everything

if TYPE_CHECKING:
    from tests.servers.postgresql import Cluster

Transfer = Callable[[Town, Path], None]


def stopped_and_copied(town: Town, folder: Path) -> None:
    town.site.store.close()
    shutil.copytree(town.folder, folder, dirs_exist_ok=True)


def backed_up_while_it_runs(town: Town, folder: Path) -> None:
    with (
        closing(sqlite3.connect(town.folder / "tertulia.db")) as running,
        closing(sqlite3.connect(folder / "tertulia.db")) as copy,
    ):
        running.backup(copy)
    shutil.copytree(town.site.discussion, folder / "discussion")
    shutil.copy(town.site.outbox, folder / "outbox.json")


@pytest.mark.parametrize("transfer", [stopped_and_copied, backed_up_while_it_runs])
def test_a_moved_site_goes_on_where_it_was(tmp_path: Path, town: Town, transfer: Transfer) -> None:
    _lively(town)
    _moves(town, tmp_path / "there", transfer)


def test_a_site_on_postgresql_moves_with_a_dump(
    tmp_path: Path, postgresql: str, postgresql_cluster: Cluster
) -> None:
    def dumped(town: Town, folder: Path) -> None:
        shutil.copytree(town.folder, folder, dirs_exist_ok=True)
        source, target = (make_url(address) for address in (postgresql, there))
        dump = tmp_path / "site.dump"
        _run("pg_dump", "--format", "custom", "--file", str(dump), _address(source.database))
        _run("pg_restore", "--no-owner", "--dbname", _address(target.database), str(dump))

    def _address(database: str | None) -> str:
        return postgresql_cluster.url(str(database))

    (tmp_path / "here").mkdir()
    with postgresql_cluster.database() as there:
        town = Town(tmp_path / "here", url=postgresql)
        _lively(town)
        _moves(town, tmp_path / "there", dumped, url=there)
        town.site.store.close()


def _lively(town: Town) -> None:
    """Words that are shown and words that wait, a member of staff, and a post not yet sent."""
    ours = town.speak()
    town.decide_when_collected(town.person("ana").say("@brand lovely", reply_to=ours))
    town.person("bo").say("@brand not yet read", reply_to=ours)
    town.collect()
    town.export()
    with town.site.store.write() as tx:
        staff.add(tx, name="Marta", role="admin", language="es", now=town.now)
    town.build(town.post("hello"), town.post("second"))
    publish(town.site)


def _moves(town: Town, folder: Path, transfer: Transfer, *, url: str = "") -> None:
    before = everything(town.site.store)
    folder.mkdir()
    transfer(town, folder)
    there = Town(folder, url=url)
    there.server, there.now = town.server, town.now
    there.change(fetch=town.web.fetch)
    assert everything(there.site.store) == before
    with there.site.store.write() as tx:
        posts.mark_all_for_export(tx, now=there.now)
    assert there.export() == ()  # every document is as it was
    there.later(minutes=6)
    publish(there.site)
    for _ in range(2):
        send(there.site)
    assert {copy.state for copy in there.copies()} == {CopyState.PUBLISHED}
    said = [status.message for status in there.server.statuses.values()]
    ours = [message for message in said if message.author.ref.id == there.account().ref_id]
    assert len(ours) == 2  # nothing again, and what waited once
    there.site.store.close()


def _run(program: str, *arguments: str) -> None:
    from syndication.demo.postgresql import programs

    done = subprocess.run(
        [programs() / program, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
