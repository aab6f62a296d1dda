"""A decision holds for the words that were read."""

from __future__ import annotations

import pytest

from syndication.model import Ref, Verdict
from syndication.steps.decide import CannotDecide, Changed, Private, Vanished, decide, undo
from syndication.store import events
from tests.steps.town import Town


@pytest.fixture
def held(town: Town) -> Ref:
    ref = town.person("ana").say("@brand lovely", reply_to=town.speak())
    town.collect()
    return ref


def take_back(town: Town, ref: Ref) -> None:
    undo(town.site, town.stored(ref).id, by="ines")


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.SPAM, Verdict.HOLD])
def test_only_approved_words_are_shown(town: Town, held: Ref, verdict: Verdict) -> None:
    town.decide(held, verdict)
    assert town.shown() == []
    town.decide(held)
    assert town.shown() == ["@brand lovely"]


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.SPAM])
def test_words_that_are_refused_after_all_leave_the_page(
    town: Town, held: Ref, verdict: Verdict
) -> None:
    town.decide(held)
    assert town.shown() == ["@brand lovely"]
    town.decide(held, verdict)
    assert town.shown() == []
    assert "lovely" not in town.everything_public()


def test_words_that_changed_since_they_were_read_are_not_decided(town: Town, held: Ref) -> None:
    stored = town.stored(held)
    town.person("ana").edit(held, "@brand horrible")
    town.reverify(minutes=10)
    for verdict in Verdict:
        with pytest.raises(Changed, match="edited after you read them"):
            decide(town.site, stored.id, stored.revision, verdict, by="ines")
    assert town.shown() == []


def test_a_revision_that_does_not_exist_is_not_decided(town: Town, held: Ref) -> None:
    with pytest.raises(Changed):
        decide(town.site, town.stored(held).id, 7, Verdict.APPROVE, by="ines")


def test_private_words_are_not_approved_but_may_be_put_away(town: Town) -> None:
    ref = town.person("ana").say("@brand secret", visibility="direct")
    town.collect()
    with pytest.raises(Private):
        town.decide(ref)
    town.decide(ref, Verdict.REJECT)
    assert town.stored(ref).verdict == Verdict.REJECT


def test_what_vanished_is_not_decided(town: Town, held: Ref) -> None:
    stored = town.stored(held)
    town.person("ana").delete(held)
    town.reverify(minutes=10)
    town.reverify(hours=2)
    with pytest.raises(Vanished):
        decide(town.site, stored.id, 1, Verdict.APPROVE, by="ines")
    with pytest.raises(Vanished):
        undo(town.site, stored.id, by="ines")


def test_the_same_decision_twice_is_one(town: Town, held: Ref) -> None:
    for _ in range(2):
        town.decide(held)
    with town.site.store.read() as tx:
        assert [e.kind for e in events.latest(tx, 10)].count("approve") == 1


def test_the_line_of_events_knows_who_decided_and_no_words(town: Town, held: Ref) -> None:
    town.decide(held)
    with town.site.store.read() as tx:
        newest = events.latest(tx, 1)[0]
    assert (newest.kind, newest.by, newest.subject) == (
        "approve",
        "ines",
        f"message:{town.stored(held).id}",
    )
    assert "lovely" not in str(newest.detail)


def test_undo_brings_back_what_was_before(town: Town, held: Ref) -> None:
    town.decide(held)
    town.decide(held, Verdict.REJECT)
    take_back(town, held)
    assert town.stored(held).verdict == Verdict.APPROVE
    assert town.shown() == ["@brand lovely"]


def test_undoing_an_approval_takes_the_words_from_the_page(town: Town, held: Ref) -> None:
    town.decide(held)
    assert town.shown() == ["@brand lovely"]
    take_back(town, held)
    assert town.stored(held).verdict == Verdict.HOLD
    assert town.shown() == []


def test_undo_restores_the_revision_that_was_shown_and_not_the_newest(
    town: Town, held: Ref
) -> None:
    town.decide(held)
    town.person("ana").edit(held, "@brand horrible")
    town.reverify(minutes=10)
    town.decide(held, Verdict.REJECT)
    assert town.shown() == []
    take_back(town, held)
    stored = town.stored(held)
    assert (stored.verdict, stored.shown, stored.revision) == (Verdict.HOLD, 1, 2)
    assert town.shown() == ["@brand lovely"]
    assert "horrible" not in town.everything_public()


def test_undo_is_not_a_swing(town: Town, held: Ref) -> None:
    town.decide(held)
    take_back(town, held)
    with pytest.raises(CannotDecide, match="no decision to undo"):
        take_back(town, held)


def test_what_nobody_decided_is_not_undone(town: Town, held: Ref) -> None:
    with pytest.raises(CannotDecide, match="no decision to undo"):
        take_back(town, held)


def test_a_decision_on_words_that_were_edited_since_is_not_undone_unread(
    town: Town, held: Ref
) -> None:
    town.decide(held)
    town.person("ana").edit(held, "@brand horrible")
    town.reverify(minutes=10)
    with pytest.raises(Changed, match="edited since that decision"):
        take_back(town, held)
    assert town.shown() == ["@brand lovely"]


def test_what_is_approved_while_it_is_missing_is_shown_when_it_is_back(
    town: Town, held: Ref
) -> None:
    town.person("ana").block("brand")
    town.reverify(minutes=10)
    town.decide(held)
    assert town.shown() == []
    town.person("ana").unblock("brand")
    town.reverify(minutes=10)
    assert town.shown() == ["@brand lovely"]


def test_a_decision_wakes_the_export(town: Town, held: Ref) -> None:
    town.woken.clear()
    town.decide(held)
    assert town.woken == [("export", None)]
    town.woken.clear()
    take_back(town, held)
    assert town.woken == [("export", None)]
