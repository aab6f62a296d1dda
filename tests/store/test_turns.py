"""Readers see one moment; writers take turns; what two do at once is done once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from syndication.model import Account, CopyState, Decision, Verdict
from syndication.store import (
    Store,
    StoreError,
    accounts,
    copies,
    database,
    marks,
    messages,
    people,
    pictures,
    posts,
    tables,
    watches,
)
from syndication.store.many import FEW, among
from syndication.store.pictures import StoredPicture
from tests.servers.waiting import HANGS
from tests.store.making import (
    LATER,
    NOW,
    a_message,
    a_ref,
    add_copy,
    add_messages,
    add_post,
    an_author,
    at_once,
    the_copy,
    the_message,
)

Another = Callable[[], Store]


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(opened: Another) -> None:
    reader, writer = opened(), opened()
    with writer.write() as tx:
        marks.put(tx, "a", "before")
    with reader.read() as seen:
        assert marks.get(seen, "a") == "before"
        with writer.write() as tx:
            marks.put(tx, "a", "after")
            marks.put(tx, "b", "new")
        assert (marks.get(seen, "a"), marks.get(seen, "b")) == ("before", None)
    with reader.read() as seen:
        assert (marks.get(seen, "a"), marks.get(seen, "b")) == ("after", "new")


def test_only_what_lasts_waits_for_the_disk(opened: Another) -> None:
    store = opened()
    asked, waits, does_not = "PRAGMA synchronous", 2, 1
    if store.url.get_backend_name() == "postgresql":
        asked, does_not = "SHOW synchronous_commit", "off"
        with store.read() as tx:
            waits = tx.execute(text(asked)).scalar_one()  # as its server is set up
    seen = []
    for lasting in (True, False, True):
        with store.write(lasting=lasting) as tx:
            marks.put(tx, "a", lasting)
            seen.append(tx.execute(text(asked)).scalar())
    assert seen == [waits, does_not, waits]
    with store.read() as tx:
        assert marks.get(tx, "a") is True


@pytest.mark.parametrize("number", [1, FEW, FEW + 1])
def test_as_many_are_found_as_are_asked_for(store: Store, number: int) -> None:
    with store.write() as tx:
        for n in range(number):
            marks.put(tx, f"a{n}", n)
    keys = [f"a{n}" for n in range(number)]
    with store.read() as tx:
        where = among(tx, tables.marks.c.name, [*keys, "a0", "none"])
        assert sorted(tx.execute(select(tables.marks.c.name).where(where)).scalars()) == sorted(
            keys
        )
        assert not list(
            tx.execute(select(tables.marks.c.name).where(among(tx, tables.marks.c.name, [])))
        )


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises((StoreError, DBAPIError)), store.read() as tx:
        marks.put(tx, "a", 1)
    with store.write() as tx:
        assert marks.get(tx, "a") is None
        marks.put(tx, "a", 2)
    with store.read() as tx:
        assert marks.get(tx, "a") == 2


def test_a_transaction_that_fails_leaves_nothing_behind(store: Store) -> None:
    def fail() -> None:
        with store.write() as tx:
            marks.put(tx, "a", 1)
            add_messages(tx, a_message())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.read() as tx:
        assert marks.get(tx, "a") is None
        assert tx.execute(tables.messages.select()).all() == []


def test_who_reads_and_then_writes_loses_no_other_writers_work(opened: Another) -> None:
    """A counter that eight threads raise by reading it first; no turn is lost."""
    stores = [opened(), opened()]
    with stores[0].write() as tx:
        marks.put(tx, "count", 0)

    def raise_it(store: Store) -> None:
        for _ in range(5):
            with store.write() as tx:
                marks.put(tx, "count", marks.get(tx, "count") + 1)

    at_once([partial(raise_it, stores[n % 2]) for n in range(8)])
    with stores[0].read() as tx:
        assert marks.get(tx, "count") == 40


def test_a_turn_that_does_not_come_is_an_error_that_says_so(url: str) -> None:
    first, second = Store(url, patience=1), Store(url, patience=1)
    with first.write():
        with pytest.raises(StoreError, match="another process holds it for long"), second.write():
            pytest.fail("two write at once")
        with second.read() as tx:
            assert marks.get(tx, "a") is None
    with second.write() as tx:
        marks.put(tx, "a", 1)
    first.close()
    second.close()


def test_a_sweep_during_a_backup_lets_others_write(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'site.db'}"
    sweeping, backup = Store(url, patience=10 * HANGS), Store(url, patience=10 * HANGS)
    writing = Store(url, patience=HANGS)
    with backup.read() as tx:
        marks.get(tx, "count")
        with writing.write() as other:
            marks.put(other, "count", 0)
        thread = threading.Thread(target=sweeping.sweep)
        thread.start()
        for count in itertools.count(1):
            with writing.write() as other:  # an error, were it held up till the backup is done
                marks.put(other, "count", count)
            if not thread.is_alive():
                break
        thread.join()
    sweeping.sweep()
    assert (tmp_path / "site.db-wal").stat().st_size == 0
    for store in (sweeping, backup, writing):
        store.close()


@pytest.mark.parametrize("round_", range(5))
def test_one_of_two_who_claim_the_same_copy_gets_it(opened: Another, round_: int) -> None:
    stores = [opened(), opened()]
    with stores[0].write() as tx:
        copy = the_copy(tx, add_copy(tx))

    def claim(store: Store) -> bool:
        with store.write() as tx:
            return copies.claim(tx, copy, CopyState.SENDING, now=NOW) is not None

    assert sorted(at_once([partial(claim, s) for s in stores * 2])) == [False] * 3 + [True]
    with stores[0].read() as tx:
        assert the_copy(tx, copy.id).attempts == 1


def test_a_lease_that_ran_out_is_taken_over_once(opened: Another) -> None:
    stores = [opened(), opened()]
    with stores[0].write() as tx:
        copy_id = add_copy(tx)
        assert copies.claim(tx, the_copy(tx, copy_id), CopyState.SENDING, now=NOW)
        left = the_copy(tx, copy_id)

    def take_over(store: Store) -> bool:
        with store.write() as tx:
            return copies.claim(tx, left, CopyState.SENDING, now=LATER) is not None

    assert sorted(at_once([partial(take_over, s) for s in stores])) == [False, True]


def test_the_same_message_seen_by_two_daemons_at_once_is_stored_once(opened: Another) -> None:
    """Both look whether it is known before they store it, as `take_in` does."""
    stores = [opened(), opened()]
    page = [a_message(str(n), author=an_author(f"p{n % 3}")) for n in range(20)]

    def take(store: Store) -> int:
        with store.write() as tx:
            known = messages.known(tx, "activitypub", [m.ref.id for m in page])
            fresh = [m for m in page if m.ref.id not in known]
            return len(add_messages(tx, *fresh))

    assert sorted(at_once([partial(take, s) for s in stores])) == [0, 20]
    with stores[0].read() as tx:
        assert len(tx.execute(tables.messages.select()).all()) == 20
        assert len(tx.execute(tables.authors.select()).all()) == 3


ONCE: dict[str, Callable[[database.Transaction], object]] = {
    "account": lambda tx: accounts.ensure(tx, Account(name="plaza", network="mastodon")),
    "mark": lambda tx: marks.put(tx, "a", 1),
    "watch": lambda tx: watches.add(tx, kind="words", query="bici", language="", now=NOW),
    "person": lambda tx: people.remember(tx, [an_author()], network="mastodon", now=NOW),
    "picture": lambda tx: pictures.put(
        tx, StoredPicture(url="https://a/b", file=None, width=None, height=None, fetched_at=NOW)
    ),
}


@pytest.mark.parametrize("what", ONCE)
def test_what_two_store_at_once_is_there_once(opened: Another, what: str) -> None:
    stores = [opened(), opened()]

    def do(store: Store) -> None:
        with store.write() as tx:
            ONCE[what](tx)

    at_once([partial(do, s) for s in stores * 3])
    names = {"account": "accounts", "mark": "marks", "watch": "watches", "person": "authors"}
    table = tables.metadata.tables[names.get(what, "pictures")]
    with stores[0].read() as tx:
        assert len(tx.execute(table.select()).all()) == 1


def test_a_mark_that_is_renewed_during_an_export_stays(opened: Another) -> None:
    store = opened()
    with store.write() as tx:
        post_id = add_post(tx)
    with store.read() as tx:
        [(_, due)] = posts.due_for_export(tx, 10)
    with store.write() as tx:
        posts.mark_for_export(tx, [post_id], now=LATER)
    with store.write() as tx:
        posts.exported(tx, post_id, due)
        assert [moment for _, moment in posts.due_for_export(tx, 10)] == [LATER]
        posts.exported(tx, post_id, LATER)
        assert posts.due_for_export(tx, 10) == []


def test_decisions_of_two_people_at_once_are_both_kept_and_one_holds(opened: Another) -> None:

    stores = [opened(), opened()]
    with stores[0].write() as tx:
        [message] = add_messages(tx, a_message())

    def decide(store: Store, verdict: Verdict) -> None:
        with store.write() as tx:
            fresh = the_message(tx, message.id)
            decision = Decision(verdict=verdict, by=verdict, rule="person")
            messages.decide(tx, fresh, decision, revision=fresh.revision, now=NOW)

    at_once(
        [
            lambda: decide(stores[0], Verdict.APPROVE),
            lambda: decide(stores[1], Verdict.REJECT),
        ]
    )
    with stores[0].read() as tx:
        last = messages.last_decision(tx, message.id)
        assert last is not None
        fresh = the_message(tx, message.id)
        assert fresh.verdict == last.verdict
        assert fresh.visible is (last.verdict == Verdict.APPROVE)
        before = {"approve": "reject", "reject": "approve"}[last.verdict]
        assert last.before["verdict"] == before


def test_a_thread_that_waits_for_its_turn_sees_what_the_one_before_it_wrote(
    opened: Another,
) -> None:
    first, second = opened(), opened()
    seen: list[object] = []

    def wait() -> None:
        with second.write() as tx:
            seen.append(marks.get(tx, "a"))

    with first.write() as tx:
        waiting = threading.Thread(target=wait, daemon=True)
        waiting.start()
        marks.put(tx, "a", "written meanwhile")
    waiting.join(HANGS)
    assert seen == ["written meanwhile"]


def test_two_who_publish_the_same_copy_leave_one_name(opened: Another) -> None:
    store = opened()
    with store.write() as tx:
        copy = the_copy(tx, add_copy(tx))
        for name in ("one", "two"):
            copies.published(tx, copy, a_ref(name), now=NOW)
        assert list(copies.by_ref(tx, "activitypub", [a_ref("one").id, a_ref("two").id])) == [
            a_ref("two").id
        ]
