"""What staff rejected in our threads is hidden upstream where the settings want it, durably."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from syndication.model import WITHHELD, Ref, Verdict
from syndication.networks.contract import OutcomeUnknown, RateLimited, Rejected, Unavailable
from syndication.steps.decide import undo
from syndication.steps.forget import forget_message
from syndication.steps.hide import hide
from syndication.store import events, hidings, marks
from tests.steps.two_networks import TwoNetworks


@pytest.fixture
def town(tmp_path: Path) -> Iterator[TwoNetworks]:
    made = TwoNetworks(tmp_path, mirror_hidden=True)
    yield made
    made.site.store.close()


@pytest.fixture
def rude(town: TwoNetworks) -> Ref:
    """A reply in our thread that staff rejected."""
    plaza, _ = town.speak_twice()
    return town.decide_when_collected(
        town.person("ada").say("@brand boo", reply_to=plaza), Verdict.REJECT
    )


def hidden(town: TwoNetworks) -> list[str]:
    return [id_ for id_, status in town.server.statuses.items() if status.hidden]


def failures(town: TwoNetworks) -> list[str]:
    with town.site.store.read() as tx:
        return [hiding.error for hiding in hidings.failures(tx)]


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.SPAM])
def test_what_is_rejected_is_hidden_upstream_and_shown_again_when_undone(
    town: TwoNetworks, verdict: Verdict
):
    plaza, _ = town.speak_twice()
    ref = town.person("ada").say("@brand boo", reply_to=plaza)
    town.decide_when_collected(ref, verdict)
    assert ("hide", "brand") in town.woken
    assert hide(town.site, "brand") == 1
    assert hidden(town) == [ref.id]
    undo(town.site, town.stored(ref).id, by="ines")
    assert hide(town.site, "brand") == 1
    assert hidden(town) == []
    with town.site.store.read() as tx:
        kinds = [event.kind for event in events.latest(tx, 3)]
    assert kinds == ["unhidden", "undo", "hidden"]


def test_what_is_approved_after_all_is_shown_again(town: TwoNetworks, rude: Ref):
    hide(town.site, "brand")
    town.decide(rude, Verdict.APPROVE)
    hide(town.site, "brand")
    assert hidden(town) == []


def test_what_we_hid_ourselves_can_be_approved_after_all_and_is_shown_when_its_network_does(
    town: TwoNetworks, rude: Ref
):
    hide(town.site, "brand")
    town.change_message(rude, visibility=WITHHELD)  # as a network tells of what is hidden there
    town.reverify(minutes=10)
    assert town.stored(rude).visibility == WITHHELD
    town.reverify(hours=24)
    town.decide(rude, Verdict.APPROVE)
    assert town.shown() == []
    hide(town.site, "brand")
    town.change_message(rude, visibility="public")
    town.reverify(minutes=10)
    assert town.shown() == ["@brand boo"]


def test_what_was_undone_at_once_is_shown_for_sure(town: TwoNetworks, rude: Ref):
    undo(town.site, town.stored(rude).id, by="ines")
    assert hide(town.site, "brand") == 1, "it may have been hidden just before"
    town.decide(rude, Verdict.APPROVE)
    before = len(town.server.requests)
    assert hide(town.site, "brand") == 0
    assert len(town.server.requests) == before


def test_a_second_rejection_asks_for_nothing_twice(town: TwoNetworks, rude: Ref):
    hide(town.site, "brand")
    town.decide(rude, Verdict.SPAM)
    assert hide(town.site, "brand") == 0
    assert town.requests("hide") == 1


def test_where_the_settings_do_not_want_it_nothing_is_hidden(two_networks: TwoNetworks):
    town = two_networks
    plaza, _ = town.speak_twice()
    ref = town.person("ada").say("@brand boo", reply_to=plaza)
    town.decide_when_collected(ref, Verdict.REJECT)
    assert hide(town.site, "brand") == 0
    assert town.requests("hide") == 0


def test_what_is_in_no_thread_of_ours_is_hidden_nowhere(town: TwoNetworks):
    town.speak_twice()
    ref = town.person("ada").say("@brand boo")
    town.decide_when_collected(ref, Verdict.REJECT)
    assert hide(town.site, "brand") == 0


@pytest.mark.parametrize("error", [Unavailable("down"), OutcomeUnknown("no answer")])
def test_what_could_not_be_hidden_is_tried_again(town: TwoNetworks, rude: Ref, error: Exception):
    town.server.fail("hide", error, done=isinstance(error, OutcomeUnknown))  # type: ignore[arg-type]
    assert hide(town.site, "brand") == 0
    assert failures(town) == [str(error)]
    assert hide(town.site, "brand") == 0, "not before its time"
    town.later(minutes=1)
    assert hide(town.site, "brand") == 1
    assert hidden(town) == [rude.id]
    assert failures(town) == []


def test_a_server_that_asks_to_wait_is_waited_for(town: TwoNetworks, rude: Ref):
    town.server.fail("hide", RateLimited(town.now + timedelta(minutes=10)))
    hide(town.site, "brand")
    town.later(minutes=9)
    assert hide(town.site, "brand") == 0
    assert town.requests("hide") == 1
    town.later(minutes=2)
    assert hide(town.site, "brand") == 1


def test_what_is_refused_is_told_and_not_tried_again(town: TwoNetworks, rude: Ref):
    town.server.fail("hide", Rejected("the list of hidden replies is full"))
    hide(town.site, "brand")
    town.later(days=1)
    assert hide(town.site, "brand") == 0
    assert failures(town) == ["the list of hidden replies is full"]


def test_a_revoked_token_pauses_the_account_and_the_wish_stays(town: TwoNetworks, rude: Ref):
    town.server.revoke("brand")
    assert hide(town.site, "brand") == 0
    assert town.account().paused_reason
    town.server.restore("brand")
    assert hide(town.site, "brand") == 0, "paused until it is connected again"
    assert town.requests("hide") == 1


def test_nothing_is_hidden_while_everything_is_paused(town: TwoNetworks, rude: Ref):
    with town.site.store.write() as tx:
        marks.put(tx, marks.PAUSED, {"by": "ines"})
    assert hide(town.site, "brand") == 0
    with town.site.store.write() as tx:
        marks.drop(tx, marks.PAUSED)
    assert hide(town.site, "brand") == 1


def test_a_network_that_hides_nothing_says_which_setting_to_change(town: TwoNetworks, rude: Ref):
    town.server.hides = False
    hide(town.site, "brand")
    assert failures(town) == ["the network of brand hides nothing: set mirror_hidden = false"]


def test_what_was_erased_meanwhile_is_forgotten_here_too(town: TwoNetworks, rude: Ref):
    forget_message(town.site, town.stored(rude).id, by="ines")
    assert hide(town.site, "brand") == 0
    assert town.requests("hide") == 0


def test_a_wish_that_changed_while_it_was_carried_out_is_carried_out_next(
    town: TwoNetworks, rude: Ref
):
    connect = town.site.connect

    def meanwhile(name: str):
        town.change(connect=connect)
        undo(town.site, town.stored(rude).id, by="ines")
        return connect(name)

    town.change(connect=meanwhile)
    assert hide(town.site, "brand") == 1
    assert hide(town.site, "brand") == 1
    assert hidden(town) == []
