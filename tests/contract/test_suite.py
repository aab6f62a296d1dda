"""The suite itself: what an adapter lacks is declared, and nothing passes in silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syndication.networks.memory import MemoryServer
from syndication.testing.harness import Harness, check_needs
from tests.contract.test_memory import MemoryHarness


@pytest.fixture
def harness() -> MemoryHarness:
    return MemoryHarness(MemoryServer(streams=False))


def test_a_role_that_is_neither_there_nor_declared_fails(harness: MemoryHarness):
    with pytest.raises(pytest.fail.Exception, match=r"no streamer.*declare why in `cannot`"):
        check_needs(harness, ["publisher", "streamer"])


def test_a_declared_role_is_skipped_with_its_reason(harness: MemoryHarness):
    harness.cannot = {"streamer": "nobody streams here"}
    with pytest.raises(pytest.skip.Exception, match="streamer: nobody streams here"):
        check_needs(harness, ["publisher", "streamer"])


def test_a_role_that_is_declared_missing_and_is_there_fails(harness: MemoryHarness):
    harness.cannot = {"publisher": "it only reads"}
    with pytest.raises(pytest.fail.Exception, match="yet the connection has it"):
        check_needs(harness, ["publisher"])


def test_what_a_harness_leaves_out_without_a_word_fails(harness: MemoryHarness):
    class Silent(Harness):
        connection = replace(harness.connection)

    with pytest.raises(pytest.fail.Exception, match=r"write likes\(\) into your harness"):
        Silent().likes(harness.us.say("hola"))
