# ruff: noqa: S101
"""What others bring to our public endpoint: answered at once, kept, and looked up later.

The site of the suite is https://vencejo.example.
"""

from __future__ import annotations

from dataclasses import replace

from syndication.model import Message
from syndication.networks.contract import Connection, Found, Received
from syndication.rules import markup

from .harness import Harness, needs, role
from .listening import HOSTILE


def _messages(connection: Connection, received: Received) -> list[Message]:
    """All words that came: with the request, and where it says that they stand."""
    hints = received.hints
    found = role(connection.reader).fetch(hints).values() if hints else ()
    return [*received.messages, *(a.message for a in found if isinstance(a, Found))]


def _names(received: Received) -> list[str]:
    return [ref.id for ref in (*received.hints, *(m.ref for m in received.messages))]


def _ours(url: str) -> bool:
    return url.startswith("https://vencejo.example/")


class Receiving:
    """The role Receiver."""

    @needs("receiver", "tells")
    def test_what_is_told_is_found_where_it_was_said(
        self, harness: Harness, connection: Connection
    ) -> None:
        request = harness.tells("una palabra desde fuera")
        received = role(connection.receiver).receive(request, _ours)
        assert 200 <= received.answer.status < 300
        messages = _messages(connection, received)
        assert ["una palabra desde fuera" in m.words.text for m in messages] == [True]

    @needs("receiver", "tells")
    def test_the_same_request_again_names_the_same(
        self, harness: Harness, connection: Connection
    ) -> None:
        request = harness.tells("dos veces")
        first, again = (role(connection.receiver).receive(request, _ours) for _ in range(2))
        assert _names(first) == _names(again) != []

    @needs("receiver", "tells")
    def test_hostile_words_that_are_told_arrive_harmless(
        self, harness: Harness, connection: Connection
    ) -> None:
        received = role(connection.receiver).receive(harness.tells(HOSTILE), _ours)
        for message in _messages(connection, received):
            words = message.words
            assert markup.reduce(words.html) == words.html
            assert "<script" not in words.html
            assert "<img" not in words.html
            assert "\u202e" not in words.html + words.text

    @needs("receiver", "tells")
    def test_what_speaks_of_no_page_of_ours_is_refused(
        self, harness: Harness, connection: Connection
    ) -> None:
        request = harness.tells("de otros")
        received = role(connection.receiver).receive(request, lambda url: False)
        assert 400 <= received.answer.status < 500
        assert not received.hints
        assert not received.messages

    @needs("receiver", "tells")
    def test_a_request_that_says_nothing_is_refused(
        self, harness: Harness, connection: Connection
    ) -> None:
        request = replace(harness.tells("nada"), fields={}, body=b"\xff\0")
        received = role(connection.receiver).receive(request, _ours)
        assert 400 <= received.answer.status < 500
        assert not received.hints
        assert not received.messages
