"""Python tells whoever watches a process of each `id` and each function's code that is asked for.
A build that is watched does neither for each page again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from blinker import Signal
from pelican.plugins.fast_build.listeners import sent_by
from pelican.plugins.fast_build.lists import Members
from pelican.plugins.fast_build.skip.lists import Lists
from pelican.plugins.fast_build.skip.state import State
from pelican.settings import DEFAULT_CONFIG

_told: list[list[str]] = []


def hear(event: str, arguments: tuple[Any, ...]) -> None:
    del arguments
    if _told and event in ("builtins.id", "object.__getattr__"):
        _told[-1].append(event)


sys.addaudithook(hear)


@contextmanager
def events() -> Iterator[list[str]]:
    """Those that Python tells of while this lasts."""
    _told.append([])
    try:
        yield _told[-1]
    finally:
        _told.pop()


class Article:
    """Equal to itself alone."""


def test_who_is_in_a_list_is_found_without_an_event() -> None:
    members = Members([Article(), Article()])
    with events() as told:
        assert members[1] in members
        assert Article() not in members
    assert told == []


def test_a_list_of_what_is_equal_to_others_answers_as_lists_do() -> None:
    article = Article()
    members = Members([article, "word", [1]])
    assert article in members
    assert "word" in members
    assert [1] in members
    assert Article() not in members
    members.remove(article)
    assert article not in members


def listen(sender: object) -> None:
    """A receiver."""


def test_a_listener_is_looked_at_once() -> None:
    send, signal = sent_by(Signal.send), Signal()
    signal.connect(listen)
    send(signal, 1)
    with events() as told:
        send(signal, 2)
    assert told == []


def test_plain_values_are_told_without_an_event() -> None:
    state = State(Lists(), {}, {"SITENAME": "Vencejo", **DEFAULT_CONFIG})
    with events() as told:
        assert [state.told(value) for value in ("es/hola/", 1, None)] == ["'es/hola/'", "1", "None"]
    assert told == []
