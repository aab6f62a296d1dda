# ruff: noqa: S101
"""What others bring to our public endpoint: answered at once, kept, and looked up later.

The site of the suite is https://vencejo.example.
"""

from __future__ import annotations

from dataclasses import replace

from syndication.networks.contract import Connection, Found

from .harness import Harness, needs, role


def _ours(url: str) -> bool:
    return url.startswith("https://vencejo.example/")


class Receiving:
    """The role Receiver."""

    @needs("receiver", "reader", "tells")
    def test_what_is_told_is_found_where_it_was_said(
        self, harness: Harness, connection: Connection
    ) -> None:
        request = harness.tells("una palabra desde fuera")
        received = role(connection.receiver).receive(request, _ours)
        assert 200 <= received.answer.status < 300
        found = role(connection.reader).fetch(received.hints).values()
        messages = [answer.message for answer in found if isinstance(answer, Found)]
        messages += received.messages
        assert ["una palabra desde fuera" in m.words.text for m in messages] == [True]

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
