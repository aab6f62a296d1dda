"""A town whose brand speaks on two networks, and people who speak on both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from syndication.model import Account, Ref, Verdict
from syndication.networks.contract import Connection
from syndication.networks.memory import MemoryServer, Person, connect_to, network_of
from syndication.steps.decide import decide
from syndication.steps.joining import join, part
from syndication.steps.recognise import recognise
from syndication.store import accounts, persons, tables
from syndication.store.persons import Pair
from tests.steps.town import Town

PLAZA, SKY = "memory", "sky"


class TwoNetworks(Town):
    """`brand` on the town's own network, `azure` on another one."""

    def __init__(self, folder: Path, *, url: str = "", **options: Any) -> None:
        self.sky = MemoryServer("sky.example", clock=lambda: self.now, hides=False)
        super().__init__(folder, url=url)
        azure = Account(name="azure", network=SKY, server="https://sky.example")
        networks = {
            PLAZA: network_of(self.server),
            SKY: replace(network_of(self.sky), name=SKY, title="Sky"),
        }
        brand = replace(self.site.accounts["brand"], options=options)
        self.change(accounts={"brand": brand, "azure": azure}, networks=networks)
        with self.site.store.write() as tx:
            accounts.ensure(tx, azure)
        self.sky.person("azure")

    def connect(self, name: str) -> Connection:
        server = self.sky if name == "azure" else self.server
        return connect_to(server, self.site.accounts[name], {})

    def both(self, handle: str = "ana", **about: Any) -> tuple[Person, Person]:
        """The same name on both networks, which says nothing."""
        return self.server.person(handle, **about), self.sky.person(handle, **about)

    def speak_twice(self) -> tuple[Ref, Ref]:
        """A post is out there on both networks: our copies, this network's first."""
        self.read_once()
        copies = {copy.account: copy.ref for copy in self.out(self.post())}
        plaza, sky = copies["brand"], copies["azure"]
        assert plaza is not None
        assert sky is not None
        return plaza, sky

    def hear(self) -> None:
        """Both accounts collect."""
        self.collect("brand")
        self.collect("azure")

    def approve(self, *refs: Ref) -> None:
        """Both accounts collect, and these are approved."""
        self.hear()
        for ref in refs:
            stored = self.stored(ref)
            decide(self.site, stored.id, stored.revision, Verdict.APPROVE, by="ines")

    def told(self) -> list[tuple[str, str, list[str]]]:
        """(words, network, the other networks) of every entry on the page after an export."""
        self.export()
        return [
            (
                m.html.removeprefix("<p>").removesuffix("</p>"),
                m.network,
                [a.network for a in m.also],
            )
            for m in self.discussion().messages
        ]

    def recognise(self, **later: float) -> int:
        """Time passes, then the profiles that are due are read."""
        self.later(**later)
        return recognise(self.site)

    def author(self, person: Person) -> int:
        """The row of somebody who was heard."""
        table = tables.authors
        with self.site.store.read() as tx:
            query = select(table.c.id).where(table.c.ref_id == person.author.ref.id)
            return int(tx.execute(query).scalar_one())

    def join(self, one: Person, other: Person) -> None:
        join(self.site, self.author(one), self.author(other), by="ines")

    def part(self, one: Person, other: Person) -> None:
        part(self.site, self.author(one), self.author(other), by="ines")

    def pair(self, one: Person, other: Person) -> Pair | None:
        """What is known of these two."""
        with self.site.store.read() as tx:
            return persons.pair(tx, self.author(one), self.author(other))
