"""The words of others: stored once, every edit kept, a decision for each revision that was read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from syndication.model import Decision, Message, Picture, Upstream, Verdict, Words
from syndication.store import Store, Transaction, messages, people, tables, tombstones
from syndication.store.messages import Revised, StoredMessage
from tests.store.making import (
    APPROVED,
    HELD,
    LATER,
    NOW,
    SPACE,
    a_message,
    a_ref,
    add_copy,
    add_messages,
    add_post,
    an_author,
    publish_copy,
    the_message,
)

SECOND = timedelta(seconds=1)


def edit(
    tx: Transaction, stored: StoredMessage, message: Message, decision: Decision = HELD
) -> StoredMessage:
    """Store an edit; the message as it is then."""
    messages.revise(tx, [Revised(stored=stored, message=message, decision=decision)], now=LATER)
    return the_message(tx, stored.id)


def decide(
    tx: Transaction, stored: StoredMessage, verdict: Verdict, revision: int | None = None
) -> StoredMessage:
    """Somebody decides; the message as it is then."""
    decision = Decision(verdict=verdict, by="Marta", rule="person")
    messages.decide(tx, stored, decision, revision=revision or stored.revision, now=LATER)
    return the_message(tx, stored.id)


# --- add -------------------------------------------------------------------------------------


def test_a_message_comes_back_with_its_place_its_words_and_its_first_judgement(
    store: Store,
) -> None:
    said = Words(
        html="<p>¿Duermen en el <b>aire</b>? 🐦</p>",
        text="¿Duermen en el aire? 🐦",
        language="es",
        warning="pájaros",
        pictures=(Picture(url="https://plaza.example/a.png", alt="Un ala", width=640, height=480),),
        emojis={"swift": "https://plaza.example/swift.png"},
    )
    message = a_message(words=said, reply_to=a_ref("ours"), written=NOW - SECOND)
    with store.write() as tx:
        post_id = add_post(tx)
        copy = publish_copy(tx, add_copy(tx))
        [stored] = add_messages(tx, message, post_id=post_id, copy_id=copy.id)
        assert messages.words(tx, [(stored.id, 1), (stored.id, 2)]) == {(stored.id, 1): said}
        assert messages.digests(tx, [stored]) == {stored.id: said.digest}
        assert messages.seen_by(tx, stored.id) == [("plaza", "poll")]
        assert messages.ref_for(tx, stored, "plaza") == message.ref
        assert messages.of_post(tx, post_id) == messages.under_copy(tx, copy.id) == [stored]
        assert messages.known(tx, SPACE, [message.ref.id, "x"]) == {message.ref.id: stored}
        last = messages.last_decision(tx, stored.id)
        assert last is not None
        assert (last.verdict, last.by, last.rule, last.revision) == ("hold", "rules", HELD.rule, 1)
        assert (last.trace, last.before) == (["all: hold"], {"verdict": "hold", "shown": None})
    assert (stored.post_id, stored.copy_id, stored.reply_to) == (post_id, copy.id, a_ref("ours").id)
    assert (stored.written, stored.first_seen) == (NOW - SECOND, NOW)
    assert (stored.revision, stored.verdict, stored.shown) == (1, Verdict.HOLD, None)
    assert (stored.upstream, stored.visible) == (Upstream.LIVE, False)


def test_ids_come_in_the_order_of_the_page(store: Store) -> None:
    page = [a_message(str(n), f"word {n}", author=an_author(f"p{n % 7}")) for n in range(300)]
    with store.write() as tx:
        stored = add_messages(tx, *page)
        assert [message.ref_id for message in stored] == [message.ref.id for message in page]
        found = messages.words(tx, [(message.id, 1) for message in stored])
        assert [found[m.id, 1].text for m in stored] == [f"word {n}" for n in range(300)]
        authors = people.by_id(tx, {m.author_id for m in stored})
        assert [authors[m.author_id].ref_id for m in stored] == [m.author.ref.id for m in page]


def test_adding_nothing_adds_nothing(store: Store) -> None:
    with store.write() as tx:
        assert messages.add(tx, [], account="plaza", via="poll", now=NOW) == []
        assert messages.known(tx, SPACE, []) == {}
        assert messages.words(tx, []) == {}
        assert messages.digests(tx, []) == {}
        assert tombstones.among_ids(tx, SPACE, []) == set()


def test_space_and_id_together_are_stored_once(store: Store) -> None:
    with store.write() as tx:
        add_messages(tx, a_message("1"))
    with pytest.raises(IntegrityError), store.write() as tx:
        add_messages(tx, a_message("1", "again"))
    with store.read() as tx:
        assert len(tx.execute(select(tables.revisions)).all()) == 1


def test_what_is_approved_at_once_is_shown_at_once(store: Store) -> None:
    with store.write() as tx:
        [public] = add_messages(tx, a_message("1"), decision=APPROVED)
        [private] = add_messages(tx, a_message("2", visibility="direct"), decision=APPROVED)
    assert (public.shown, public.visible) == (1, True)
    assert private.visible is False


def test_a_message_is_seen_by_many_and_each_sighting_is_kept_once(store: Store) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, a_message())
        for account, via in [("plaza", "poll"), ("plaza", "thread"), ("otra", "search:3")]:
            seen = [(stored.id, "9")]
            messages.sighted(tx, seen, account=account, via=via, now=LATER)
            messages.sighted(tx, seen, account=account, via=via, now=LATER)
        assert messages.seen_by(tx, stored.id)[0] == ("plaza", "poll")
        assert len(messages.seen_by(tx, stored.id)) == 3
        assert messages.ref_for(tx, stored, "otra").local == "9"
        assert messages.ref_for(tx, stored, "third").local is None


# --- revise, decide, undo --------------------------------------------------------------------


def test_new_words_of_an_approved_message_wait_while_the_approved_ones_are_shown(
    store: Store,
) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, a_message("1", "first"))
        stored = decide(tx, stored, Verdict.APPROVE)
        assert (stored.shown, stored.visible) == (1, True)
        stored = edit(tx, stored, a_message("1", "second", edited=LATER))
        assert (stored.revision, stored.shown, stored.verdict) == (2, 1, Verdict.HOLD)
        found = messages.words(tx, [(stored.id, 1), (stored.id, 2)])
        assert [found[stored.id, n].text for n in (1, 2)] == ["first", "second"]
        assert messages.digests(tx, [stored]) == {stored.id: found[stored.id, 2].digest}
        stored = decide(tx, stored, Verdict.APPROVE)
        assert stored.shown == 2


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.SPAM])
def test_what_is_refused_is_shown_no_more_in_any_words(store: Store, verdict: Verdict) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, a_message(), decision=APPROVED)
        stored = edit(tx, stored, a_message("1", "second"))
        stored = decide(tx, stored, verdict)
    assert (stored.shown, stored.visible, stored.verdict) == (None, False, verdict)


def test_an_edit_of_what_was_refused_is_not_shown_by_itself(store: Store) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, a_message())
        stored = decide(tx, stored, Verdict.REJECT)
        stored = edit(tx, stored, a_message("1", "nicer words"))
    assert (stored.verdict, stored.shown, stored.visible) == (Verdict.HOLD, None, False)


def test_an_edit_may_take_its_words_out_of_public(store: Store) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, a_message(), decision=APPROVED)
        stored = edit(tx, stored, a_message("1", "second", visibility="private"))
    assert (stored.visibility, stored.shown, stored.visible) == ("private", 1, False)


def test_undo_brings_back_what_was_shown_before(store: Store) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, a_message(), decision=APPROVED)
        stored = decide(tx, stored, Verdict.SPAM)
        last = messages.last_decision(tx, stored.id)
        assert last is not None
        assert (last.verdict, last.by, last.before) == (
            "spam",
            "Marta",
            {"verdict": "approve", "shown": 1},
        )
        messages.restore(tx, stored, verdict=Verdict.APPROVE, shown=1)
        assert the_message(tx, stored.id).visible


def test_each_decision_is_kept(store: Store) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, a_message())
        for verdict in (Verdict.APPROVE, Verdict.REJECT, Verdict.HOLD):
            stored = decide(tx, stored, verdict)
        rows = tx.execute(select(tables.decisions.c.verdict).order_by(tables.decisions.c.id))
        assert list(rows.scalars()) == ["hold", "approve", "reject", "hold"]


# --- upstream --------------------------------------------------------------------------------


def test_missing_is_hidden_and_remembers_since_when_until_it_is_back(store: Store) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, a_message(), decision=APPROVED)
        messages.went_missing(tx, stored.id, now=NOW)
        messages.went_missing(tx, stored.id, now=LATER)
        missing = the_message(tx, stored.id)
        assert (missing.upstream, missing.missing_since) == (Upstream.MISSING, NOW)
        assert not missing.visible
        assert messages.visible(tx) == []
        messages.alive(tx, [stored.id], now=LATER)
        back = the_message(tx, stored.id)
        assert (back.upstream, back.missing_since, back.visible) == (Upstream.LIVE, None, True)


def test_what_is_verified_is_loose_uncovered_or_missing_and_longest_unseen_first(
    store: Store,
) -> None:
    with store.write() as tx:
        copy = publish_copy(tx, add_copy(tx))
        loose, late = add_messages(tx, a_message("1"), a_message("2"))
        covered, gone = add_messages(tx, a_message("3"), a_message("4"), copy_id=copy.id)
        messages.looked_for(tx, [loose.id], now=NOW - 1 * SECOND)
        messages.looked_for(tx, [late.id], now=NOW - 2 * SECOND)
        messages.went_missing(tx, gone.id, now=NOW - 3 * SECOND)
        messages.looked_for(tx, [covered.id], now=NOW - 4 * SECOND)

        def due(account: str = "plaza", seconds: int = 0, covered_for: int = 60) -> list[int]:
            found = messages.to_verify(
                tx,
                account,
                checked_before=NOW - seconds * SECOND,
                covered_before=NOW - covered_for * SECOND,
                missing_before=NOW - seconds * SECOND,
                limit=10,
            )
            return [message.id for message in found]

        assert due() == [gone.id, late.id, loose.id]
        assert due(seconds=2) == [gone.id]
        assert due(seconds=3) == []
        assert due(seconds=3, covered_for=3) == [covered.id]
        assert due("another") == []
        messages.looked_for(tx, [gone.id], now=NOW)
        assert due() == [late.id, loose.id]


def test_a_message_gets_its_place_when_it_becomes_known(store: Store) -> None:
    with store.write() as tx:
        post_id = add_post(tx)
        [stored] = add_messages(tx, a_message())
        messages.place(tx, stored.id, post_id=post_id, copy_id=None)
        messages.set_visibility(tx, stored.id, "direct")
        now = the_message(tx, stored.id)
        assert (now.post_id, now.visibility) == (post_id, "direct")
        assert messages.of_post(tx, post_id) == [now]


def test_the_newest_that_is_shown_comes_first(store: Store) -> None:
    with store.write() as tx:
        add_messages(
            tx,
            a_message("old", written=NOW - SECOND),
            a_message("new", written=NOW),
            a_message("direct", visibility="direct"),
            decision=APPROVED,
        )
        add_messages(tx, a_message("held"))
        names = [message.ref_id.rpartition("/")[2] for message in messages.visible(tx)]
        assert names == ["new", "old"]
        assert [m.written for m in messages.visible(tx, newest=1)] == [NOW]
        assert messages.counts(tx) == {"approve": 3, "hold": 1}


def test_replies_are_found_by_what_they_answer(store: Store) -> None:
    with store.write() as tx:
        question = a_message("1")
        [_, answer] = add_messages(tx, question, a_message("2", reply_to=question.ref))
        assert messages.replies_to(tx, SPACE, question.ref.id) == [answer]
        assert messages.replies_to(tx, SPACE, answer.ref_id) == []


# --- cost ------------------------------------------------------------------------------------


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that a store executes meanwhile."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def test_a_page_of_messages_costs_the_same_statements_whatever_its_length(store: Store) -> None:
    def cost(first: int, number: int) -> int:
        page = [
            a_message(str(n), author=an_author(f"p{n}"), reply_to=a_ref(f"statuses/{n - 1}"))
            for n in range(first, first + number)
        ]
        with counted(store) as statements, store.write() as tx:
            ids = people.remember(tx, (m.author for m in page), network="mastodon", now=NOW)
            rows = [
                messages.NewMessage(
                    message=message,
                    network="mastodon",
                    author_id=ids[message.author.ref.id],
                    post_id=None,
                    copy_id=None,
                    decision=HELD,
                )
                for message in page
            ]
            messages.add(tx, rows, account="plaza", via="poll", now=NOW)
        return len(statements)

    assert cost(0, 80) == cost(100, 2) <= 12


@pytest.mark.slow
def test_ten_thousand_messages_are_known_worded_and_found_alive_in_one_statement_each(
    store: Store,
) -> None:
    page = [a_message(str(n), author=an_author(f"p{n % 500}")) for n in range(10_000)]
    ids = [message.ref.id for message in page]
    with store.write() as tx:
        authors = people.remember(tx, (m.author for m in page), network="mastodon", now=NOW)
        rows = [
            messages.NewMessage(
                message=message,
                network="mastodon",
                author_id=authors[message.author.ref.id],
                post_id=None,
                copy_id=None,
                decision=HELD,
            )
            for message in page
        ]
        stored = messages.add(tx, rows, account="plaza", via="poll", now=NOW)
    many = [*ids, *(f"https://plaza.example/none/{n}" for n in range(60_000))]
    with counted(store) as statements, store.write() as tx:
        known = messages.known(tx, SPACE, many)
        assert [known[id_].id for id_ in ids] == stored
        assert tombstones.among_ids(tx, SPACE, many) == set()
        words = messages.words(
            tx, [(message, 1) for message in stored] + [(n, 1) for n in range(60_000, 130_000)]
        )
        assert len(words) == 10_000
        assert len(messages.digests(tx, known.values())) == 10_000
        messages.alive(tx, range(300_000), now=LATER)
        messages.looked_for(tx, range(300_000), now=LATER)
        messages.sighted(tx, [(n, None) for n in stored], account="b", via="poll", now=LATER)
        assert len(people.by_id(tx, range(300_000))) == 500
    assert len(statements) <= 12
