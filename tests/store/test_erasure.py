"""A person's wish wins: after an erasure nothing of the words or the name is left in any table."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from syndication.model import CopyState, Message, Picture, Verdict, Words
from syndication.store import Store, Transaction, copies, events, messages, tables, tombstones
from syndication.store.copies import Copy
from syndication.store.messages import Revised, StoredMessage
from tests.store.making import (
    APPROVED,
    HELD,
    LATER,
    NOW,
    SPACE,
    a_draft,
    a_message,
    a_ref,
    add_copy,
    add_messages,
    add_post,
    an_author,
    everything,
    publish_copy,
    the_copy,
    the_message,
)

ZENOBIA = an_author(
    "zenobia",
    picture="https://plaza.example/zenobia.png",
    emojis={"zeno": "https://plaza.example/zeno.png"},
)
TRACES = ("zenobia", "Zenobia", "zeno", "quetzal", "pangolin", "axolotl", "statuses/77")
"""Everything that tells of her or of what she said."""


def she_says(text: str = "quetzal", **more: Any) -> Message:
    return a_message(
        "77",
        words=Words(
            html=f"<p>{text}</p>",
            text=text,
            language="es",
            warning="axolotl",
            pictures=(Picture(url="https://plaza.example/axolotl.png", alt="axolotl"),),
        ),
        author=ZENOBIA,
        **more,
    )


def answer_her(tx: Transaction, stored: StoredMessage, state: CopyState) -> Copy:
    """Our answer to her, in `state`."""
    draft = a_draft(
        "@zenobia@plaza.example Gracias, a @zenobia@plaza.example.org y @zenobia@plaza.example.",
        reply_to=messages.ref_for(tx, stored, "plaza"),
    )
    copy_id = add_copy(
        tx, f"answer:{state}", draft=draft, answers_id=stored.id, state=state, written_by="Marta"
    )
    if state in (CopyState.PUBLISHED, CopyState.DELETED):
        publish_copy(tx, copy_id, f"answer-{state}")
        copies.settle(tx, copy_id, state)
    return the_copy(tx, copy_id)


def test_nothing_of_the_words_or_the_name_is_left_in_any_table(store: Store) -> None:
    with store.write() as tx:
        post_id = add_post(tx)
        ours = publish_copy(tx, add_copy(tx, post_id=post_id))
        [stored] = add_messages(
            tx,
            she_says(reply_to=ours.ref, quotes=ours.ref),
            post_id=post_id,
            copy_id=ours.id,
            decision=APPROVED,
        )
        change = Revised(stored=stored, message=she_says("pangolin"), decision=HELD)
        messages.revise(tx, [change], now=LATER)
        messages.sighted(tx, [(stored.id, "77")], account="otra", via="search:1", now=LATER)
        add_messages(tx, a_message("78", "me too", reply_to=a_ref("statuses/77")))
        name = messages.ref_for(tx, stored, "plaza")
        draft = a_draft("@zenobia@plaza.example Gracias", reply_to=name)
        add_copy(tx, "answer:1", draft=draft, answers_id=stored.id, state=CopyState.FAILED)
        said = add_copy(tx, "answer:2", draft=draft, answers_id=stored.id)
        publish_copy(tx, said, "answer")
        events.record(tx, "taken-in", [f"message:{stored.id}"], now=NOW)
    kept = everything(store)
    assert [trace for trace in TRACES if trace in kept] == list(TRACES), "the test looks in vain"
    with store.write() as tx:
        messages.erase(tx, the_message(tx, stored.id), now=LATER)
    kept = everything(store)
    assert [trace for trace in TRACES if trace in kept] == []
    assert "me too" in kept
    assert "Gracias" in kept


def test_revisions_decisions_and_sightings_go_and_those_of_others_stay(store: Store) -> None:
    with store.write() as tx:
        [stored, other] = add_messages(tx, she_says(), a_message("1"))
        messages.erase(tx, stored, now=NOW)
        for table in (tables.revisions, tables.decisions, tables.sightings):
            assert list(tx.execute(select(table.c.message_id)).scalars()) == [other.id]
        assert messages.get(tx, stored.id) is None


def test_an_author_goes_with_the_last_message_and_not_before(store: Store) -> None:
    with store.write() as tx:
        first, last = add_messages(tx, she_says(), a_message("1", author=ZENOBIA))
        messages.erase(tx, first, now=NOW)
        assert list(tx.execute(select(tables.authors.c.name)).scalars()) == ["Zenobia"]
        messages.erase(tx, last, now=NOW)
        assert tx.execute(select(tables.authors)).all() == []


def test_what_was_erased_is_known_as_erased_and_does_not_tell_what_it_was(store: Store) -> None:
    message = she_says()
    with store.write() as tx:
        [stored] = add_messages(tx, message)
        assert tombstones.among_ids(tx, SPACE, [message.ref.id]) == set()
        messages.erase(tx, stored, now=NOW)
        assert tombstones.among_ids(tx, SPACE, [message.ref.id, "other"]) == {message.ref.id}
        assert tombstones.among_ids(tx, "atproto", [message.ref.id]) == set()
        [row] = tx.execute(select(tables.tombstones)).all()
        assert set(row._mapping) == {"digest", "at"}


def test_erasing_twice_leaves_one_tombstone(store: Store) -> None:
    """Two daemons may find the same deletion, or a restored backup bring the row back."""
    with store.write() as tx:
        [stored] = add_messages(tx, she_says())
        messages.erase(tx, stored, now=NOW)
        [again] = add_messages(tx, she_says())
        messages.erase(tx, again, now=LATER)
        assert [row.at for row in tx.execute(select(tables.tombstones))] == [NOW]


def test_an_erased_message_gives_its_id_to_nobody(store: Store) -> None:
    """A form that was opened for the old one must not decide about another."""
    with store.write() as tx:
        [stored] = add_messages(tx, she_says())
        messages.erase(tx, stored, now=NOW)
        [new] = add_messages(tx, a_message("1"))
        assert new.id > stored.id


def test_what_answered_it_hangs_on_what_it_had_answered(store: Store) -> None:
    with store.write() as tx:
        root, middle, leaf = add_messages(
            tx,
            a_message("1"),
            she_says(reply_to=a_ref("statuses/1")),
            a_message("2", reply_to=a_ref("statuses/77")),
        )
        answer = answer_her(tx, middle, CopyState.PUBLISHED)
        messages.erase(tx, middle, now=NOW)
        assert the_message(tx, leaf.id).reply_to == root.ref_id
        reply_to = the_copy(tx, answer.id).draft.reply_to
        assert reply_to is not None
        assert reply_to.id == root.ref_id


def test_what_answered_a_root_becomes_a_root(store: Store) -> None:
    with store.write() as tx:
        root, leaf = add_messages(tx, she_says(), a_message("2", reply_to=a_ref("statuses/77")))
        answer = answer_her(tx, root, CopyState.PUBLISHED)
        messages.erase(tx, root, now=NOW)
        assert the_message(tx, leaf.id).reply_to is None
        assert the_copy(tx, answer.id).draft.reply_to is None


def test_what_answers_it_afterwards_does_not_bring_its_name_back(store: Store) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, she_says())
        messages.erase(tx, stored, now=NOW)
        late, other = add_messages(
            tx,
            a_message("2", reply_to=a_ref("statuses/77")),
            a_message("3", reply_to=a_ref("statuses/2")),
        )
        assert (late.reply_to, other.reply_to) == (None, late.ref_id)


@pytest.mark.parametrize("state", [CopyState.WRITTEN, CopyState.READY, CopyState.FAILED])
def test_an_answer_that_has_not_left_stays_home(store: Store, state: CopyState) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, she_says())
        answer = answer_her(tx, stored, state)
        messages.erase(tx, stored, now=NOW)
        after = the_copy(tx, answer.id)
        assert (after.state, after.error) == (CopyState.SKIPPED, "what it answers was deleted")
        assert copies.sendable(tx, now=LATER, accounts=["plaza"]) == []


def test_an_answer_that_is_out_there_names_nobody_and_is_not_sent_again(store: Store) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, she_says())
        answer = answer_her(tx, stored, CopyState.PUBLISHED)
        messages.erase(tx, stored, now=NOW)
        after = the_copy(tx, answer.id)
        assert after.state == CopyState.PUBLISHED
        assert after.draft.text == "Gracias, a @zenobia@plaza.example.org y ."
        assert copies.to_update(tx) == []
        assert copies.sendable(tx, now=LATER, accounts=["plaza"]) == []


@pytest.mark.parametrize("state", [CopyState.SENDING, CopyState.UNKNOWN])
def test_an_answer_whose_outcome_is_unknown_can_still_be_found(
    store: Store, state: CopyState
) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, she_says())
        answer = answer_her(tx, stored, state)
        messages.erase(tx, stored, now=NOW)
        assert the_copy(tx, answer.id) == answer


def test_decisions_of_the_erased_do_not_come_back_with_a_message_of_the_same_words(
    store: Store,
) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, she_says(), decision=APPROVED)
        messages.erase(tx, stored, now=NOW)
        [again] = add_messages(tx, a_message("79", "quetzal", author=ZENOBIA))
        assert (again.verdict, again.visible) == (Verdict.HOLD, False)
        assert the_message(tx, again.id).shown is None
