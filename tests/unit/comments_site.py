"""A site whose visitors may comment, and a browser without JavaScript that does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta, tzinfo
from email.message import EmailMessage
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from syndication.catalogues import Catalogues
from syndication.model import Account, Verdict
from syndication.networks.site import network
from syndication.rules.spam.lists import Lists
from syndication.steps.decide import decide
from syndication.steps.site import Site, SpamService
from syndication.store import accounts, messages
from syndication.store.messages import StoredMessage
from syndication.web.public import create_public_app
from syndication.web.staff import create_app
from tests.unit.desk_site import ORIGIN, DeskSite

PUBLIC = "https://talk.example"
PAGE = "https://vencejo.example/nido/"
ACCOUNT = Account(name="comments", network="site", options={"site": "https://vencejo.example"})


@dataclass
class CommentsSite:
    """A desk's site with a comment form at `PUBLIC`."""

    folder: Path
    mail: Callable[[EmailMessage], None] | None = None
    lists: Lists = field(default_factory=Lists)
    database: str = ""
    service: SpamService | None = None
    spoken: dict[str, str] | None = None
    zone: tzinfo = UTC
    desk: DeskSite = field(init=False)

    def __post_init__(self) -> None:
        self.desk = DeskSite(self.folder, self.database)
        with self.desk.store.write() as tx:
            accounts.ensure(tx, ACCOUNT)

    @property
    def site(self) -> Site:
        plain = self.desk.site
        return replace(
            plain,
            accounts={**plain.accounts, "comments": ACCOUNT},
            networks={**plain.networks, "site": network},
            connect=lambda name: network.connect(ACCOUNT, {}),
            endpoints={"comment": f"{PUBLIC}/comment", "report": f"{PUBLIC}/report"},
            clock=lambda: self.desk.now,
            lists=self.lists,
            mail=self.mail,
            service=self.service,
            to_visitors=Catalogues(spoken=self.spoken),
        )

    def browser(self) -> FlaskClient:
        return create_public_app(self.site, url=PUBLIC, zone=self.zone).test_client()

    def staff(self, language: str = "en") -> FlaskClient:
        """The desk, with Marta signed in, who reads that language."""
        app = create_app(self.site, directory=self.desk.desk, origin=ORIGIN)
        client = app.test_client()
        client.environ_base["HTTP_ORIGIN"] = ORIGIN
        link = (
            f"/sign-in/{self.desk.link(self.desk.member(f'Marta {language}', language=language))}"
        )
        assert client.post(link, base_url=ORIGIN).status_code == 303
        return client

    def wait(self, **span: float) -> None:
        self.desk.now += timedelta(**span)

    def preview(self, client: FlaskClient, *, ip: str = "192.0.2.1", **typed: str) -> TestResponse:
        """What the static form under the article posts."""
        fields = {"page": PAGE, "name": "Ana", "text": "Does it climb?", "language": "en"}
        return client.post("/comment", data=fields | typed, environ_base={"REMOTE_ADDR": ip})

    def send(
        self,
        client: FlaskClient,
        shown: TestResponse,
        *,
        seconds: float = 20,
        ip: str = "192.0.2.1",
        **changed: str,
    ) -> TestResponse:
        """Read the preview for a while, agree, and send it."""
        self.wait(seconds=seconds)
        fields = fields_of(shown) | {"agree": value(shown, "agree"), "action": "send"}
        return client.post("/comment", data=fields | changed, environ_base={"REMOTE_ADDR": ip})

    def commented(self, client: FlaskClient, *, ip: str = "192.0.2.1", **typed: str) -> str:
        """The path of the private page of a new comment."""
        sent = self.send(client, self.preview(client, ip=ip, **typed), ip=ip)
        assert sent.status_code == 303, sent.text
        return sent.headers["Location"].removeprefix(PUBLIC).partition("?")[0]

    @property
    def comments(self) -> list[StoredMessage]:
        with self.desk.store.read() as tx:
            stored = messages.select_messages(tx)
        return [message for message in stored if message.network == "site"]

    def decide(self, verdict: Verdict, reason: str = "") -> None:
        """What Marta decides about the newest comment."""
        self.decide_one(self.comments[-1], verdict, reason)

    def decide_one(self, stored: StoredMessage, verdict: Verdict, reason: str = "") -> None:
        """What Marta decides about that comment."""
        decide(self.site, stored.id, stored.revision, verdict, by="Marta", reason=reason)


def value(page: TestResponse, name: str) -> str:
    """What the form of a page carries under that name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return unescape(found[1])


def fields_of(page: TestResponse) -> dict[str, str]:
    """Everything that the form of a page would send."""
    inputs = re.findall(r'<input [^>]*name="([a-z_]+)"[^>]*?value="([^"]*)"', page.text)
    found = {name: unescape(text) for name, text in inputs if name != "agree"}
    words = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.DOTALL)
    return found | {"text": unescape(words[1]) if words else ""}
