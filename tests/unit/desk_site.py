"""A site where people speak, for tests of the desk: SQLite in a folder, a clock that waits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from syndication.model import (
    Account,
    Author,
    CopyState,
    Decision,
    Draft,
    Limits,
    Message,
    Picture,
    Post,
    Profile,
    Ref,
    Verdict,
    Words,
)
from syndication.networks.contract import Network
from syndication.rules.markup import read
from syndication.rules.roles import StaffMember
from syndication.steps.site import Site
from syndication.store import Store, accounts, copies, messages, people, posts, staff
from syndication.store.messages import NewMessage, Revised, StoredMessage
from syndication.web.staff import create_app

SPACE = "activitypub"
ORIGIN = "http://desk.example"
HELD = Decision(verdict=Verdict.HOLD, by="rules", rule="hold_everything")


def nowhere(*_: object, **__: object) -> NoReturn:
    """The desk never goes out: whoever tries fails."""
    raise AssertionError("the desk asked the network")


@dataclass
class DeskSite:
    """The site, and short ways to let people speak on it."""

    folder: Path
    database: str = ""
    store: Store = field(init=False)
    now: datetime = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)
    woken: list[tuple[str, str | None]] = field(default_factory=list)
    spoken: int = 0

    def __post_init__(self) -> None:
        self.store = Store(self.database or f"sqlite:///{self.folder / 'tertulia.db'}")
        with self.store.write() as tx:
            accounts.ensure(tx, Account(name="plaza", network="mastodon"))
            limits = Limits(characters=500, url_characters=23)
            vencejo = Profile(
                ref=self.ref("@vencejo"),
                handle="vencejo@plaza.example",
                name="Vencejo",
                limits=limits,
            )
            accounts.verified(tx, "plaza", vencejo, now=self.now)
            self.post_id = posts.insert(tx, self.article(), now=self.now)
            self.copy_id = copies.intend(
                tx,
                source=f"post:{self.post_id}",
                account="plaza",
                part="1",
                draft=Draft(text="The Nido is here. https://vencejo.example/nido/"),
                key="k",
                state=CopyState.READY,
                now=self.now,
                post_id=self.post_id,
            )
            sent = copies.get(tx, self.copy_id)
            assert sent is not None
            copies.published(tx, sent, self.ref("ours"), now=self.now)

    @property
    def desk(self) -> Path:
        return self.folder / "var" / "desk"

    @property
    def site(self) -> Site:
        plaza = Network(
            name="mastodon",
            title="Mastodon",
            space=SPACE,
            limits=Limits(characters=500, url_characters=23),
            connect=nowhere,
            address=lambda handle: f"@{handle} ",
        )
        return Site(
            url="https://vencejo.example",
            name="Vencejo",
            store=self.store,
            outbox=str(self.folder / "output" / "outbox.json"),
            discussion=self.folder / "discussion",
            accounts={"plaza": Account(name="plaza", network="mastodon")},
            networks={"mastodon": plaza},
            connect=nowhere,
            fetch=nowhere,
            clock=lambda: self.now,
            wake=lambda step, account=None: self.woken.append((step, account)),
        )

    def article(self, **changes: object) -> Post:
        post = Post(
            url="https://vencejo.example/nido/",
            kind="article",
            title="A bicycle for carrying children",
            summary="The Nido, and who it is for.",
            language="en",
            published=self.now - timedelta(days=3),
        )
        return replace(post, **changes)  # type: ignore[arg-type]

    def ref(self, name: str) -> Ref:
        return Ref(
            space=SPACE,
            id=f"https://plaza.example/{name}",
            url=f"https://plaza.example/{name}",
            local=name,
        )

    def says(
        self,
        html: str = "<p>Does it fit two children?</p>",
        /,
        *,
        by: str = "Ana Ruiz",
        handle: str = "",
        under: str = "ours",
        visibility: str = "public",
        on_post: bool = True,
        via: str = "poll",
        written: datetime | None = None,
        **words: object,
    ) -> int:
        """Somebody speaks; the id of their message."""
        self.spoken += 1
        author = self.author(by, handle)
        message = Message(
            ref=self.ref(f"said/{self.spoken}"),
            kind="reply",
            author=author,
            words=self.words(html, **words),
            written=written or self.now - timedelta(minutes=10),
            visibility=visibility,
            reply_to=self.ref(under) if under else None,
        )
        with self.store.write() as tx:
            ids = people.remember(tx, [author], network="mastodon", now=self.now)
            new = NewMessage(
                message=message,
                network="mastodon",
                author_id=ids[author.ref.id],
                post_id=self.post_id if on_post else None,
                copy_id=self.copy_id if on_post else None,
                decision=HELD,
            )
            return messages.add(tx, [new], account="plaza", via=via, now=self.now)[0]

    def author(self, name: str, handle: str = "") -> Author:
        handle = handle or f"{re.sub(r'[^a-z]', '', name.lower()) or 'x'}@plaza.example"
        return Author(ref=self.ref(f"@{handle}"), name=name, handle=handle)

    def words(self, html: str, /, **more: object) -> Words:
        """As a network would hand them on, already reduced once."""
        kept = read(html)
        return Words(**{"html": kept.html, "text": kept.text, "language": "en", **more})  # type: ignore[arg-type]

    def edits(self, message_id: int, html: str, /, **words: object) -> None:
        """Its author changes their words."""
        stored = self.stored(message_id)
        message = Message(
            ref=Ref(space=SPACE, id=stored.ref_id, url=stored.url),
            kind=stored.kind,
            author=self.author("Ana Ruiz"),
            words=self.words(html, **words),
            written=stored.written,
            edited=self.now,
            visibility=stored.visibility,
        )
        with self.store.write() as tx:
            change = Revised(stored=stored, message=message, decision=HELD)
            messages.revise(tx, [change], now=self.now)

    def stored(self, message_id: int) -> StoredMessage:
        with self.store.read() as tx:
            found = messages.get(tx, message_id)
        assert found is not None
        return found

    def name_of(self, message_id: int) -> str:
        """As replies name it."""
        return self.stored(message_id).ref_id.removeprefix("https://plaza.example/")

    def member(
        self, name: str = "Marta", role: str = "moderator", language: str = "en"
    ) -> StaffMember:
        with self.store.write() as tx:
            id_ = staff.add(tx, name=name, role=role, language=language, now=self.now)
            found = staff.get(tx, id_)
        assert found is not None
        return found

    def app(self, origin: str = ORIGIN) -> Flask:
        return create_app(self.site, directory=self.desk, origin=origin)

    def link(self, member: StaffMember) -> str:
        with self.store.write() as tx:
            return staff.sign_in_link(tx, member.id, now=self.now)

    def client(self, member: StaffMember | None = None, origin: str = ORIGIN) -> FlaskClient:
        """A browser in which `member` has signed in through a link."""
        client = self.app(origin).test_client()
        client.environ_base["HTTP_ORIGIN"] = origin
        path = f"/sign-in/{self.link(member or self.member())}"
        assert client.post(path, base_url=origin).status_code == 303
        return client


PICTURE = Picture(url="https://plaza.example/media/1.png", alt="A red bicycle")


def forms(page: TestResponse) -> dict[str, dict[str, str]]:
    """action → hidden fields, of every form that decides or answers."""
    found: dict[str, dict[str, str]] = {}
    for action, inside in re.findall(
        r'<form method="post" action="([^"]+)">(.*?)</form>', page.text, re.DOTALL
    ):
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', inside)
        found[action] = dict(fields)
    return found


def press(client: FlaskClient, page: TestResponse, action: str, **typed: str) -> TestResponse:
    """Send one of the page's forms, as a browser would."""
    fields: Mapping[str, str] = forms(page)[action]
    return client.post(action, data={**fields, **typed}, base_url=ORIGIN)
