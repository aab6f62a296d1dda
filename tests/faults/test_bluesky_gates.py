"""Who may answer us on Bluesky, and what we hide there: the gates of threads, on a real network."""

from __future__ import annotations

from typing import Any

import pytest

from syndication.demo.bluesky_person import Person
from syndication.model import Ref
from syndication.networks.bluesky import gates
from syndication.networks.bluesky.names import GATE, POST, AtUri
from syndication.networks.contract import (
    Connection,
    OutcomeUnknown,
    Rejected,
)
from tests.faults.bluesky_speaking import (
    Connect,
    draft,
    find,
    gate_of,
    publish,
    ref_of,
)
from tests.servers.bluesky import Bluesky

# --- gates -----------------------------------------------------------------------------------


def test_who_may_reply_is_said_together_with_the_post(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    ref = publish(connect(who_may_reply="mentioned"), draft())
    assert gate_of(us, ref)["allow"] == [{"$type": "app.bsky.feed.threadgate#mentionRule"}]
    bluesky.process()
    ada.say("me cuelo", reply_to={"uri": ref.id, "cid": ref.local or ""})
    bluesky.process()
    assert us.thread(ref.id)["post"]["replyCount"] == 0


def test_a_post_with_its_gate_is_there_once_though_the_server_answers_with_an_error_of_its_own(
    connect: Connect, us: Person
):
    connection, said = connect(who_may_reply="nobody"), draft()
    ref = publish(connection, said)
    with pytest.raises(OutcomeUnknown):
        publish(connection, said)
    assert find(connection, said) is not None
    assert [record["uri"] for record in us.records()] == [ref.id]


def test_an_answer_brings_no_gate_into_somebody_elses_thread(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    asked = ada.say("hola")
    bluesky.process()
    publish(connect(who_may_reply="nobody"), draft("hola", reply_to=ref_of(asked)))
    assert us.records(GATE) == []


@pytest.fixture
def crowd(connect: Connect, ada: Person, bluesky: Bluesky) -> tuple[Connection, Ref, list[Ref]]:
    """A post of ours with two answers, on a connection that hides."""
    connection = connect(mirror_hidden=True, who_may_reply="followers")
    root = publish(connect(), draft())
    strong = {"uri": root.id, "cid": root.local or ""}
    first = ada.say("spam", reply_to=strong)
    deeper = ada.say("más spam", reply_to=first, root=strong)
    bluesky.process()
    return connection, root, [ref_of(first), ref_of(deeper)]


def test_what_is_hidden_stands_in_the_gate_of_the_threads_first_post(
    crowd: tuple[Connection, Ref, list[Ref]], us: Person
):
    connection, root, answers = crowd
    assert connection.hider
    for ref in answers:
        connection.hider.hide(ref)
    gate = gate_of(us, root)
    assert gate["hiddenReplies"] == [ref.id for ref in answers]
    assert gate["post"] == root.id
    assert "allow" not in gate
    connection.hider.unhide(answers[0])
    assert gate_of(us, root)["hiddenReplies"] == [answers[1].id]


def test_hiding_keeps_who_may_reply_and_what_others_hid_meanwhile(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    connection = connect(mirror_hidden=True, who_may_reply="followers")
    ada.follow(us.did)
    us.follow(ada.did)
    root = publish(connection, draft())
    strong = {"uri": root.id, "cid": root.local or ""}
    bluesky.process()
    answer = ada.say("spam", reply_to=strong)
    bluesky.process()
    gate = gate_of(us, root)
    by_hand = f"at://{ada.did}/{POST}/3jzfcijpj2z2a"
    us.put(GATE, AtUri.parse(root.id).rkey, gate | {"hiddenReplies": [by_hand]})
    assert connection.hider
    connection.hider.hide(ref_of(answer))
    after = gate_of(us, root)
    assert after["hiddenReplies"] == [by_hand, answer["uri"]]
    assert after["allow"] == gate["allow"]


def test_who_was_slower_reads_the_gate_again_and_loses_nothing(
    crowd: tuple[Connection, Ref, list[Ref]], us: Person, monkeypatch: pytest.MonkeyPatch
):
    connection, root, answers = crowd
    hider = connection.hider
    assert isinstance(hider, gates.Hider)
    hider.hide(answers[0])
    real, raced = hider._gate, []

    def read_and_be_overtaken(address: AtUri) -> Any:
        there = real(address)
        if not raced:
            raced.append(address)
            theirs = gate_of(us, root) | {"hiddenReplies": []}
            us.put(GATE, address.rkey, theirs)
        return there

    monkeypatch.setattr(hider, "_gate", read_and_be_overtaken)
    hider.hide(answers[1])
    assert gate_of(us, root)["hiddenReplies"] == [answers[1].id]


def test_a_gate_that_is_full_is_told(
    crowd: tuple[Connection, Ref, list[Ref]], us: Person, monkeypatch: pytest.MonkeyPatch
):
    connection, _, answers = crowd
    assert connection.hider
    connection.hider.hide(answers[0])
    monkeypatch.setattr(gates, "MOST", 1)
    with pytest.raises(Rejected, match="no more than 1"):
        connection.hider.hide(answers[1])


def test_nobody_hides_in_the_threads_of_others_and_what_is_gone_is_hidden(
    crowd: tuple[Connection, Ref, list[Ref]], ada: Person, bluesky: Bluesky
):
    connection, _, answers = crowd
    theirs = ada.say("mi hilo")
    below = ada.say("y sigo", reply_to=theirs)
    ada.delete({"uri": answers[1].id})
    bluesky.process()
    assert connection.hider
    with pytest.raises(Rejected, match="who began"):
        connection.hider.hide(ref_of(below))
    connection.hider.hide(answers[1])
    connection.hider.unhide(answers[1])
