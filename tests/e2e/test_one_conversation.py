"""Both practice networks at once: one discussion, the same person once, hidden upstream too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from syndication.demo.bluesky_person import Person
from syndication.demo.visitor import Visitor
from syndication.model import Account, Ref, Verdict
from syndication.networks import registry
from syndication.networks.bluesky.names import GATE
from syndication.networks.contract import Connection
from syndication.steps.decide import decide, undo
from syndication.steps.hide import hide
from syndication.steps.recognise import recognise
from syndication.store import accounts
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import account, session_of
from tests.servers.practice import Practice
from tests.steps.town import Town

GREAT = "¡Qué timbre tan bueno! https://vencejo.example/timbres/"


class Both(Town):
    """A brand with an account on each of two real servers, and Ana, who is on both."""

    def __init__(self, folder: Path, practice: Practice, bluesky: Bluesky) -> None:
        super().__init__(folder)
        self.bluesky = bluesky
        self.here, self.there = practice.visitor("vencejo"), bluesky.fresh("vencejo")
        self.ana, self.azul = practice.visitor("ana"), bluesky.fresh("ana")
        plaza = Account(
            name="plaza", network="mastodon", server=practice.url, options={"loopback": True}
        )
        sky = replace(account(bluesky.pds, mirror_hidden=True), name="sky")
        self._secrets = {
            "plaza": {"access_token": self.here.token},
            "sky": session_of(self.there),
        }
        self._made: dict[str, Connection] = {}
        self.change(
            accounts={"plaza": plaza, "sky": sky},
            networks={name: registry.get(name) for name in ("mastodon", "bluesky")},
        )
        bluesky.process()
        with self.site.store.write() as tx:
            for name, each in self.site.accounts.items():
                accounts.ensure(tx, Account(name=name, network=each.network, server=each.server))

    def connect(self, name: str) -> Connection:
        if name not in self._made:
            declared = self.site.accounts[name]
            network = registry.get(declared.network)
            self._made[name] = network.connect(declared, self._secrets[name])
        return self._made[name]

    def hear(self) -> None:
        self.bluesky.process()
        self.collect("plaza")
        self.collect("sky")

    def close(self) -> None:
        for connection in self._made.values():
            connection.close()
        self.site.store.close()


@pytest.fixture
def town(tmp_path: Path, practice: Practice, bluesky: Bluesky) -> Iterator[Both]:
    made = Both(tmp_path, practice, bluesky)
    yield made
    made.close()


@pytest.fixture
def said(town: Both) -> dict[str, str]:
    """Ana says the same below both copies of a post; both are approved. Network → id."""
    town.read_once()
    copies = {copy.account: copy.ref for copy in town.out(town.post("timbres", language="es"))}
    plaza, sky = copies["plaza"], copies["sky"]
    assert plaza
    assert sky
    town.bluesky.process()
    name = town.here.who()["username"]
    town.ana.say(f"@{name} {GREAT}", reply_to=plaza.local)
    town.azul.say(GREAT, reply_to=town.bluesky.strong(sky.id), language="es")
    town.hear()
    for stored in town.messages():
        decide(town.site, stored.id, stored.revision, Verdict.APPROVE, by="ines")
    return {stored.network: stored.ref_id for stored in town.messages()}


def profiles_name_each_other(ana: Visitor, azul: Person, bluesky: Bluesky) -> None:
    page = f"https://bsky.app/profile/{azul.handle}"
    field = f'<a href="{page}" rel="me">{page}</a>'
    fields = {"fields_attributes[0][name]": "Bluesky", "fields_attributes[0][value]": field}
    ana.ask("PATCH", "/api/v1/accounts/update_credentials", data=fields)
    azul.profile(display_name="Ana", about=f"También en {ana.who()['url']}")
    bluesky.process()


def entries(town: Both) -> list[tuple[str, list[str]]]:
    town.export()
    discussion = town.discussion("/timbres/")
    return [(m.network, [also.network for also in m.also]) for m in discussion.messages]


def test_one_person_on_two_networks_is_heard_once_when_their_profiles_prove_it(
    town: Both, said: dict[str, str]
):
    assert sorted(said) == ["bluesky", "mastodon"]
    assert sorted(entries(town)) == [("bluesky", []), ("mastodon", [])]
    assert recognise(town.site) == 0
    profiles_name_each_other(town.ana, town.azul, town.bluesky)
    town.later(days=2)
    assert recognise(town.site) == 1
    ((network, others),) = entries(town)
    assert {network, *others} == {"bluesky", "mastodon"}
    assert {copy.network for copy in town.discussion("/timbres/").copies} == {"bluesky", "mastodon"}


def test_what_is_rejected_here_is_hidden_on_bluesky_until_it_is_undone(
    town: Both, said: dict[str, str]
):
    stored = town.stored(Ref(space="atproto", id=said["bluesky"]))
    decide(town.site, stored.id, stored.revision, Verdict.SPAM, by="ines")
    assert hide(town.site, "sky") == 1
    assert hidden(town) == {said["bluesky"]}
    undo(town.site, stored.id, by="ines")
    assert hide(town.site, "sky") == 1
    assert hidden(town) == set()


def hidden(town: Both) -> set[str]:
    gates = town.there.records(GATE)
    return {uri for gate in gates for uri in gate["value"].get("hiddenReplies", ())}
