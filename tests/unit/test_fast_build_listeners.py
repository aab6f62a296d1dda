"""Signals tell whom Blinker would tell, in its order, and answer what it would."""

from __future__ import annotations

import gc
import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest
from blinker import Signal
from pelican.plugins import signals
from pelican.plugins.fast_build.listeners import sent_by
from pelican.plugins.fast_build.run import exchanged

OWN = Signal.send
SENT = [OWN, sent_by(OWN)]


@pytest.fixture(params=SENT, ids=["Blinker", "fast_build"])
def send(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Every test holds for both."""
    return request.param  # type: ignore[no-any-return]


class Listener:
    """Notes what it is told; a callable object and one with a method."""

    def __init__(self, name: str = "listener") -> None:
        self.name = name
        self.told: list[Any] = []

    def listen(self, sender: Any, **told: Any) -> str:
        self.told.append((sender, told))
        return self.name

    def __call__(self, sender: Any, **told: Any) -> str:
        return f"called {self.listen(sender, **told)}"


def test_listeners_are_told_in_the_order_in_which_they_came(send: Callable[..., Any]):
    signal, names = Signal(), [f"{number}" for number in range(9)]
    listeners = [Listener(name) for name in names]
    for one in listeners:
        signal.connect(one.listen)
    answers = send(signal, "sender", content="words")
    assert [answer for _, answer in answers] == names
    assert [receiver for receiver, _ in answers] == [one.listen for one in listeners]
    assert listeners[4].told == [("sender", {"content": "words"})]


def test_who_listens_to_one_sender_is_told_of_no_other(send: Callable[..., Any]):
    signal, one, all_of_them = Signal(), Listener("one"), Listener("all")
    signal.connect(one.listen, sender="mine")
    signal.connect(all_of_them.listen)
    assert [answer for _, answer in send(signal, "mine")] == ["all", "one"]
    assert [answer for _, answer in send(signal, "other")] == ["all"]
    assert [answer for _, answer in send(signal)] == ["all"]


def test_where_nobody_listens_to_all_one_sender_is_heard(send: Callable[..., Any]):
    signal, one = Signal(), Listener("one")
    signal.connect(one.listen, sender="mine")
    assert [answer for _, answer in send(signal, "mine")] == ["one"]
    assert send(signal, "other") == []


def test_an_object_that_can_be_called_is(send: Callable[..., Any]):
    signal, one = Signal(), Listener()
    signal.connect(one)
    assert send(signal, 1) == [(one, "called listener")]


def test_who_is_disconnected_by_another_is_not_told(send: Callable[..., Any]):
    signal, last = Signal(), Listener()

    def first(sender: Any) -> None:
        signal.disconnect(last.listen)
        signal.connect(late.listen)

    late = Listener()
    signal.connect(first)
    signal.connect(last.listen)
    assert send(signal, 1) == [(first, None)]
    assert (last.told, late.told) == ([], [])


def test_who_is_no_more_is_not_told(send: Callable[..., Any]):
    signal = Signal()
    signal.connect(Listener().listen)
    gc.collect()
    assert send(signal, 1) == []


def test_a_listener_is_not_kept_by_having_been_told(send: Callable[..., Any]):
    signal, told = Signal(), []

    def listen(sender: Any) -> None:
        told.append(sender)

    signal.connect(listen)
    send(signal, 1)
    del listen
    gc.collect()
    send(signal, 2)
    assert told == [1]


def test_nobody_is_told_by_a_signal_that_is_muted(send: Callable[..., Any]):
    signal, one = Signal(), Listener()
    signal.connect(one.listen)
    with signal.muted():
        assert send(signal, 1) == []
    assert one.told == []


async def awaited(sender: Any) -> str:
    return f"waited for {sender}"


def test_who_would_have_to_be_awaited_is_refused(send: Callable[..., Any]):
    signal, before = Signal(), Listener()
    signal.connect(before.listen)
    signal.connect(awaited)
    with pytest.raises(RuntimeError, match="coroutine"):
        send(signal, 1)
    assert before.told == [(1, {})]


def test_what_a_listener_says_of_itself_makes_it_no_other(send: Callable[..., Any]):
    def vouched_for(sender: Any) -> str:
        return f"told by {sender}"

    async def awaited_and_vouched_for(sender: Any) -> None:
        raise AssertionError(f"told by {sender}")

    signal = Signal()
    for listener in (vouched_for, awaited_and_vouched_for):
        listener.renders_apart = True  # type: ignore[attr-defined]
    signal.connect(vouched_for)
    assert send(signal, 1) == [(vouched_for, "told by 1")]
    signal.connect(awaited_and_vouched_for)
    with pytest.raises(RuntimeError, match="coroutine"):
        send(signal, 1)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="nobody can be marked yet")
def test_who_is_marked_as_to_be_awaited_is_refused(send: Callable[..., Any]):
    signal = Signal()

    def marked(sender: Any) -> None:
        raise AssertionError(f"told by {sender}")

    inspect.markcoroutinefunction(marked)
    signal.connect(marked)
    with pytest.raises(RuntimeError, match="coroutine"):
        send(signal, 1)


def test_who_can_wait_says_how(send: Callable[..., Any]):
    signal = Signal()
    signal.connect(awaited)

    def waiting(function: Callable[..., Any]) -> Callable[..., str]:
        def wait(sender: Any) -> str:
            coroutine = function(sender)
            with pytest.raises(StopIteration) as done:
                coroutine.send(None)
            return str(done.value.value)

        return wait

    assert send(signal, 1, _async_wrapper=waiting) == [(awaited, "waited for 1")]


def test_what_a_listener_raises_ends_it(send: Callable[..., Any]):
    signal, after = Signal(), Listener()

    def fail(sender: Any) -> None:
        raise LookupError(sender)

    signal.connect(fail)
    signal.connect(after.listen)
    with pytest.raises(LookupError):
        send(signal, 1)
    assert after.told == []


def test_it_lasts_as_long_as_a_build():
    with exchanged():
        assert Signal.send is not OWN
        assert type(signals.content_object_init).send is Signal.send
    assert Signal.send is OWN


@pytest.mark.parametrize("known", ["BOOKS", "TOOLS"])
def test_another_blinker_sends_as_it_does(known: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(f"pelican.plugins.fast_build.listeners.{known}", frozenset({"listeners"}))
    assert sent_by(OWN) is OWN


def test_a_blinker_without_a_tool_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr("blinker.base.make_id", raising=False)
    assert sent_by(OWN) is OWN
