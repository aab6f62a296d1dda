"""The contract, held by the network in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syndication.model import Account, Ref
from syndication.networks.contract import RateLimited
from syndication.networks.memory import MemoryServer, connect_to
from syndication.testing import Harness, How, NetworkContract, draft


class MemoryHarness(Harness):
    def __init__(self, server: MemoryServer) -> None:
        self.server = server
        self.us = server.person("vencejo")
        self.ada = server.person("ada")
        self.connection = connect_to(server, Account(name="vencejo", network="memory"), {})

    def says(self, text: str, *, reply_to: Ref | None = None, visibility: str = "public") -> Ref:
        return self.ada.say(text, reply_to=reply_to, visibility=visibility)

    def address(self, text: str) -> str:
        return f"@vencejo {text}"

    def published(self) -> list[str]:
        return [
            status.message.words.text
            for status in self.server.statuses.values()
            if status.message.author == self.us.author and not status.deleted
        ]

    def edits(self, ref: Ref, text: str) -> None:
        self.ada.edit(ref, text)

    def deletes(self, ref: Ref) -> None:
        self.ada.delete(ref)

    def likes(self, ref: Ref) -> None:
        self.ada.like(ref)

    def loses_next(self, operation: str, how: How) -> None:
        self.server.lose_answer(operation, done=how == "lose")

    def limits_next(self) -> None:
        self.server.fail("collect", RateLimited(datetime.now(UTC) + timedelta(minutes=5)))

    def revokes(self) -> None:
        self.server.revoke("vencejo")

    def requests(self) -> int:
        return len(self.server.requests)


class TestMemory(NetworkContract):
    @pytest.fixture
    def harness(self) -> Harness:
        return MemoryHarness(MemoryServer(page=3))


class TestMemoryOfAPoorServer(NetworkContract):
    """No idempotency keys, no stream, no search, no editing: the roles are absent."""

    @pytest.fixture
    def harness(self) -> Harness:
        server = MemoryServer(idempotent=False, streams=False, searches=False, edits=False)
        return MemoryHarness(server)


def test_a_block_hides_and_an_unblock_brings_back():
    server = MemoryServer()
    harness = MemoryHarness(server)
    reader, ref = harness.connection.reader, harness.says("@vencejo hola")
    assert reader is not None
    harness.ada.block("vencejo")
    assert "Absent" in repr(reader.fetch([ref]))
    harness.ada.unblock("vencejo")
    assert "Found" in repr(reader.fetch([ref]))


def test_without_keys_the_same_words_are_said_twice():
    server = MemoryServer(idempotent=False)
    harness = MemoryHarness(server)
    publisher = harness.connection.publisher
    assert publisher is not None
    said = draft()
    publisher.publish(said, key="k")
    publisher.publish(said, key="k")
    assert len(harness.published()) == 2
