"""The slow re-reading: edits, deletions, blocks and counts, within its budget."""

from __future__ import annotations

import itertools
import logging
from datetime import timedelta

import pytest

from syndication.model import Ref, Upstream, Verdict
from syndication.networks.contract import NetworkError, Rejected, Unavailable
from syndication.rules.cadence import Cadence
from syndication.steps.answer import answer
from syndication.steps.send import send
from syndication.store import copies, messages, watches
from tests.steps.town import START, URL, Town


@pytest.fixture
def approved(town: Town) -> Ref:
    """Ana's words are on the page of the town's post."""
    ours = town.speak()
    ref = town.decide_when_collected(town.person("ana").say("@brand lovely", reply_to=ours))
    town.reverify()
    assert town.shown() == ["@brand lovely"]
    return ref


# --- edits -----------------------------------------------------------------------------------


def test_an_edit_is_held_and_the_approved_words_stay(town: Town, approved: Ref) -> None:
    town.person("ana").edit(approved, "@brand horrible")
    town.reverify(minutes=10)
    stored = town.stored(approved)
    assert (stored.revision, stored.verdict, stored.shown) == (2, Verdict.HOLD, 1)
    assert town.shown() == ["@brand lovely"]
    assert "horrible" not in town.everything_public()


def test_an_approved_edit_is_shown_and_says_when_it_was_made(town: Town, approved: Ref) -> None:
    town.later(minutes=1)
    edited_at = town.now
    town.person("ana").edit(approved, "@brand loveliest")
    town.reverify(minutes=10)
    assert [m.updated for m in town.discussion().messages] == [None]
    town.decide(approved)
    assert town.shown() == ["@brand loveliest"]
    assert [m.updated for m in town.discussion().messages] == [edited_at]


def test_an_edit_that_was_approved_shows_its_moment_while_a_newer_one_waits(
    town: Town, approved: Ref
) -> None:
    town.later(minutes=1)
    first = town.now
    town.person("ana").edit(approved, "@brand second")
    town.reverify(minutes=10)
    town.decide(approved)
    town.person("ana").edit(approved, "@brand third")
    town.reverify(minutes=10)
    assert town.shown() == ["@brand second"]
    assert town.discussion().messages[0].updated == first


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.SPAM])
def test_words_that_were_refused_and_then_edited_are_held_again(
    town: Town, verdict: Verdict
) -> None:
    ours = town.speak()
    ref = town.person("ana").say("@brand rude", reply_to=ours)
    town.decide_when_collected(ref, verdict)
    town.person("ana").edit(ref, "@brand polite")
    town.reverify(minutes=10)
    assert town.stored(ref).verdict == Verdict.HOLD
    assert town.shown() == []


def test_the_same_words_again_are_no_edit(town: Town, approved: Ref) -> None:
    town.person("ana").edit(approved, "@brand lovely")
    town.reverify(minutes=10)
    assert town.stored(approved).revision == 1


# --- deletions -------------------------------------------------------------------------------


def test_what_was_deleted_is_hidden_at_first_and_erased_when_that_is_confirmed(
    town: Town, approved: Ref
) -> None:
    town.person("ana").delete(approved)
    town.reverify(minutes=10)
    assert town.stored(approved).upstream == Upstream.MISSING
    assert town.shown() == []
    assert "lovely" not in town.everything_public()
    town.reverify(minutes=50)
    assert town.message(approved) is not None
    town.reverify(minutes=10)
    assert town.message(approved) is None


def test_what_was_erased_does_not_return(town: Town, approved: Ref) -> None:
    town.person("ana").delete(approved)
    town.reverify(minutes=10)
    town.reverify(hours=2)
    town.server.statuses[approved.id].deleted = False
    town.reverify(hours=2)
    assert town.messages() == []


