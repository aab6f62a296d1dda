"""A town for the steps: a site, its public web, one server with its people, and a clock.

Nothing in it goes out or sleeps. The database, the documents and the outbox are real files.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from syndication.exchange import (
    Discussion,
    Outbox,
    document_path,
    outbox_bytes,
    parse_discussion,
    parse_site,
)
from syndication.exchange import Site as SiteFacts
from syndication.model import Account, Post, Ref, Verdict
from syndication.networks.contract import Connection, Unavailable
from syndication.networks.memory import MemoryServer, Person, connect_to, network_of
from syndication.rules import markup
from syndication.rules.brakes import Brakes
from syndication.rules.cadence import Cadence
from syndication.steps.collect import collect
from syndication.steps.decide import decide
from syndication.steps.export import export
from syndication.steps.publish import publish
from syndication.steps.reverify import reverify
from syndication.steps.send import send
from syndication.steps.site import Site
from syndication.steps.take_in import Taken
from syndication.store import Store, accounts, copies, messages
from syndication.store.accounts import StoredAccount
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage

URL = "https://brand.example"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """What the town's web answers."""

    url: str
    status: int
    body: bytes
    media_type: str = "text/html"
    etag: str = ""


@dataclass
class Web:
    """Every address that the town's web knows; others are 404, and a host that is down is down."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    down: bool = False
    failing: dict[str, Exception] = field(default_factory=dict)

    def show(self, url: str, body: bytes = b"<p>here</p>", *, status: int = 200) -> None:
        self.pages[url] = Answer(url, status, body)

    def fetch(self, url: str, *, accept: str = "", limit: int = 0, **_: Any) -> Answer:
        self.asked.append(url)
        if self.down:
            raise Unavailable("the site cannot be reached")
        if url in self.failing:
            raise self.failing[url]
        return self.pages.get(url, Answer(url, 404, b""))


class Town:
    """One site with accounts on one server."""

    def __init__(
        self, folder: Path, *, url: str = "", accounts_: tuple[str, ...] = ("brand",)
    ) -> None:
        self.now = START
        self.web = Web()
        self.folder = folder
        self.server = MemoryServer(clock=lambda: self.now)
        self.woken: list[tuple[str, str | None]] = []
        network = network_of(self.server)
        declared = {
            name: Account(name=name, network="memory", server="https://memory.example")
            for name in accounts_
        }
        self.site = Site(
            url=URL,
            name="Brand",
            store=Store(url or f"sqlite:///{folder / 'tertulia.db'}"),
            outbox=str(folder / "outbox.json"),
            discussion=folder / "discussion",
            accounts=declared,
            networks={"memory": network},
            connect=self.connect,
            fetch=self.web.fetch,
            clock=lambda: self.now,
            wake=lambda step, account=None: self.woken.append((step, account)),
            brakes=Brakes(min_age=timedelta(minutes=5)),
            cadence=Cadence(),
        )
        with self.site.store.write() as tx:
            for account in declared.values():
                accounts.ensure(tx, account)
                self.server.person(account.name)

    def connect(self, name: str) -> Connection:
        return connect_to(self.server, self.site.accounts[name], {})

    def change(self, **fields: Any) -> None:
        """Another setting of the site."""
        self.site = replace(self.site, **fields)

    def later(self, **delta: float) -> None:
        """Time passes."""
        self.now += timedelta(**delta)

    # --- the site ----------------------------------------------------------------------------

    def post(self, slug: str = "hello", **fields: Any) -> Post:
        """A post as the outbox has it, published just now."""
        return Post(
            **{
                "url": f"{URL}/{slug}/",
                "kind": "article",
                "title": slug.title(),
                "summary": f"About {slug}.",
                "language": "en",
                "published": self.now,
                **fields,
            }
        )

    def build(self, *posts: Post, live: bool = True, site: str = URL, **told: Any) -> None:
        """The site was built with these posts, and deployed if `live`; `told`: feeds, hubs …"""
        data = outbox_bytes(Outbox(site=site, posts=posts, **told))
        Path(self.site.outbox).write_bytes(data)
        if live:
            self.web.pages.clear()
            self.web.show(f"{URL}/outbox.json", data)
            for post in posts:
                self.web.show(post.url)

    def read_once(self, *posts: Post) -> None:
        """The first run is behind us: what comes now is new."""
        self.build(*posts)
        publish(self.site)

    def out(self, *posts: Post) -> list[Copy]:
        """Publish and send these posts, time included; their copies."""
        self.build(*posts)
        publish(self.site)
        self.later(minutes=6)
        publish(self.site)
        send(self.site)
        return self.copies()

    def copies(self) -> list[Copy]:
        with self.site.store.read() as tx:
            return copies.select_copies(tx)

    def copy(self) -> Copy:
        """The only copy."""
        (only,) = self.copies()
        return only

    # --- people ------------------------------------------------------------------------------

    def person(self, handle: str, **about: Any) -> Person:
        return self.server.person(handle, **about)

    def said(self, handle: str = "brand") -> list[str]:
        """What somebody's account says now, oldest first."""
        return [
            status.message.words.text
            for status in self.server.statuses.values()
            if status.message.author.ref.local == handle and not status.deleted
        ]

    def requests(self, operation: str) -> int:
        """How often the server was asked for this."""
        return self.server.requests.count(operation)

    def messages(self) -> list[StoredMessage]:
        with self.site.store.read() as tx:
            return messages.select_messages(tx)

    def message(self, ref: Ref) -> StoredMessage | None:
        with self.site.store.read() as tx:
            return messages.known(tx, ref.space, [ref.id]).get(ref.id)

    def stored(self, ref: Ref) -> StoredMessage:
        """What is stored of something that must be."""
        found = self.message(ref)
        assert found is not None
        return found

    def change_message(self, ref: Ref, **fields: Any) -> None:
        """On the server: another visibility, another author's face. Nobody is told."""
        status = self.server.statuses[ref.id]
        status.message = replace(status.message, **fields)

    # --- conversations -----------------------------------------------------------------------

    def speak(self, slug: str = "hello") -> Ref:
        """A post of ours is out there; how its copy is named."""
        self.read_once()
        (copy,) = self.out(self.post(slug))
        assert copy.ref is not None
        return copy.ref

    def account(self, name: str = "brand") -> StoredAccount:
        with self.site.store.read() as tx:
            return accounts.all_accounts(tx)[name]

    def collect(self, account: str = "brand") -> Taken:
        return collect(self.site, account)

    def reverify(self, account: str = "brand", **later: float) -> int:
        """Time passes, then what is due is read again."""
        self.later(**later)
        return reverify(self.site, account)

    def decide(self, ref: Ref, verdict: Verdict = Verdict.APPROVE) -> None:
        stored = self.stored(ref)
        decide(self.site, stored.id, stored.revision, verdict, by="ines")

    def decide_when_collected(self, ref: Ref, verdict: Verdict = Verdict.APPROVE) -> Ref:
        self.collect()
        self.decide(ref, verdict)
        return ref

    def export(self) -> tuple[str, ...]:
        return export(self.site)

    def file(self, page: str = "/hello/") -> Path:
        return self.site.discussion / document_path(page)

    def discussion(self, page: str = "/hello/") -> Discussion:
        """What the page's document says; empty where there is none."""
        file = self.file(page)
        if not file.exists():
            return Discussion(page=page)
        folder = self.site.discussion
        follow = lambda path: (folder / path).read_bytes()  # noqa: E731
        return parse_discussion(file.read_bytes(), str(file), follow)

    def facts(self) -> SiteFacts:
        """What site.json says."""
        return parse_site((self.site.discussion / "site.json").read_bytes())

    def shown(self, page: str = "/hello/") -> list[str]:
        """The words on the page after an export, in reading order."""
        self.export()
        return [markup.read(message.html).text for message in self.discussion(page).messages]

    def everything_public(self) -> str:
        """All bytes of the folder that the site is given."""
        files = sorted(path for path in self.site.discussion.rglob("*") if path.is_file())
        return "".join(path.read_bytes().decode("utf-8", "replace") for path in files)
