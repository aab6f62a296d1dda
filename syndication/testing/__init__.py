# ruff: noqa: S101
"""The contract of a network as a suite of tests: what a third party runs on its adapter.

    class TestMyNetwork(NetworkContract):
        @pytest.fixture
        def harness(self) -> Harness:
            return MyHarness()

A harness speaks for other people, past the adapter, and breaks the server on demand. What it cannot
do it declares, with the reason, and the tests of that are skipped in one line each; a test fails
for what is neither there nor declared.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syndication.networks.contract import Connection

from .chains import Chains
from .harness import Harness, How, check_needs, draft
from .listening import Listening
from .people import People
from .receiving import Receiving
from .speaking import Speaking
from .weather import Weather

__all__ = ["Harness", "How", "NetworkContract", "draft"]


class NetworkContract(Speaking, Chains, Listening, People, Receiving, Weather):
    """What every network must hold to."""

    @pytest.fixture
    def harness(self) -> Harness:
        """Override this."""
        raise NotImplementedError

    @pytest.fixture
    def connection(self, harness: Harness) -> Iterator[Connection]:
        """Ours, closed afterwards."""
        yield harness.connection
        harness.connection.close()

    @pytest.fixture(autouse=True)
    def _needs(self, request: pytest.FixtureRequest, harness: Harness) -> None:
        check_needs(harness, getattr(request.function, "needs", ()))

    def test_what_is_declared_is_known_to_the_suite(self, harness: Harness) -> None:
        tests = [getattr(type(self), name) for name in dir(self)]
        asked = {need for test in tests for need in getattr(test, "needs", ())}
        assert set(harness.cannot) <= asked

    def test_the_profile_says_who_we_are_and_what_may_be_said(self, connection: Connection) -> None:
        profile = connection.profile()
        assert profile.ref.id
        assert not profile.handle.startswith("@")
        assert profile.limits.characters > 0
