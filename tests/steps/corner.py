"""A site on the open web: real settings, real endpoints, real pages of others on loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from syndication import bootstrap
from syndication.exchange import (
    Discussion,
    Outbox,
    document_path,
    outbox_bytes,
    parse_discussion,
)
from syndication.model import Post, Verdict
from syndication.settings import load
from syndication.steps.announce import announce
from syndication.steps.decide import decide
from syndication.steps.export import export
from syndication.steps.publish import publish
from syndication.steps.reverify import reverify
from syndication.steps.send import send
from syndication.steps.verify import verify
from syndication.store import arrivals, copies, messages, people
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage
from syndication.store.people import StoredAuthor
from syndication.web.public import create_public_app
from tests.servers.pages import Pages

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TALK = "https://talk.brand.example"


class Corner:
    """The brand's site stands at `home` (a website on loopback), with the account `web`."""

    def __init__(self, folder: Path, home: Pages, *, options: str = "") -> None:
        self.now, self.folder, self.home = START, folder, home
        toml = folder / "tertulia.toml"
        toml.write_text(
            f'[site]\nurl = "{home.url}"\nname = "Brand"\noutbox = "outbox.json"\n'
            f'[public]\nurl = "{TALK}"\n[collect]\nloopback = true\n'
            f'[accounts.web]\nnetwork = "webmention"\n[accounts.web.options]\n{options}\n'
        )
        self.woken: list[tuple[str, str | None]] = []
        self.site = bootstrap.open_site(
            load(toml),
            clock=lambda: self.now,
            wake=lambda step, account=None: self.woken.append((step, account)),
        )

    @property
    def client(self) -> FlaskClient:
        return create_public_app(self.site, url=TALK).test_client()

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    # --- the brand's own site -------------------------------------------------------------------

    def post(self, slug: str = "hello", **fields: Any) -> Post:
        url = f"{self.home.url}/{slug}/"
        given = {"url": url, "kind": "article", "title": slug.title(), "summary": "A summary."}
        return Post(**{**given, "language": "en", "published": self.now, **fields})

    def build(self, *posts: Post) -> None:
        """The site was built and deployed with these posts; their pages are shown by hand."""
        data = outbox_bytes(Outbox(site=self.home.url, posts=posts))
        (self.folder / "outbox.json").write_bytes(data)
        self.home.show("/outbox.json", data, media_type="application/json")
        publish(self.site)

    def writes(self, words: str, *, slug: str = "hello", revision: str = "") -> None:
        """An article of these words is out, and whom it links to was told."""
        entry = f'<article class="h-entry"><div class="e-content">{words}</div></article>'
        self.publishes(slug, f"{entry}<footer>{revision}</footer>".encode())

    def publishes(self, slug: str, page: bytes) -> None:
        """This page is out, and whom it links to was told."""
        self.home.show(f"/{slug}/", page)
        self.build(self.post(slug, page_digest=sha256(page).hexdigest()))
        self.later(minutes=1)
        announce(self.site)
        send(self.site)

    # --- what others bring ----------------------------------------------------------------------

    def mention(self, source: str, target: str) -> int:
        """Somebody tells us; what they are answered."""
        answer = self.client.post("/webmention", data={"source": source, "target": target})
        return answer.status_code

    def told(self, source: str, slug: str = "hello") -> None:
        """Somebody tells us of a page that speaks of ours, and it is looked up."""
        assert self.mention(source, f"{self.home.url}/{slug}/") == 202
        verify(self.site, "web")

    def verify(self) -> int:
        return verify(self.site, "web")

    def reverify(self, **delta: float) -> None:
        self.later(**delta)
        reverify(self.site, "web")

    def waiting(self) -> int:
        with self.site.store.read() as tx:
            return arrivals.waiting(tx)

    # --- what became of it ----------------------------------------------------------------------

    def messages(self) -> list[StoredMessage]:
        with self.site.store.read() as tx:
            return messages.select_messages(tx)

    def message(self) -> StoredMessage:
        (only,) = self.messages()
        return only

    def words(self, stored: StoredMessage | None = None) -> str:
        stored = stored or self.message()
        with self.site.store.read() as tx:
            return messages.words(tx, [(stored.id, stored.revision)])[
                stored.id, stored.revision
            ].text

    def author(self) -> StoredAuthor:
        author_id = self.message().author_id
        with self.site.store.read() as tx:
            return people.by_id(tx, [author_id])[author_id]

    def decide(self, verdict: Verdict = Verdict.APPROVE) -> None:
        stored = self.message()
        decide(self.site, stored.id, stored.revision, verdict, by="marta")

    def decide_all(self, verdict: Verdict = Verdict.APPROVE) -> None:
        for stored in self.messages():
            self.decide_one(stored, verdict)

    def decide_one(self, stored: StoredMessage, verdict: Verdict = Verdict.APPROVE) -> None:
        decide(self.site, stored.id, stored.revision, verdict, by="marta")

    def discussion(self, slug: str = "hello") -> Discussion:
        export(self.site)
        path = f"/{slug}/"
        file = self.site.discussion / document_path(path)
        if not file.exists():
            return Discussion(page=path)
        return parse_discussion(file.read_bytes(), str(file))

    def shown(self) -> list[str]:
        return [m.html for m in self.discussion().messages]

    def copies(self) -> list[Copy]:
        with self.site.store.read() as tx:
            return copies.select_copies(tx)


def reply(
    target: str, words: str = "What a <b>lovely</b> bicycle.", *, more: str = "", how: str = ""
) -> str:
    """A page that answers `target`; `how`: the class of its link, `more`: inside its h-entry."""
    how = how or "u-in-reply-to"
    return (
        f'<html lang="es"><title>Ana</title><div class="h-entry">'
        f'<a class="p-author h-card" href="/"><img class="u-photo" src="/a.png" alt="">Ana</a>'
        f'<a class="{how}" href="{target}">this</a>'
        f'<div class="e-content">{words}</div>'
        f'<time class="dt-published" datetime="2026-11-21T10:00:00+01:00"></time>{more}</div>'
    )
