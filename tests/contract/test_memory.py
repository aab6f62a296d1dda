"""The contract, held by the network in memory."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from syndication.model import Account, Ref
from syndication.networks.contract import Connection, RateLimited, Request
from syndication.networks.memory import MemoryServer, connect_to
from syndication.testing import Harness, How, NetworkContract, draft


class MemoryHarness(Harness):
    def __init__(self, server: MemoryServer) -> None:
        self.server = server
        self.us = server.person("vencejo")
        self.ada = server.person("ada", indexable=True)
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

    def reconnects(self) -> Connection:
        return connect_to(self.server, self.connection.account, {})

    def backdates(self, text: str, *, reply_to: Ref, written: datetime) -> Ref:
        return self.ada.say(text, reply_to=reply_to, written=written)

    def opts_out(self) -> None:
        self.ada.rename("ada", note="<p>Dejadme en paz. #nobot</p>", indexable=True)

    def renames(self) -> str:
        self.ada.rename("ada_lovelace")
        return "ada_lovelace"

    def introduces(self, url: str) -> None:
        self.ada.rename("ada", note=f"También en {url}")

    def tells(self, text: str) -> Request:
        said = self.ada.say(text)
        fields = {"id": said.id, "page": "https://vencejo.example/a/"}
        return Request(endpoint="memory", fields=fields)

    def hidden(self) -> Collection[str]:
        return {id_ for id_, status in self.server.statuses.items() if status.hidden}

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
        server = MemoryServer(
            idempotent=False,
            streams=False,
            searches=False,
            edits=False,
            finds=False,
            hides=False,
            receives=False,
        )
        harness = MemoryHarness(server)
        harness.cannot = dict.fromkeys(
            ("keys", "streamer", "searcher", "updater", "find", "hider", "receiver"), "switched off"
        )
        return harness


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
