# ruff: noqa: S101
"""A chain of posts that was cut in the middle goes on where it stopped: each part once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from syndication.model import Draft, Ref, with_reply
from syndication.networks.contract import Connection, OutcomeUnknown, Unavailable

from .harness import Harness, How, draft, needs, role, times_said

KEYS = ("part-1", "part-2", "part-3")


class Chains:
    """What the next process finds and does after the one that was sending was killed."""

    @needs("publisher", "find", "loses_next", "reconnects")
    @pytest.mark.parametrize("how", ["lose", "refuse"])
    def test_a_chain_that_was_killed_in_the_middle_is_told_once_and_in_order(
        self, harness: Harness, connection: Connection, how: How
    ) -> None:
        parts = [draft(f"Parte {number}") for number in (1, 2, 3)]
        publisher = role(connection.publisher)
        first = publisher.publish(parts[0], key=KEYS[0])
        harness.loses_next("publish", how)
        with pytest.raises((OutcomeUnknown, Unavailable)):
            publisher.publish(with_reply(parts[1], first), key=KEYS[1])
        again = harness.reconnects()
        refs = resume(again, parts)
        assert refs[0].id == first.id
        assert [times_said(harness, part) for part in parts] == [1, 1, 1]
        told = role(again.threader).thread(refs[0]).messages if again.threader else ()
        if told:
            assert [m.ref.id for m in told] == [ref.id for ref in refs[1:]]
            assert [m.reply_to.id for m in told if m.reply_to] == [ref.id for ref in refs[:-1]]


def resume(connection: Connection, parts: Sequence[Draft]) -> list[Ref]:
    """As `send` goes on: each part hangs on the one before, found where it is, else said."""
    publisher = role(connection.publisher)
    refs: list[Ref] = []
    for part, key in zip(parts, KEYS, strict=True):
        said = with_reply(part, refs[-1]) if refs else part
        refs.append(publisher.find(said, key=key) or publisher.publish(said, key=key))
    return refs