def test_what_answered_the_erased_hangs_on_what_that_had_answered(town: Town) -> None:
    ours = town.speak()
    first = town.person("ana").say("@brand first", reply_to=ours)
    second = town.person("bo").say("@brand second", reply_to=first)
    third = town.person("cleo").say("@brand third", reply_to=second)
    town.collect()
    for ref in (first, second, third):
        town.decide(ref)
    town.person("bo").delete(second)
    town.reverify(minutes=10)
    town.reverify(hours=2)
    assert town.message(second) is None
    assert town.shown() == ["@brand first", "@brand third"]
    assert town.discussion().messages[1].reply_to == first.id


def test_words_below_something_deleted_are_lost_from_the_thread_and_not_from_us(
    town: Town,
) -> None:
    """Nothing below a deleted message can be reached from above; each is asked for by its id."""
    ours = town.speak()
    middle = town.person("bo").say("@brand middle", reply_to=ours)
    below = [town.person("ana").say(f"@brand below {n}", reply_to=middle) for n in range(3)]
    town.collect()
    for ref in (middle, *below):
        town.decide(ref)
    town.person("bo").delete(middle)
    for _ in range(5):
        town.reverify(hours=1)
    assert town.shown() == [f"@brand below {n}" for n in range(3)]


def test_what_is_held_and_deleted_leaves_the_queue(town: Town) -> None:
    ours = town.speak()
    ref = town.person("ana").say("@brand oops", reply_to=ours)
    town.collect()
    town.person("ana").delete(ref)
    town.reverify(minutes=10)
    town.reverify(hours=2)
    assert town.messages() == []


def test_whoever_blocks_us_and_thinks_better_of_it_loses_nothing(town: Town, approved: Ref) -> None:
    town.person("ana").block("brand")
    town.reverify(minutes=10)
    assert town.shown() == []
    town.person("ana").unblock("brand")
    town.reverify(minutes=10)
    assert town.shown() == ["@brand lovely"]
    stored = town.stored(approved)
    assert (stored.verdict, stored.missing_since) == (Verdict.APPROVE, None)


def test_missing_twice_with_a_return_between_is_not_missing_for_long(
    town: Town, approved: Ref
) -> None:
    ana = town.person("ana")
    for _ in range(4):
        ana.block("brand")
        town.reverify(minutes=30)
        ana.unblock("brand")
        town.reverify(minutes=30)
    assert town.shown() == ["@brand lovely"]


def test_a_deleted_mention_without_a_thread_goes_too(town: Town) -> None:
    town.read_once(town.post("hello"))
    ref = town.person("ana").say(f"@brand {URL}/hello/ lovely")
    town.decide_when_collected(ref)
    assert len(town.shown()) == 1
    town.person("ana").delete(ref)
    town.reverify(days=2)
    assert town.shown() == []
    town.reverify(hours=2)
    assert town.messages() == []


def test_a_deletion_is_honoured_also_where_the_thread_above_it_cannot_be_read_any_more(
    town: Town, approved: Ref
) -> None:
    """Somebody took our copy down by hand: nothing shows what hangs below it."""
    (ours,) = [s for s in town.server.statuses.values() if s.message.author.ref.local == "brand"]
    ours.deleted = True
    town.reverify(minutes=10)
    assert town.shown() == ["@brand lovely"]
    town.person("ana").delete(approved)
    for _ in range(20):
        town.reverify(days=1)
    assert town.messages() == []
    assert town.shown() == []


# --- what is not news ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [Unavailable("down"), Rejected("this thread is locked")], ids=["down", "refused"]
)
def test_a_thread_that_cannot_be_read_leaves_everything_as_it_is(
    town: Town, approved: Ref, error: NetworkError
) -> None:
    town.person("ana").delete(approved)
    town.person("ana").like(town.copy().ref)  # type: ignore[arg-type]
    town.server.fail("thread", error)
    assert town.reverify(minutes=10) == 0
    assert town.shown() == ["@brand lovely"]
    assert town.discussion().reactions == {}
    assert town.account().poll_at is None


