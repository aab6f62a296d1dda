"""A scripted server and an account of the Mastodon adapter on it; people of the Bluesky network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from syndication.demo.bluesky_person import Person
from syndication.model import Account
from syndication.networks import registry
from syndication.networks.contract import Connection
from syndication.networks.mastodon.stream import _STREAMS
from tests.faults.bluesky_speaking import Connect
from tests.faults.scripted import Reply, Scripted
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import connected, session_of
from tests.servers.unreliable import Unreliable
from tests.servers.waiting import HANGS

ME = {
    "id": "1",
    "username": "vencejo",
    "acct": "vencejo",
    "display_name": "Vencejo",
    "url": "https://social.example/@vencejo",
}
INSTANCE = {"domain": "social.example", "version": "4.5.0", "configuration": {}}
TOKEN = "a-secret-token"

_numbers = count(1)


def status(id_: str, content: str = "<p>Hola</p>", **changes: Any) -> dict[str, Any]:
    """A status by somebody, as a server sends it."""
    ada = {"id": "2", "username": "ada", "acct": "ada", "url": "https://social.example/@ada"}
    usual = {
        "id": id_,
        "uri": f"https://social.example/statuses/{id_}",
        "url": f"https://social.example/@ada/{id_}",
        "account": ada,
        "created_at": "2026-11-22T10:00:00.000Z",
        "visibility": "public",
        "content": content,
        "in_reply_to_id": None,
        "mentions": [],
        "media_attachments": [],
    }
    return usual | changes


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted().running() as running:
        running.on("GET", "/api/v2/instance", Reply(json=INSTANCE))
        running.on("GET", "/api/v1/accounts/verify_credentials", Reply(json=ME))
        yield running
    _STREAMS.pop(running.url, None)


@pytest.fixture
def connection(server: Scripted) -> Iterator[Connection]:
    account = Account(
        name="vencejo",
        network="mastodon",
        server=server.url,
        options={"loopback": True, "timeout": HANGS},
    )
    made = registry.get("mastodon").connect(account, {"access_token": TOKEN})
    server.asked.clear()
    yield made
    made.close()


@pytest.fixture
def us(bluesky: Bluesky) -> Person:
    return bluesky.fresh("vencejo")


@pytest.fixture
def ada(bluesky: Bluesky) -> Person:
    return bluesky.fresh("ada")


@pytest.fixture
def connect(bluesky_unreliable: Unreliable, us: Person) -> Connect:
    """Our account behind a proxy that loses answers, with these options."""
    return lambda **options: connected(bluesky_unreliable.url, session_of(us), **options)
