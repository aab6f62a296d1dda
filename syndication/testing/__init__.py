# ruff: noqa: S101
"""The contract of a network as a suite of tests: what a third party runs on its adapter.

    class TestMyNetwork(NetworkContract):
        @pytest.fixture
        def harness(self) -> Harness:
            return MyHarness()

A harness speaks for other people, past the adapter, and breaks the server on demand. What it cannot
do skips the test in one line: so does by default each of its methods that is not required.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syndication.networks.contract import Connection

from .harness import Harness, How, draft
from .listening import Listening
from .speaking import Speaking
from .weather import Weather

__all__ = ["Harness", "How", "NetworkContract", "draft"]


class NetworkContract(Speaking, Listening, Weather):
    """What every network must hold to. A role that the connection lacks skips its tests."""

    @pytest.fixture
    def harness(self) -> Harness:
        """Override this."""
        raise NotImplementedError

    @pytest.fixture
    def connection(self, harness: Harness) -> Iterator[Connection]:
        """Ours, closed afterwards."""
        yield harness.connection
        harness.connection.close()

    def test_the_profile_says_who_we_are_and_what_may_be_said(self, connection: Connection) -> None:
        profile = connection.profile()
        assert profile.ref.id
        assert not profile.handle.startswith("@")
        assert profile.limits.characters > 0
