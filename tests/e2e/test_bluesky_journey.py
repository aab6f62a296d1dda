"""An article goes to the real Bluesky network by the steps of the daemon: once, in all weather."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syndication import secrets
from syndication.bootstrap import open_site
from syndication.demo.bluesky_person import Person
from syndication.exchange import Outbox, outbox_bytes
from syndication.model import CopyState, Post
from syndication.settings import load
from syndication.steps.publish import publish
from syndication.steps.send import send
from syndication.steps.site import Site
from syndication.store import accounts, copies
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import NOWHERE, expired, session_of
from tests.servers.unreliable import Unreliable

URL = "https://vencejo.example"
LONG = "Una frase más sobre la bici. " * 25

SETTINGS = """
[site]
url = "{url}"
name = "Vencejo"
outbox = "outbox.json"
[publish]
min_age = "0s"
confirm = false
chain = true
[collect]
loopback = true
[accounts.vuelo]
network = "bluesky"
server = "{server}"
[accounts.vuelo.options]
handle = "{handle}"
plc = "{plc}"
timeout = 60
edits = "{edits}"
"""


@dataclass
class Brand:
    """A site of ours, the account that it speaks with, and the time."""

    site: Site
    person: Person
    folder: Path
    clock: Callable[[], datetime]
    passes: Callable[..., None]

    def build(self, *posts: Post) -> None:
        """The site was built with these posts."""
        (self.folder / "outbox.json").write_bytes(outbox_bytes(Outbox(site=URL, posts=posts)))

    def works(self, turns: int = 4) -> None:
        """The daemon does all that is due, again and again, while time passes."""
        for _ in range(turns):
            publish(self.site)
            send(self.site)
            self.passes(minutes=5)

    def said(self) -> list[str]:
        """What is out there, in the order in which it was said."""
        records = sorted(self.person.records(), key=lambda record: record["value"]["createdAt"])
        return [record["value"]["text"] for record in records]

    def states(self) -> list[CopyState]:
        with self.site.store.read() as tx:
            return [copy.state for copy in copies.select_copies(tx)]

    def post(self, **fields: Any) -> Post:
        return Post(
            **{
                "url": f"{URL}/es/bici/",
                "kind": "article",
                "title": "La bici eléctrica",
                "summary": "Un resumen.",
                "language": "es",
                "published": self.clock() - timedelta(minutes=1),
                **fields,
            }
        )


@pytest.fixture
def brands(
    bluesky: Bluesky, bluesky_unreliable: Unreliable, tmp_path: Path
) -> Iterator[Callable[[str], Brand]]:
    """Makes a brand whose account wants its edits like that."""
    sites: list[Site] = []

    def make(edits: str = "update") -> Brand:
        now = [datetime.now(UTC)]
        person = bluesky.fresh("vencejo")
        server = bluesky_unreliable.url
        said = {"url": URL, "server": server, "handle": person.handle, "plc": NOWHERE}
        (tmp_path / "tertulia.toml").write_text(SETTINGS.format(**said, edits=edits))
        settings = load(tmp_path / "tertulia.toml")
        secrets.keep(settings, "vuelo", session_of(person, person.app_password()))
        site = open_site(settings, clock=lambda: now[0])
        sites.append(site)

        def passes(**delta: float) -> None:
            now[0] += timedelta(**delta)

        made = Brand(site, person, tmp_path, lambda: now[0], passes)
        made.build()
        publish(site)
        return made

    yield make
    for site in sites:
        site.store.close()


@pytest.mark.parametrize("how", ["lose", "refuse", "cut"])
def test_a_chain_whose_middle_was_lost_is_told_once_and_in_order(
    brands: Callable[..., Brand], bluesky_unreliable: Unreliable, how: Any
) -> None:
    brand = brands()
    brand.build(brand.post(texts={"bluesky": LONG}))
    put = "/xrpc/com.atproto.repo.putRecord"
    bluesky_unreliable.fail_next("POST", put, how, after=1)
    publish(brand.site)
    send(brand.site)
    assert CopyState.UNKNOWN in brand.states()
    brand.works(turns=6)
    said = brand.said()
    assert len(said) == len(brand.states()) > 2
    assert set(brand.states()) == {CopyState.PUBLISHED}
    assert sum("bici/" in text for text in said) == 1
    records = {r["uri"]: r["value"].get("reply") for r in brand.person.records()}
    roots = {reply["root"]["uri"] for reply in records.values() if reply}
    assert len(roots) == 1
    parents = {reply["parent"]["uri"] for reply in records.values() if reply}
    assert len(parents) == len(said) - 1


def test_a_post_that_was_said_is_edited_in_place_with_its_card(
    brands: Callable[..., Brand],
) -> None:
    brand = brands("update")
    brand.build(brand.post())
    brand.works()
    (before,) = brand.person.records()
    brand.build(brand.post(title="La bici, mejor"))
    brand.works()
    (after,) = brand.person.records()
    assert after["uri"] == before["uri"]
    assert after["value"]["text"].startswith("La bici, mejor")
    assert after["value"]["embed"]["external"]["title"] == "La bici, mejor"


def test_a_correction_stands_below_the_post_once(brands: Callable[..., Brand]) -> None:
    brand = brands("reply")
    brand.build(brand.post())
    brand.works()
    (first,) = brand.person.records()
    brand.build(brand.post(title="La bici, mejor"))
    brand.works()
    told, correction = brand.said()
    assert told.startswith("La bici eléctrica")
    assert correction == "Corrección: La bici, mejor\n\nUn resumen."
    below = next(r for r in brand.person.records() if r["uri"] != first["uri"])
    assert below["value"]["reply"]["parent"]["uri"] == first["uri"]


def test_a_revoked_session_pauses_the_account_and_says_how_to_connect_it_again(
    brands: Callable[..., Brand], bluesky: Bluesky, caplog: pytest.LogCaptureFixture
) -> None:
    brand = brands()
    settings = load(brand.folder / "tertulia.toml")
    kept = dict(secrets.read(settings, "vuelo"))
    brand.person.call("com.atproto.server.revokeAppPassword", name="tertulia")
    kept["access_jwt"] = expired(kept["access_jwt"], bluesky.jwt_secret)
    secrets.keep(settings, "vuelo", kept)
    brand.build(brand.post())
    brand.works()
    assert brand.said() == []
    assert set(brand.states()) == {CopyState.READY}
    told = f"tertulia connect bluesky {brand.person.handle} --name vuelo"
    assert caplog.text.count(told) == 1
    secrets.keep(settings, "vuelo", session_of(brand.person))
    with brand.site.store.write() as tx:
        accounts.resume(tx, "vuelo")
    brand.works()
    assert len(brand.said()) == 1
