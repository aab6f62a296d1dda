"""The contract, held by the Mastodon adapter against a practice server."""

from __future__ import annotations

from types import MappingProxyType

import pytest
import requests

from syndication.model import Account, Ref
from syndication.networks import registry
from syndication.networks.contract import Connection
from syndication.networks.mastodon import convert
from syndication.rules import markup
from syndication.testing import Harness, How, NetworkContract
from tests.servers.practice import Practice
from tests.servers.unreliable import Unreliable
from tests.servers.waiting import HANGS


class MastodonHarness(Harness):
    cannot = MappingProxyType(
        {
            "cursor": "its stream does not catch up",
            "backdates": "its servers give their own dates to what is written on them",
            "hider": "nobody can hide answers for others there",
            "receiver": "its servers come to nobody",
            "renames": "a handle is for ever there",
        }
    )

    def __init__(self, practice: Practice, proxy: Unreliable) -> None:
        self.practice, self.proxy = practice, proxy
        self.us, self.ada = practice.visitor("vencejo"), practice.visitor("ada", indexable=True)
        self.name = self.us.who()["username"]
        self.secret = self.us.token
        self.connection = self.connect(self.us.token)

    def connect(self, token: str) -> Connection:
        account = Account(
            name="vencejo",
            network="mastodon",
            server=self.proxy.url,
            options={"loopback": True, "timeout": HANGS},
        )
        return registry.get("mastodon").connect(account, {"access_token": token})

    def says(self, text: str, *, reply_to: Ref | None = None, visibility: str = "public") -> Ref:
        parent = reply_to.local if reply_to else None
        return convert.ref(self.ada.say(text, reply_to=parent, visibility=visibility))

    def address(self, text: str) -> str:
        return f"@{self.name} {text}"

    def published(self) -> list[str]:
        return [markup.plain(status["content"]) for status in self.us.statuses()]

    def reconnects(self) -> Connection:
        return self.connect(self.us.token)

    def opts_out(self) -> None:
        self._introduce(note="Ni robots ni buscadores, por favor. #nobot")

    def introduces(self, url: str) -> None:
        link = f'<a href="{url}" rel="me">{url}</a>'
        self._introduce(
            **{"fields_attributes[0][name]": "Web", "fields_attributes[0][value]": link}
        )

    def _introduce(self, **profile: str) -> None:
        self.ada.ask("PATCH", "/api/v1/accounts/update_credentials", data=profile)

    def edits(self, ref: Ref, text: str) -> None:
        self.ada.edit(ref.local or "", text)

    def deletes(self, ref: Ref) -> None:
        self.ada.delete(ref.local or "")

    def likes(self, ref: Ref) -> None:
        self.ada.like(ref.local or "")

    def loses_next(self, operation: str, how: How) -> None:
        if operation == "publish":
            self.proxy.fail_next("POST", "/api/v1/statuses", how)
        else:
            self.proxy.fail_next("GET", "/api/v1/accounts/*/statuses", how)

    def limits_next(self) -> None:
        rule = {
            "match": {"path": "/api/v1/notifications"},
            "effect": {"type": "status", "status": 429, "headers": {"Retry-After": "30"}},
            "count": 1,
        }
        requests.post(f"{self.practice.url}/api/v1/_mock/faults", json=rule, timeout=HANGS)

    def revokes(self) -> None:
        self.secret = "no-longer-good"
        self.connection = self.connect(self.secret)

    def requests(self) -> int:
        return len(self.proxy.asked)


@pytest.fixture
def mastodon(practice: Practice, unreliable: Unreliable) -> MastodonHarness:
    return MastodonHarness(practice, unreliable)


class TestMastodon(NetworkContract):
    @pytest.fixture
    def harness(self, mastodon: MastodonHarness) -> Harness:
        return mastodon
