"""What we say on a real Bluesky network, as the tests of speaking say it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from syndication.demo.bluesky_person import Person
from syndication.model import Draft, Ref
from syndication.networks.bluesky.names import GATE, AtUri
from syndication.networks.contract import (
    Connection,
)

PUT = ("POST", "/xrpc/com.atproto.repo.putRecord")


URL = "https://vencejo.example/es/bici-eléctrica/"


Connect = Callable[..., Connection]


def draft(text: str = "Nueva bici", **fields: Any) -> Draft:
    return Draft(**{"text": text, "language": "es", "moment": datetime.now(UTC), **fields})


def publish(connection: Connection, said: Draft, key: str = "key") -> Ref:
    assert connection.publisher
    return connection.publisher.publish(said, key=key)


def find(connection: Connection, said: Draft, key: str = "key") -> Ref | None:
    assert connection.publisher
    return connection.publisher.find(said, key=key)


def ref_of(strong: dict[str, str]) -> Ref:
    return Ref(space="atproto", id=strong["uri"], local=strong["cid"])


def reply_of(person: Person, ref: Ref) -> dict[str, Any]:
    return person.record(ref.id)["reply"]


def gate_of(us: Person, ref: Ref) -> dict[str, Any]:
    return us.record(str(AtUri(us.did, GATE, AtUri.parse(ref.id).rkey)))
