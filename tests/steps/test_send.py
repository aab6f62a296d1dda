"""The only door out: exactly once, whatever goes wrong."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from syndication.model import CopyState
from syndication.networks.contract import RateLimited, Rejected
from syndication.steps.publish import publish
from syndication.steps.send import resolve, send
from syndication.store import accounts, marks
from syndication.store.copies import LEASE
from tests.steps.town import START, Town


@pytest.fixture
def ready(town: Town) -> Town:
    """One copy is ready to leave."""
    town.read_once()
    town.build(town.post("hello"))
    publish(town.site)
    town.later(minutes=6)
    publish(town.site)
    assert town.copy().state == CopyState.READY
    return town


def test_a_lost_answer_is_looked_for_and_nothing_is_said_twice(ready: Town) -> None:
    ready.server.idempotent = False
    ready.server.lose_answer("publish", done=True)
    assert send(ready.site) == 0
    assert ready.copy().state == CopyState.UNKNOWN
    ready.later(minutes=2)
    assert send(ready.site) == 1
    assert ready.copy().state == CopyState.PUBLISHED
    assert len(ready.said()) == 1
    assert ready.requests("publish") == 1


def test_a_lost_request_is_looked_for_and_then_sent_again(ready: Town) -> None:
    ready.server.idempotent = False
    ready.server.lose_answer("publish", done=False)
    send(ready.site)
    ready.later(minutes=2)
    send(ready.site)
    send(ready.site)
    assert len(ready.said()) == 1
    assert ready.requests("find") == 1


def test_an_unknown_outcome_is_not_looked_for_while_the_server_may_be_at_work(ready: Town) -> None:
    ready.server.lose_answer("publish", done=True)
    send(ready.site)
    ready.later(seconds=30)
    send(ready.site)
    assert ready.requests("find") == 0


def test_where_find_cannot_tell_a_person_decides(ready: Town) -> None:
    ready.server.idempotent = False
    ready.server.lose_answer("publish", done=False)
    send(ready.site)
    ready.server.lose_answer("find", done=False)
    ready.later(minutes=2)
    send(ready.site)
    for _ in range(3):
        ready.later(days=1)
        send(ready.site)
    assert ready.copy().state == CopyState.UNKNOWN
    assert ready.requests("find") == 1
    assert resolve(ready.site, ready.copy().id, again=True)
    send(ready.site)
    assert len(ready.said()) == 1


def test_leaving_an_unknown_outcome_alone_sends_nothing(ready: Town) -> None:
    ready.server.lose_answer("publish", done=True)
    send(ready.site)
    assert resolve(ready.site, ready.copy().id, again=False)
    ready.later(days=1)
    send(ready.site)
    assert ready.copy().state == CopyState.SKIPPED
    assert not resolve(ready.site, ready.copy().id, again=True)


def test_a_server_that_is_down_is_tried_again_ever_more_seldom(ready: Town) -> None:
    ready.server.go_down("publish", times=3)
    waits = []
    for _ in range(3):
        assert send(ready.site) == 0
        due = ready.copy().due_at
        assert due is not None
        waits.append(due - ready.now)
        ready.now = due
    assert waits[0] < waits[1] < waits[2]
    assert send(ready.site) == 1
    assert len(ready.said()) == 1


def test_a_rate_limit_is_kept_to_the_second(ready: Town) -> None:
    until = ready.now + timedelta(minutes=7)
    ready.server.fail("publish", RateLimited(until))
    send(ready.site)
    ready.now = until - timedelta(seconds=1)
    assert send(ready.site) == 0
    ready.now = until
    assert send(ready.site) == 1


def test_what_the_server_refuses_is_final_and_says_why(ready: Town) -> None:
    ready.server.fail("publish", Rejected("the server says: too rude"))
    send(ready.site)
    ready.later(days=1)
    send(ready.site)
    assert ready.copy().state == CopyState.FAILED
    assert "too rude" in ready.copy().error
    assert ready.requests("publish") == 1


def test_a_revoked_token_pauses_that_account_with_one_notice(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    from syndication.model import Account

    both = {name: Account(name=name, network="memory") for name in ("one", "two")}
    town.change(accounts=both)
    with town.site.store.write() as tx:
        for account in both.values():
            accounts.ensure(tx, account)
    town.read_once()
    town.server.person("one")
    town.server.revoke("one")
    with caplog.at_level(logging.ERROR, logger="tertulia"):
        town.out(town.post("hello"), town.post("other"))
        town.later(hours=1)
        send(town.site)
    assert len(town.said("two")) == 2
    assert town.said("one") == []
    (notice,) = [r.getMessage() for r in caplog.records if "one" in r.getMessage()]
    assert "tertulia connect" in notice
    town.server.restore("one")
    with town.site.store.write() as tx:
        accounts.resume(tx, "one")
    town.later(hours=1)
    send(town.site)
    assert len(town.said("one")) == 2


def test_the_one_switch_keeps_everything_in(ready: Town) -> None:
    with ready.site.store.write() as tx:
        marks.put(tx, marks.PAUSED, {"by": "somebody"})
    assert send(ready.site) == 0
    assert ready.server.requests == []
    with ready.site.store.write() as tx:
        marks.drop(tx, marks.PAUSED)
    assert send(ready.site) == 1


def test_an_update_that_fails_is_tried_again_and_the_copy_stays(town: Town) -> None:
    town.read_once()
    town.out(town.post("hello", title="Before"))
    town.server.go_down("update")
    town.build(town.post("hello", title="After", published=START))
    publish(town.site)
    send(town.site)
    assert town.copy().state == CopyState.PUBLISHED
    town.later(minutes=5)
    send(town.site)
    (text,) = town.said()
    assert "After" in text


def test_a_server_that_cannot_edit_keeps_the_words_it_has(town: Town) -> None:
    town.server.edits = False
    town.read_once()
    town.out(town.post("hello", title="Before"))
    town.build(town.post("hello", title="After", published=START))
    publish(town.site)
    for _ in range(3):
        town.later(hours=1)
        send(town.site)
    (text,) = town.said()
    assert "Before" in text
    assert "cannot change" in town.copy().error
    assert town.requests("update") == 0


def test_a_dead_claim_is_looked_up_after_its_lease(ready: Town) -> None:
    from syndication.store import copies

    with ready.site.store.write() as tx:
        assert copies.claim(tx, ready.copy(), CopyState.SENDING, now=ready.now)
    send(ready.site)
    assert ready.copy().state == CopyState.SENDING
    ready.now += LEASE + timedelta(seconds=1)
    for _ in range(3):
        send(ready.site)
        ready.later(minutes=2)
    assert ready.copy().state == CopyState.PUBLISHED
    assert len(ready.said()) == 1


def test_a_later_part_of_a_chain_waits_for_the_one_before(town: Town) -> None:
    town.change(chain=True)
    town.read_once()
    town.server.go_down("publish")
    town.out(town.post("long", texts={"memory": "A sentence of words. " * 60}))
    assert town.said() == []
    town.later(hours=1)
    send(town.site)
    town.later(hours=1)
    send(town.site)
    chain = [status.message for status in town.server.statuses.values()]
    assert len(chain) == len(town.copies())
    assert all(m.reply_to for m in chain[1:])


def test_a_chain_whose_first_part_is_in_doubt_goes_on_when_it_was_found(town: Town) -> None:
    town.change(chain=True)
    town.read_once()
    town.server.idempotent = False
    town.server.lose_answer("publish", done=True)
    town.out(town.post("long", texts={"memory": "A sentence of words. " * 60}))
    assert len(town.said()) == 1
    for _ in range(3):
        town.later(minutes=10)
        send(town.site)
    assert len(town.said()) == len(set(town.said())) == len(town.copies())


def test_deleting_what_is_gone_already_is_fine(town: Town) -> None:
    town.read_once()
    town.out(town.post("keep"), town.post("gone"))
    gone = next(copy for copy in town.copies() if "gone" in copy.draft.url)
    assert gone.ref is not None
    town.person("brand").delete(gone.ref)
    town.build(town.post("keep", published=START))
    publish(town.site)
    town.later(minutes=6)
    publish(town.site)
    send(town.site)
    states = {copy.draft.url: copy.state for copy in town.copies()}
    assert states[gone.draft.url] == CopyState.DELETED


def test_what_was_not_found_leaves_again_in_the_words_that_left(
    ready: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that knows keys says it once, in its first words: an edit follows as an update."""
    from syndication.networks.memory.speaking import Speaker

    ready.server.lose_answer("publish", done=True)
    send(ready.site)
    ready.build(ready.post("hello", title="Corrected", published=START))
    publish(ready.site)
    with monkeypatch.context() as lagging:
        lagging.setattr(Speaker, "find", lambda *_, **__: None)
        ready.later(minutes=2)
        send(ready.site)
    for _ in range(3):
        ready.later(minutes=6)
        send(ready.site)
    (text,) = ready.said()
    assert "Corrected" in text
    assert ready.requests("update") == 1


def test_a_process_that_lost_its_claim_settles_nothing(ready: Town) -> None:
    """It was slower than its lease; somebody else has found out meanwhile how things stand."""
    from syndication.store import copies

    with ready.site.store.write() as tx:
        slow = copies.claim(tx, ready.copy(), CopyState.SENDING, now=ready.now)
        assert slow
    ready.now += LEASE + timedelta(seconds=1)
    for _ in range(3):
        send(ready.site)
        ready.later(minutes=2)
    before = ready.copy()
    with ready.site.store.write() as tx:
        assert not copies.settle(tx, before.id, CopyState.FAILED, token=slow, error="too late")
    assert ready.copy() == before
    assert ready.copy().state == CopyState.PUBLISHED
