"""The contract, held by the Bluesky adapter against a real network."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from syndication.demo.bluesky_person import Person
from syndication.model import Draft, Ref
from syndication.networks.bluesky.names import GATE
from syndication.networks.contract import Connection, Publisher
from syndication.testing import Harness, How, NetworkContract
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import connected, expired, session_of
from tests.servers.jetstream import Jetstream, event
from tests.servers.unreliable import Unreliable

PUBLISH = ("POST", "/xrpc/com.atproto.repo.putRecord")
FIND = ("GET", "/xrpc/com.atproto.repo.getRecord")


class Indexed:
    """A publisher whose writes can be read from the AppView when it returns."""

    def __init__(self, publisher: Publisher, network: Bluesky) -> None:
        self._publisher, self._network = publisher, network
        self.find = publisher.find

    def publish(self, draft: Draft, *, key: str) -> Ref:
        ref = self._publisher.publish(draft, key=key)
        self._network.process()
        return ref

    def delete(self, ref: Ref) -> None:
        self._publisher.delete(ref)
        self._network.process()


class BlueskyHarness(Harness):
    cannot = {  # noqa: RUF012 - as the suite declares it
        "private": "no post there is private",
        "receiver": "its servers come to nobody",
    }

    def __init__(
        self, network: Bluesky, proxy: Unreliable, directory: str, jetstream: Jetstream
    ) -> None:
        self.network, self.proxy, self.directory = network, proxy, directory
        self.jetstream = jetstream  # plays what is said here: the practice network has none
        self.us, self.ada = network.fresh("vencejo"), network.fresh("ada")
        self.password = self.us.app_password()
        self.session = session_of(self.us, self.password)
        self.secret = self.session["access_jwt"]
        self.connection = self.reconnects()
        network.process()

    def reconnects(self) -> Connection:
        made = connected(
            self.proxy.url,
            self.session,
            mirror_hidden=True,
            plc=self.directory,
            jetstream=self.jetstream.url,
        )
        assert made.publisher
        return replace(made, publisher=Indexed(made.publisher, self.network))

    def says(self, text: str, *, reply_to: Ref | None = None, visibility: str = "public") -> Ref:
        return self._said(self.ada.say(text, **self._below(reply_to)))

    def backdates(self, text: str, *, reply_to: Ref, written: datetime) -> Ref:
        return self._said(self.ada.say(text, at=written, **self._below(reply_to)))

    def address(self, text: str) -> str:
        return f"@{self.us.handle} {text}"

    def published(self) -> list[str]:
        return [record["value"]["text"] for record in self.us.records()]

    def opts_out(self) -> None:
        self.ada.profile(display_name="Ada", about="Dejadme en paz. #nobot")
        self.network.process()

    def renames(self) -> str:
        self.ada.rename(f"lovelace{self.ada.handle.removeprefix('ada')}")
        self.network.process()
        return self.ada.handle

    def introduces(self, url: str) -> None:
        self.ada.profile(display_name="Ada", about=f"También en {url}")
        self.network.process()

    def hidden(self) -> Collection[str]:
        gates = self.us.records(GATE)
        return {uri for gate in gates for uri in gate["value"].get("hiddenReplies", ())}

    def edits(self, ref: Ref, text: str) -> None:
        self.ada.edit(self._strong(ref), text)
        self.network.process()

    def deletes(self, ref: Ref) -> None:
        self.ada.delete(self._strong(ref))
        self.network.process()

    def likes(self, ref: Ref) -> None:
        self.network.process()
        self.ada.like(self.network.strong(ref.id))
        self.network.process()

    def loses_next(self, operation: str, how: How) -> None:
        self.proxy.fail_next(*(PUBLISH if operation == "publish" else FIND), how)

    def limits_next(self) -> None:
        self.proxy.fail_next("GET", "/xrpc/app.bsky.notification.listNotifications", "limit")

    def revokes(self) -> None:
        self.us.call("com.atproto.server.revokeAppPassword", name="tertulia")
        over = expired(self.session["access_jwt"], self.network.jwt_secret)
        self.session["access_jwt"] = self.secret = over
        self.connection = self.reconnects()

    def requests(self) -> int:
        return len(self.proxy.asked)

    def _said(self, record: dict[str, str]) -> Ref:
        self.network.process()
        words = Person.record(self.ada, record["uri"])
        self.jetstream.play(event(record["uri"], words, time_us=time.time_ns() // 1000))
        return Ref(space="atproto", id=record["uri"], local=record["cid"])

    def _strong(self, ref: Ref) -> dict[str, str]:
        return {"uri": ref.id, "cid": ref.local or ""}

    def _below(self, ref: Ref | None) -> dict[str, Any]:
        """What a reply names: its parent, and the first post of the thread."""
        if ref is None:
            return {}
        self.network.process()
        above = Person.record(self.ada, ref.id).get("reply")
        parent = self.network.strong(ref.id)
        return {"reply_to": parent, "root": above["root"] if above else parent}


class TestBluesky(NetworkContract):
    @pytest.fixture
    def harness(self, bluesky: Bluesky, bluesky_unreliable: Unreliable) -> Iterator[Harness]:
        # Where accounts live is where the proxy is: who looks for us elsewhere finds it again.
        as_said = (bluesky.pds, bluesky_unreliable.url)
        with (
            Unreliable(bluesky.plc, saying=as_said).running() as directory,
            Jetstream(remembers=True).running() as jetstream,
        ):
            yield BlueskyHarness(bluesky, bluesky_unreliable, directory.url, jetstream)
