"""What we said elsewhere: each state, who may claim it, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from syndication.model import CopyState, Draft, Picture, Reaction, Ref
from syndication.rules.brakes import POST_GONE, TOO_MANY, TOO_MANY_DELETIONS
from syndication.store import Store, Transaction, copies, tables
from syndication.store.copies import LEASE, Copy
from tests.store.making import (
    LATER,
    NOW,
    a_draft,
    a_message,
    a_ref,
    add_copy,
    add_messages,
    add_post,
    publish_copy,
    the_copy,
)

SECOND = timedelta(seconds=1)


def put(tx: Transaction, copy_id: int, **values: object) -> Copy:
    """Set columns as an earlier life of the copy may have left them."""
    table = tables.copies
    tx.execute(update(table).where(table.c.id == copy_id).values(**values))
    return the_copy(tx, copy_id)


def sendable(tx: Transaction, *, now: object = NOW) -> list[int]:
    return [c.id for c in copies.sendable(tx, now=now, accounts=["plaza"])]  # type: ignore[arg-type]


# --- intents ---------------------------------------------------------------------------------


def test_an_intent_comes_back_whole(store: Store) -> None:
    draft = Draft(
        text="Vencejos «¡ya!» 🐦",
        language="es",
        url="https://vencejo.example/es/",
        pictures=(Picture(url="https://vencejo.example/a.png", alt="Un pájaro", width=3),),
        reply_to=Ref(space="activitypub", id="https://plaza.example/1", local="1"),
        visibility="unlisted",
        warning="pájaros",
    )
    with store.write() as tx:
        post_id = add_post(tx)
        copy_id = add_copy(
            tx, draft=draft, post_id=post_id, answers_id=7, written_by="Marta", brake=TOO_MANY
        )
        copy = the_copy(tx, copy_id)
    assert copy.draft == draft
    assert copy.digest == draft.digest
    assert (copy.post_id, copy.answers_id, copy.written_by) == (post_id, 7, "Marta")
    assert (copy.state, copy.brake, copy.attempts) == (CopyState.READY, TOO_MANY, 0)
    assert (copy.due_at, copy.sent_at, copy.ref, copy.sent_digest) == (NOW, None, None, None)


@pytest.mark.parametrize("other", [{"source": "post:2"}, {"account": "bsky"}, {"part": "2"}])
def test_source_account_and_part_together_are_said_once(
    store: Store, other: dict[str, str]
) -> None:
    with store.write() as tx:
        first = add_copy(tx)
        assert add_copy(tx, **other) != first
    with pytest.raises(IntegrityError), store.write() as tx:
        add_copy(tx, state=CopyState.SKIPPED)


def test_an_intent_that_was_withdrawn_gives_its_id_to_nobody(store: Store) -> None:
    with store.write() as tx:
        old = add_copy(tx)
        copies.withdraw(tx, [old])
        assert copies.get(tx, old) is None
        assert add_copy(tx) > old


@pytest.mark.parametrize(
    ("state", "withdrawn"),
    [
        (CopyState.WRITTEN, True),
        (CopyState.READY, True),
        (CopyState.FAILED, True),
        (CopyState.SKIPPED, True),
        (CopyState.SENDING, False),
        (CopyState.UNKNOWN, False),
    ],
)
def test_only_what_surely_never_left_is_withdrawn(
    store: Store, state: CopyState, withdrawn: bool
) -> None:
    with store.write() as tx:
        copy_id = add_copy(tx, state=state)
        copies.withdraw(tx, [copy_id])
        assert (copies.get(tx, copy_id) is None) is withdrawn


def test_what_is_out_there_is_never_withdrawn(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.withdraw(tx, [copy.id])
        assert copies.get(tx, copy.id) == copy


# --- what may be sent ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "now", "expected"),
    [
        ({"state": "written"}, NOW, False),
        ({"state": "ready"}, NOW, True),
        ({"state": "ready", "due_at": None}, NOW, True),
        ({"state": "ready"}, NOW - SECOND, False),
        ({"state": "ready", "brake": TOO_MANY}, NOW, False),
        ({"state": "unknown"}, NOW, True),
        ({"state": "unknown"}, NOW - SECOND, False),
        ({"state": "unknown", "due_at": None}, NOW, False),  # a person decides
        ({"state": "failed"}, LATER, False),
        ({"state": "skipped"}, LATER, False),
        ({"state": "deleted"}, LATER, False),
        ({"state": "published", "sent_digest": "other words"}, NOW, True),
        ({"state": "published", "sent_digest": "other words"}, NOW - SECOND, False),
        ({"state": "published", "sent_digest": "other words", "brake": TOO_MANY}, NOW, False),
        ({"state": "published", "sent_digest": a_draft().digest}, LATER, False),
        ({"state": "deleting"}, NOW, True),
        ({"state": "deleting"}, NOW - SECOND, False),
        *(
            (
                {"state": state, "claim": "a token", "claimed_at": NOW},
                NOW + LEASE + late,
                bool(late),
            )
            for state in ("sending", "updating", "deleting", "unknown")
            for late in (timedelta(0), SECOND)
        ),
    ],
)
def test_what_may_be_sent_now(
    store: Store, values: dict[str, object], now: object, expected: bool
) -> None:
    with store.write() as tx:
        copy = put(tx, add_copy(tx), **values)
        assert sendable(tx, now=now) == ([copy.id] if expected else [])


def test_only_the_named_accounts_send_and_the_oldest_intent_goes_first(store: Store) -> None:
    with store.write() as tx:
        ids = [add_copy(tx, f"post:{n}", account=(n % 2 and "plaza") or "bsky") for n in range(4)]
        assert sendable(tx) == [ids[1], ids[3]]
        assert copies.sendable(tx, now=NOW, accounts=[]) == []
        both = copies.sendable(tx, now=NOW, accounts=["bsky", "plaza"])
        assert [copy.id for copy in both] == ids


# --- claims ----------------------------------------------------------------------------------


def claimed(tx: Transaction, copy: Copy, state: CopyState, **more: Any) -> str:
    """The token of a claim that succeeds."""
    token = copies.claim(tx, copy, state, **{"now": NOW, **more})
    assert token
    return token


def test_a_claim_holds_until_it_is_settled(store: Store) -> None:
    with store.write() as tx:
        copy = the_copy(tx, add_copy(tx))
        token = claimed(tx, copy, CopyState.SENDING)
        assert copies.claim(tx, copy, CopyState.SENDING, now=NOW) is None
        again = the_copy(tx, copy.id)
        assert copies.claim(tx, again, CopyState.SENDING, now=NOW + LEASE) is None
        assert copies.settle(
            tx, copy.id, CopyState.READY, token=token, due_at=LATER, error="no answer"
        )
        again = the_copy(tx, copy.id)
        assert (again.attempts, again.due_at, again.error) == (1, LATER, "no answer")
        assert claimed(tx, again, CopyState.SENDING, now=LATER) != token


def test_a_claim_whose_process_died_is_free_when_its_lease_is_over(store: Store) -> None:
    with store.write() as tx:
        copy_id = add_copy(tx)
        claimed(tx, the_copy(tx, copy_id), CopyState.SENDING)
        left = the_copy(tx, copy_id)
        assert copies.claim(tx, left, CopyState.SENDING, now=NOW + LEASE) is None
        assert copies.claim(tx, left, CopyState.SENDING, now=NOW + LEASE + SECOND)


def test_a_process_that_was_taken_for_dead_settles_nothing(store: Store) -> None:
    with store.write() as tx:
        copy = the_copy(tx, add_copy(tx))
        late = claimed(tx, copy, CopyState.SENDING)
        taken = claimed(tx, the_copy(tx, copy.id), CopyState.SENDING, now=LATER)
        assert not copies.settle(tx, copy.id, CopyState.FAILED, token=late)
        assert not copies.settle(tx, copy.id, CopyState.FAILED)
        assert not copies.published(tx, copy, a_ref("late"), token=late, now=LATER)
        assert the_copy(tx, copy.id).state == CopyState.SENDING
        assert copies.settle(tx, copy.id, CopyState.UNKNOWN, token=taken)
        assert not copies.settle(tx, copy.id, CopyState.READY, token=taken), "once"


def test_a_copy_that_moved_on_since_it_was_read_cannot_be_claimed(store: Store) -> None:
    with store.write() as tx:
        read = the_copy(tx, add_copy(tx))
        copies.settle(tx, read.id, CopyState.SKIPPED)
        assert copies.claim(tx, read, CopyState.SENDING, now=NOW) is None
        copies.settle(tx, read.id, CopyState.READY)
        token = claimed(tx, the_copy(tx, read.id), CopyState.SENDING)
        copies.settle(tx, read.id, CopyState.READY, token=token)
        assert copies.claim(tx, read, CopyState.SENDING, now=NOW) is None, "it was tried meanwhile"


def test_published_keeps_its_name_and_is_not_sent_again(store: Store) -> None:
    with store.write() as tx:
        copy = the_copy(tx, add_copy(tx))
        token = claimed(tx, copy, CopyState.SENDING, left=copy.draft)
        ref = a_ref("ours", url="https://plaza.example/@vencejo/1", local="1")
        assert copies.published(tx, copy, ref, token=token, now=NOW)
        there = the_copy(tx, copy.id)
        assert (there.state, there.ref, there.attempts) == (CopyState.PUBLISHED, ref, 0)
        assert (there.sent_at, there.check_at, there.news_at) == (NOW, NOW, NOW)
        assert (there.sent_digest, there.left) == (copy.draft.digest, None)
        assert sendable(tx, now=LATER) == []
        assert copies.by_ref(tx, ref.space, [ref.id, "another"]) == {ref.id: there}
        assert copies.by_ref(tx, "atproto", [ref.id]) == {}


def test_an_update_keeps_when_it_was_first_sent(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.redraft(tx, copy.id, a_draft("Other words"), brake="")
        changed = the_copy(tx, copy.id)
        assert [c.id for c in copies.to_update(tx)] == [copy.id]
        token = claimed(tx, changed, CopyState.UPDATING, now=LATER)
        assert copies.published(tx, changed, a_ref("ours"), token=token, now=LATER)
        there = the_copy(tx, copy.id)
        assert (there.sent_at, there.sent_digest) == (NOW, a_draft("Other words").digest)
        assert copies.to_update(tx) == []


def test_an_update_that_failed_is_still_due(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.redraft(tx, copy.id, a_draft("Other words"), brake="")
        token = claimed(tx, the_copy(tx, copy.id), CopyState.UPDATING)
        copies.settle(tx, copy.id, CopyState.PUBLISHED, token=token, due_at=LATER)
        assert sendable(tx, now=LATER) == [copy.id]


def test_other_words_with_a_brake_wait(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.redraft(tx, copy.id, a_draft("Other words"), brake=TOO_MANY)
        assert copies.to_update(tx) == []
        assert sendable(tx, now=LATER) == []
        assert copies.release(tx, now=NOW) == 1
        assert sendable(tx, now=LATER) == [copy.id]


def test_what_was_drafted_anew_while_it_was_sent_is_updated_afterwards(store: Store) -> None:
    with store.write() as tx:
        copy = the_copy(tx, add_copy(tx))
        token = claimed(tx, copy, CopyState.SENDING, left=copy.draft)
        copies.redraft(tx, copy.id, a_draft("Other words"), brake="")
        copies.published(
            tx, copy, a_ref("ours"), token=token, sent_digest=copy.draft.digest, now=NOW
        )
        assert [c.id for c in copies.to_update(tx)] == [copy.id]


def test_what_left_is_known_until_it_is_known_whether_it_arrived(store: Store) -> None:
    with store.write() as tx:
        copy = the_copy(tx, add_copy(tx))
        assert copy.never_left
        token = claimed(tx, copy, CopyState.SENDING, left=copy.draft)
        copies.settle(tx, copy.id, CopyState.UNKNOWN, token=token, due_at=NOW)
        copies.redraft(tx, copy.id, a_draft("Other words"), brake="")
        unknown = the_copy(tx, copy.id)
        assert (unknown.left, unknown.draft.text) == (copy.draft, "Other words")
        assert not unknown.never_left
        token = claimed(tx, unknown, CopyState.UNKNOWN)
        copies.settle(tx, copy.id, CopyState.READY, token=token, due_at=NOW)
        ready = the_copy(tx, copy.id)
        assert (ready.left, ready.never_left) == (copy.draft, False)
        copies.withdraw(tx, [copy.id])
        assert copies.get(tx, copy.id) == ready


def again(tx: Transaction, copy: Copy, text: str, state: CopyState) -> bool:
    """Intend other words for `copy`, with a key of their own."""
    return copies.intend_again(tx, copy, a_draft(text), key=text, state=state, due_at=NOW)


def test_an_intent_that_never_left_gets_other_words_and_another_key(store: Store) -> None:
    with store.write() as tx:
        copy = the_copy(tx, add_copy(tx))
        assert again(tx, copy, "Other words", CopyState.WRITTEN)
        assert not again(tx, copy, "Third words", CopyState.WRITTEN), "it moved since it was read"
        written = the_copy(tx, copy.id)
        assert (written.state, written.draft.text) == (CopyState.WRITTEN, "Other words")
        assert (written.key, written.digest) == ("Other words", a_draft("Other words").digest)


def test_a_copy_that_was_deleted_can_begin_anew(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.settle(tx, copy.id, CopyState.DELETED)
        assert again(tx, the_copy(tx, copy.id), "Anew", CopyState.WRITTEN)
        anew = the_copy(tx, copy.id)
        assert (anew.ref, anew.sent_at, anew.sent_digest) == (None, None, None)
        assert anew.never_left
        copies.withdraw(tx, [copy.id])
        assert copies.get(tx, copy.id) is None


def test_what_surely_did_not_arrive_can_be_withdrawn(store: Store) -> None:
    with store.write() as tx:
        copy = the_copy(tx, add_copy(tx))
        token = claimed(tx, copy, CopyState.SENDING, left=copy.draft)
        copies.settle(tx, copy.id, CopyState.READY, token=token, left=None)
        assert the_copy(tx, copy.id).never_left
        copies.withdraw(tx, [copy.id])
        assert copies.get(tx, copy.id) is None


def test_what_is_being_sent_gets_no_other_intent(store: Store) -> None:
    with store.write() as tx:
        copy = the_copy(tx, add_copy(tx))
        claimed(tx, copy, CopyState.SENDING)
        sending = the_copy(tx, copy.id)
        assert not again(tx, sending, "Other words", CopyState.WRITTEN)
        copies.withdraw(tx, [copy.id])
        assert the_copy(tx, copy.id) == sending


# --- taking back -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (CopyState.WRITTEN, CopyState.SKIPPED),
        (CopyState.READY, CopyState.SKIPPED),
        (CopyState.FAILED, CopyState.SKIPPED),
        (CopyState.SKIPPED, CopyState.SKIPPED),
        (CopyState.SENDING, CopyState.SENDING),
        (CopyState.UNKNOWN, CopyState.UNKNOWN),
        (CopyState.PUBLISHED, CopyState.DELETING),
        (CopyState.DELETED, CopyState.DELETED),
    ],
)
def test_a_post_that_is_gone_takes_its_copies_along(
    store: Store, state: CopyState, after: CopyState
) -> None:
    with store.write() as tx:
        copy = put(tx, add_copy(tx), state=state)
        other = put(tx, add_copy(tx, "post:2"), state=state)
        count = copies.take_back(tx, "post:1", brake="", now=NOW)
        assert the_copy(tx, copy.id).state == after
        assert the_copy(tx, other.id).state == state
        assert count == (state in (CopyState.WRITTEN, CopyState.READY, CopyState.PUBLISHED))
        if after == CopyState.DELETING:
            assert copy.id in sendable(tx)


def test_taking_back_with_a_brake_waits_for_a_person_who_means_deletions(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        assert copies.take_back(tx, "post:1", brake=TOO_MANY_DELETIONS, now=NOW) == 1
        assert copies.take_back(tx, "post:1", brake=TOO_MANY_DELETIONS, now=NOW) == 0
        assert the_copy(tx, copy.id).state == CopyState.PUBLISHED
        assert sendable(tx) == []
        assert copies.to_take_back(tx, ["post:1"]) == []
        assert [c.id for c in copies.braked(tx)] == [copy.id]
        assert copies.release(tx, now=NOW) == 0, "posts were meant"
        assert sendable(tx) == []
        assert copies.release(tx, now=NOW, deletions=True) == 1
        assert the_copy(tx, copy.id).state == CopyState.DELETING
        assert sendable(tx) == [copy.id]


def test_what_is_just_being_sent_is_taken_back_later(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        token = claimed(tx, copy, CopyState.UPDATING)
        assert copies.take_back(tx, "post:1", brake="", now=NOW) == 0
        copies.settle(tx, copy.id, CopyState.PUBLISHED, token=token)
        assert [c.id for c in copies.to_take_back(tx, ["post:1", "post:2"])] == [copy.id]
        assert copies.take_back(tx, "post:1", brake="", now=NOW) == 1


def test_a_missing_post_is_confirmed_once_more_before_it_leaves(store: Store) -> None:
    with store.write() as tx:
        ready, other = add_copy(tx), add_copy(tx, "post:2")
        copies.hold_back(tx, "post:1")
        assert the_copy(tx, ready).state == CopyState.WRITTEN
        assert sendable(tx) == [other]


def test_only_the_named_parts_are_taken_back(store: Store) -> None:
    with store.write() as tx:
        first, second = (publish_copy(tx, add_copy(tx, part=p), f"o{p}") for p in ("1", "2"))
        assert copies.take_back(tx, "post:1", brake="", now=NOW, ids=[second.id]) == 1
        assert the_copy(tx, first.id).state == CopyState.PUBLISHED
        assert the_copy(tx, second.id).state == CopyState.DELETING


def test_a_post_that_returns_keeps_what_waited_for_a_person(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.take_back(tx, "post:1", brake=TOO_MANY_DELETIONS, now=NOW)
        copies.keep(tx, "post:1")
        assert the_copy(tx, copy.id).brake == ""
        assert copies.braked(tx) == []
        assert copies.release(tx, now=NOW, deletions=True) == 0


def test_a_post_that_returns_before_its_copy_was_deleted_keeps_it(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.take_back(tx, "post:1", brake="", now=NOW)
        copies.keep(tx, "post:1")
        assert the_copy(tx, copy.id).state == CopyState.PUBLISHED
        assert sendable(tx, now=LATER) == []


def test_a_deletion_that_is_under_way_is_not_called_back(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.take_back(tx, "post:1", brake="", now=NOW)
        claimed(tx, the_copy(tx, copy.id), CopyState.DELETING)
        copies.keep(tx, "post:1")
        assert the_copy(tx, copy.id).state == CopyState.DELETING


def test_a_post_that_returns_before_its_copy_left_lets_it_leave(store: Store) -> None:
    with store.write() as tx:
        written, failed = add_copy(tx, state=CopyState.WRITTEN), add_copy(tx, part="2")
        put(tx, failed, state=CopyState.FAILED)
        copies.take_back(tx, "post:1", brake="", now=NOW)
        assert the_copy(tx, written).brake == POST_GONE
        copies.keep(tx, "post:1")
        assert [c.id for c in copies.waiting(tx, now=NOW)] == [written]
        assert the_copy(tx, failed).state == CopyState.SKIPPED, "it would only fail again"


# --- brakes ----------------------------------------------------------------------------------


def test_written_becomes_ready_once_and_never_with_a_brake(store: Store) -> None:
    with store.write() as tx:
        free = add_copy(tx, state=CopyState.WRITTEN)
        held = add_copy(tx, "post:2", state=CopyState.WRITTEN, brake=TOO_MANY)
        assert [c.id for c in copies.waiting(tx, now=NOW)] == [free]
        assert copies.waiting(tx, now=NOW - SECOND) == []
        assert copies.make_ready(tx, free)
        assert not copies.make_ready(tx, free)
        assert not copies.make_ready(tx, held)
        assert [c.id for c in copies.in_state(tx, CopyState.READY)] == [free]
        assert copies.in_state(tx, CopyState.WRITTEN) == []


def test_a_release_lifts_what_waits_and_leaves_what_was_skipped(store: Store) -> None:
    with store.write() as tx:
        post_id = add_post(tx)
        waiting = add_copy(tx, state=CopyState.WRITTEN, brake=TOO_MANY)
        skipped = add_copy(tx, "post:2", state=CopyState.SKIPPED, brake="too-old", post_id=post_id)
        assert copies.release(tx, now=LATER) == 1
        assert the_copy(tx, waiting).state == CopyState.WRITTEN
        assert [c.id for c in copies.waiting(tx, now=LATER)] == [waiting]
        assert the_copy(tx, skipped).state == CopyState.SKIPPED
        assert copies.release(tx, now=LATER, post_ids=[post_id]) == 1
        assert the_copy(tx, skipped).state == CopyState.WRITTEN
        assert copies.release(tx, now=LATER, post_ids=[post_id]) == 0


def test_states_are_counted_with_their_brakes(store: Store) -> None:
    with store.write() as tx:
        add_copy(tx, state=CopyState.WRITTEN, brake=TOO_MANY)
        add_copy(tx, "post:2", state=CopyState.WRITTEN)
        add_copy(tx, "post:3", state=CopyState.WRITTEN)
        assert copies.states(tx) == {("written", ""): 2, ("written", TOO_MANY): 1}


# --- their threads ---------------------------------------------------------------------------


def test_threads_are_read_again_the_most_overdue_first(store: Store) -> None:
    with store.write() as tx:
        ids = [publish_copy(tx, add_copy(tx, f"post:{n}"), f"o{n}").id for n in range(3)]
        for number, copy_id in enumerate(ids):
            copies.checked(tx, copy_id, now=NOW, check_at=NOW - number * SECOND)
        add_copy(tx, "post:9", state=CopyState.WRITTEN)
        due = copies.due_for_check(tx, "plaza", now=NOW, limit=2)
        assert [copy.id for copy in due] == [ids[2], ids[1]]
        assert copies.due_for_check(tx, "bsky", now=NOW, limit=2) == []
        assert copies.due_for_check(tx, "plaza", now=NOW, limit=0) == []
        assert copies.lag(tx, now=NOW) == 2 * SECOND
        assert copies.read_last_hour(tx, "plaza", now=NOW) == 3
        assert copies.read_last_hour(tx, "plaza", now=NOW + timedelta(hours=1)) == 0


def test_a_hint_brings_a_thread_forward_and_never_back(store: Store) -> None:
    with store.write() as tx:
        soon = publish_copy(tx, add_copy(tx), "a").id
        late = publish_copy(tx, add_copy(tx, "post:2"), "b").id
        copies.checked(tx, soon, now=NOW, check_at=NOW - SECOND)
        copies.checked(tx, late, now=NOW, check_at=LATER)
        copies.look_soon(tx, [a_ref("a"), a_ref("b"), a_ref("unknown")], now=NOW)
        copies.look_soon(tx, [], now=NOW)
        assert (the_copy(tx, soon).check_at, the_copy(tx, late).check_at) == (NOW - SECOND, NOW)


def test_news_make_a_thread_fresh(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.has_news(tx, [copy.id], now=LATER)
        copies.has_news(tx, [], now=NOW)
        assert the_copy(tx, copy.id).news_at == LATER


def test_what_networks_report_stands_beside_what_is_held(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        copies.checked(tx, copy.id, now=NOW, check_at=LATER, reported=3)
        add_messages(tx, a_message("1"), a_message("2"), copy_id=copy.id)
        assert copies.compared(tx) == {"plaza": (3, 2)}


def test_reactions_are_kept_as_the_network_counts_them(store: Store) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        likes = Reaction(on=a_ref("ours"), kind="like", count=2)
        assert copies.count_reactions(tx, copy.id, [likes])
        assert not copies.count_reactions(tx, copy.id, [likes])
        assert copies.reactions_of(tx, [copy.id, 99]) == {copy.id: {"like": 2}}
        assert copies.count_reactions(tx, copy.id, [])
        assert copies.reactions_of(tx, [copy.id]) == {}


@pytest.mark.parametrize(("reported", "kept"), [(10**30, 2**31 - 1), (-1, 0)])
def test_a_number_of_reactions_that_is_none_is_made_one(
    store: Store, reported: int, kept: int
) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        reaction = Reaction(on=a_ref("ours"), kind="like", count=reported)
        copies.count_reactions(tx, copy.id, [reaction])
        assert copies.reactions_of(tx, [copy.id]) == {copy.id: {"like": kept}}


def test_copies_are_found_by_their_posts(store: Store) -> None:
    with store.write() as tx:
        post_id = add_post(tx)
        mine = add_copy(tx, post_id=post_id)
        add_copy(tx, "post:2")
        assert [copy.id for copy in copies.of_posts(tx, [post_id])] == [mine]
        assert copies.of_posts(tx, []) == []
        assert [copy.id for copy in copies.of_source(tx, "post:1")] == [mine]