def test_a_look_that_gets_no_answer_says_nothing_about_what_it_looked_for(
    town: Town, approved: Ref
) -> None:
    town.person("ana").delete(approved)
    town.server.go_down("fetch", times=50)
    for _ in range(3):
        town.reverify(hours=1)
    assert town.stored(approved).upstream == Upstream.LIVE


def test_one_unreadable_thread_holds_up_no_other(town: Town) -> None:
    town.read_once()
    town.out(*(town.post(f"post-{n}") for n in range(3)))
    refs = [town.person("ana").say("lovely", reply_to=copy.ref) for copy in town.copies()]
    town.server.go_down("thread")
    assert town.reverify(minutes=10) == 2
    assert [town.message(ref) is not None for ref in refs] == [False, True, True]


def test_a_server_that_is_down_is_not_asked_for_every_thread(town: Town) -> None:
    town.read_once()
    town.change(brakes=town.site.brakes.__class__(new_posts=50, min_age=timedelta(minutes=5)))
    town.out(*(town.post(f"post-{n}") for n in range(10)))
    town.server.go_down("thread", times=100)
    town.reverify(minutes=10)
    assert town.requests("thread") == 3
    assert town.account().poll_at is not None


# --- reactions -------------------------------------------------------------------------------


def test_likes_are_counted_and_taken_back(town: Town) -> None:
    ours = town.speak()
    for name in ("ana", "bo"):
        town.person(name).like(ours)
    town.person("ana").repost(ours)
    town.reverify(minutes=10)
    town.export()
    assert town.discussion().reactions == {"like": 2, "repost": 1}
    town.server.statuses[ours.id].likes.discard("bo")
    town.server.statuses[ours.id].reposts.clear()
    town.reverify(minutes=10)
    assert ("export", None) in town.woken
    town.export()
    assert town.discussion().reactions == {"like": 1}


# --- the budget ------------------------------------------------------------------------------


def many_copies(town: Town, number: int) -> None:
    from syndication.rules.brakes import Brakes

    town.change(brakes=Brakes(new_posts=500, min_age=timedelta(minutes=5)))
    town.read_once()
    town.out(*(town.post(f"post-{n}") for n in range(number)))


def test_an_hour_has_its_budget_however_often_it_is_asked(town: Town) -> None:
    """Fresh threads are due every five minutes: twelve readings each, if nothing bounded them."""
    town.change(cadence=Cadence(per_hour=30))
    many_copies(town, 10)
    read = [town.reverify(minutes=5) for _ in range(12)]
    assert sum(read) == 30
    assert town.requests("thread") == 30


def test_what_was_spent_is_remembered_when_the_daemon_starts_anew(town: Town) -> None:
    from syndication.store import Store

    town.change(cadence=Cadence(per_hour=5))
    many_copies(town, 10)
    assert town.reverify() == 5
    town.site.store.close()
    town.change(store=Store(str(town.site.store.url)))
    assert town.reverify(minutes=6) == 0
    assert town.reverify(minutes=54) == 5


def test_the_most_overdue_comes_first_and_nobody_is_left_out(town: Town) -> None:
    town.change(cadence=Cadence(per_hour=4))
    many_copies(town, 12)
    for _ in range(3):
        town.reverify(hours=1)
    checked = [copy.checked_at for copy in town.copies()]
    assert None not in checked
    assert checked == sorted(checked, key=lambda moment: moment or START)


def test_the_lag_of_the_budget_can_be_seen(town: Town) -> None:
    town.change(cadence=Cadence(per_hour=4))
    many_copies(town, 8)

    def lag() -> timedelta:
        with town.site.store.read() as tx:
            return copies.lag(tx, now=town.now)

    assert town.reverify() == 4
    town.later(minutes=30)
    assert lag() == timedelta(minutes=30)
    town.change(cadence=Cadence(per_hour=100))
    town.reverify()
    assert lag() == timedelta(0)


