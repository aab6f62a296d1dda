"""The machine's clock was wrong: nothing waits for ever, and nothing is erased for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syndication.model import CopyState
from syndication.networks.contract import Unavailable
from syndication.rules.cadence import Cadence
from syndication.steps.build import Builder, due_in
from syndication.steps.clock import look_at_clock
from syndication.steps.collect import collect
from syndication.steps.deploy import deploy, deploy_due
from syndication.steps.export import export
from syndication.steps.forget import tidy
from syndication.steps.publish import publish
from syndication.steps.send import send
from syndication.store import events, marks
from tests.steps.town import URL, Town

YEAR = timedelta(days=365)


@pytest.fixture
def ahead(town: Town) -> Town:
    """A town whose clock runs a year ahead, which is seen."""
    look_at_clock(town.site)
    town.now += YEAR
    look_at_clock(town.site)
    return town


def set_right(town: Town) -> None:
    town.now -= YEAR
    look_at_clock(town.site)


def test_what_was_to_be_sent_is_sent_once_when_the_clock_is_right_again(ahead: Town) -> None:
    ahead.read_once()
    ahead.build(ahead.post("hello"))
    publish(ahead.site)
    set_right(ahead)
    for _ in range(3):
        ahead.later(minutes=6)
        publish(ahead.site)
        send(ahead.site)
    assert ahead.copy().state == CopyState.PUBLISHED
    assert len(ahead.server.statuses) == 1


def test_a_server_that_was_down_then_is_asked_again_now(ahead: Town) -> None:
    ahead.read_once()
    ours = ahead.out(ahead.post("hello"))[0].ref
    ahead.server.fail("collect", Unavailable("down"))
    collect(ahead.site, "brand")
    set_right(ahead)
    ahead.person("ana").say("@brand lovely", reply_to=ours)
    collect(ahead.site, "brand")
    assert len(ahead.messages()) == 1


def test_what_was_approved_then_is_on_its_page_now(ahead: Town) -> None:
    ref = ahead.person("ana").say("@brand lovely", reply_to=ahead.speak())
    ahead.decide_when_collected(ref)
    set_right(ahead)
    export(ahead.site)
    assert ahead.shown("/hello/") == ["@brand lovely"]
    builder = Builder(command="true", directory=ahead.folder)
    assert due_in(ahead.site, builder) is not None
    ahead.later(seconds=10)
    assert due_in(ahead.site, builder) == timedelta(0)


def test_a_build_that_was_planned_then_is_due_now(ahead: Town) -> None:
    ref = ahead.person("ana").say("@brand lovely", reply_to=ahead.speak())
    ahead.decide_when_collected(ref)
    export(ahead.site)
    set_right(ahead)
    builder = Builder(command="true", directory=ahead.folder)
    assert due_in(ahead.site, builder) == timedelta(0)


def test_what_could_not_be_deployed_then_is_tried_now(ahead: Town) -> None:
    with ahead.site.store.write() as tx:
        deploy_due(tx, "false", files=["index.html"], pages=[])
    assert not deploy(ahead.site, "false", ahead.folder)
    set_right(ahead)
    assert deploy(ahead.site, "true", ahead.folder)


def test_what_its_author_deleted_then_is_erased_at_the_second_look(ahead: Town) -> None:
    ref = ahead.person("ana").say("@brand oops", reply_to=ahead.speak())
    ahead.collect()
    ahead.person("ana").delete(ref)
    ahead.reverify(minutes=10)
    assert len(ahead.messages()) == 1
    set_right(ahead)
    ahead.reverify(hours=2)
    assert ahead.messages() == []


def test_a_mention_without_a_thread_is_looked_up_again_in_time(ahead: Town) -> None:
    ahead.read_once(ahead.post("hello"))
    ref = ahead.person("ana").say(f"@brand {URL}/hello/ lovely")
    ahead.collect()
    set_right(ahead)
    ahead.person("ana").delete(ref)
    ahead.reverify(days=2)
    ahead.reverify(hours=2)
    assert ahead.messages() == []


def test_what_the_site_lost_then_is_taken_back_in_time(ahead: Town) -> None:
    ahead.read_once()
    ahead.out(ahead.post("keep"), ahead.post("gone"))
    ahead.build(ahead.post("keep"))
    publish(ahead.site)
    set_right(ahead)
    ahead.later(minutes=6)
    publish(ahead.site)
    send(ahead.site)
    assert len(ahead.said()) == 1


def test_the_hour_of_readings_that_was_spent_then_is_over(ahead: Town) -> None:
    ahead.change(cadence=Cadence(per_hour=1))
    ahead.speak()
    assert ahead.reverify(minutes=10) == 1
    set_right(ahead)
    assert ahead.reverify(hours=12) == 1


def test_nothing_is_erased_for_its_age_while_a_leap_of_the_clock_is_new(town: Town) -> None:
    town.change(keep_unapproved=YEAR, keep_events=YEAR)
    town.person("ana").say("@brand lovely", reply_to=town.speak())
    town.collect()
    look_at_clock(town.site)
    town.now += 2 * YEAR
    look_at_clock(town.site)
    tidy(town.site)
    assert len(town.messages()) == 1
    with town.site.store.read() as tx:
        assert events.latest(tx, 1)
    for _ in range(25):  # it goes on as clocks do
        town.later(hours=1)
        look_at_clock(town.site)
    tidy(town.site)
    assert town.messages() == []


def test_nothing_is_erased_for_its_age_before_the_leap_was_noticed(town: Town) -> None:
    town.change(keep_unapproved=YEAR)
    town.person("ana").say("@brand lovely", reply_to=town.speak())
    town.collect()
    for _ in range(25):
        town.later(hours=1)
        look_at_clock(town.site)
    town.now += 2 * YEAR
    tidy(town.site)  # it was due a moment earlier than the look at the clock
    assert len(town.messages()) == 1


def test_a_clock_that_goes_on_is_noted_once_an_hour(town: Town) -> None:
    look_at_clock(town.site)
    noted = []
    for _ in range(180):
        town.later(minutes=1)
        look_at_clock(town.site)
        with town.site.store.read() as tx:
            noted.append(marks.get(tx, marks.CLOCK)["seen"])
    assert len(set(noted)) == 4