def test_a_thread_full_of_holes_costs_no_more_than_its_share(town: Town) -> None:
    town.change(cadence=Cadence(per_hour=30))
    ours = town.speak()
    middle = town.person("bo").say("@brand middle", reply_to=ours)
    for number in range(100):
        town.person("ana").say(f"@brand below {number}", reply_to=middle)
    town.collect()
    town.reverify(minutes=10)
    town.person("bo").delete(middle)
    asked = town.requests("fetch")
    for _ in range(6):
        town.reverify(minutes=10)
    assert town.requests("fetch") - asked <= 30 + 20
    for _ in range(6):
        town.reverify(hours=1)
    with town.site.store.read() as tx:
        waiting = messages.to_verify(
            tx,
            "brand",
            checked_before=town.now,
            missing_before=town.now,
            covered_before=town.now - timedelta(hours=7),
            limit=1000,
        )
    assert waiting == []  # each was asked for in its turn
    assert len(town.messages()) == 100


def test_an_old_thread_is_read_seldom_and_never_never(town: Town) -> None:
    town.speak()
    town.collect()
    readings = []
    for day in range(120):
        if town.reverify(days=1):
            readings.append(day)
    gaps = [b - a for a, b in itertools.pairwise(readings)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == 7


def test_a_thread_in_which_something_new_was_found_is_fresh_again(town: Town) -> None:
    ours = town.speak()
    town.collect()
    town.reverify(days=60)
    town.person("ana").say("nobody is told of this", reply_to=ours)
    town.reverify(days=6, hours=12)
    assert len(town.messages()) == 1
    assert town.reverify(minutes=5) == 1


def test_a_quiet_hour_costs_a_handful_of_requests(town: Town) -> None:
    many_copies(town, 10)
    town.collect()
    for _ in range(30):
        town.reverify(days=3)
    before = len(town.server.requests)
    for _ in range(60):
        town.later(minutes=1)
        town.collect()
        town.reverify()
    assert len(town.server.requests) - before <= 60 + 2 * 10


def test_paused_accounts_ask_nothing(town: Town) -> None:
    town.speak()
    town.collect()
    town.server.revoke("brand")
    town.reverify(minutes=10)
    asked = len(town.server.requests)
    town.reverify(hours=3)
    assert len(town.server.requests) == asked


def test_what_the_network_reports_is_what_is_held(town: Town) -> None:
    """Our own answers stand in the thread too, and are no messages."""
    ours = town.speak()
    ref = town.person("ana").say("@brand how much?", reply_to=ours)
    town.collect()
    answer(town.site, town.stored(ref).id, "Ten.", by="ines")
    send(town.site)
    town.reverify(minutes=10)
    with town.site.store.read() as tx:
        assert copies.compared(tx) == {"brand": (1, 1)}


# --- what a watch found ----------------------------------------------------------------------


def test_who_does_not_want_to_be_found_any_more_is_forgotten(town: Town) -> None:
    from dataclasses import replace

    from syndication.steps.listen import listen

    with town.site.store.write() as tx:
        watches.add(tx, kind="words", query="vencejo", language="", now=town.now)
    ana = town.person("ana", indexable=True)
    found = ana.say("my vencejo squeaks")
    asked = ana.say("@brand my vencejo squeaks")
    listen(town.site, "brand")
    town.collect()
    assert len(town.messages()) == 2
    for ref in (found, asked):
        town.change_message(ref, author=replace(ana.author, note="#nobot"))
    town.reverify(days=2)
    assert [m.ref_id for m in town.messages()] == [asked.id]


def test_nothing_is_logged_of_what_people_said(
    town: Town, approved: Ref, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="tertulia")
    town.person("ana").edit(approved, "@brand horrible")
    town.server.go_down("thread")
    town.reverify(minutes=10)
    town.reverify(minutes=20)
    assert town.stored(approved).revision == 2
    assert "lovely" not in caplog.text
    assert "horrible" not in caplog.text
