"""The demonstration: from a post to the approved reply under it, on this machine alone.

1. A practice network starts and a copy of the site is built and served.
2. The daemon runs as it does in earnest; the newest article is released from the brakes and sent.
3. Visitors of the practice network speak.
4. A person approves on the desk and sees the words under the article; unattended (`rehearse`), the
   same buttons are pressed over HTTP, somebody edits, somebody deletes, and the result is told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import requests

from syndication import secrets
from syndication.demo import stage as stages
from syndication.demo.cast import BRAND, Cast, Conversation
from syndication.demo.moderator import Moderator
from syndication.demo.notebook import Notebook
from syndication.demo.practice import PracticeNetwork
from syndication.exchange import parse_outbox
from syndication.service import Service
from syndication.settings import load
from syndication.steps import publish as publishing
from syndication.steps.send import send
from syndication.store import copies, messages, posts, staff, watches
from syndication.store.copies import Copy

T = TypeVar("T")
PATIENCE = 90.0
"""Seconds that any one thing may take before the demonstration says that it did not happen."""

APPROVED = ("question", "complaint", "praise", "nested", "edited", "deleted")
MODERATOR = "Demo"


class DemoError(Exception):
    """Something that the demonstration waits for did not happen; the message says what."""


@dataclass(slots=True, kw_only=True)
class Report:
    """What an unattended run saw. The last line of its output, as JSON."""

    article_url: str
    page: str
    copies: list[str]
    collected: int = 0
    held: int = 0
    approved: int = 0
    withheld: list[dict[str, str]] = field(default_factory=list)
    edited: int = 0
    deleted: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


class Demo:
    """The running demonstration. A context manager; leaving it ends everything it started."""

    def __init__(
        self, folder: Path, origin: Path, *, say: Callable[[str], None], stop: threading.Event
    ) -> None:
        self._folder, self._origin, self._say, self._stop = folder, origin, say, stop
        self._ends = ExitStack()
        self._notes = Notebook(folder / "demo.json")

    def __enter__(self) -> Demo:
        try:
            self._start()
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._say("Ending…")
        self._ends.close()

    def _start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._say("Starting the practice network (the first time takes a little)…")
        network = PracticeNetwork(self._folder / "practice", accounts=[BRAND])
        self.network = self._ends.enter_context(network)
        self.stage = stages.set_up(
            self._folder / "site",
            self._origin,
            server=self.network.url,
            now=datetime.now(UTC),
        )
        self._say("Building the site with Pelican…")
        stages.build(self.stage)
        server = stages.serve(self.stage)
        self._ends.callback(server.server_close)
        self._ends.callback(server.shutdown)
        settings = load(self.stage.settings)
        secrets.keep(settings, stages.ACCOUNT, {"access_token": self.network.token(BRAND.name)})
        self._say("Starting the daemon and the desk…")
        self.service = Service(settings, self._stop)
        self._ends.callback(self.service.end)
        self.site = self.service.site
        self.copy = self._syndicate()
        self.service.start()

    @property
    def article(self) -> str:
        """The address of the article that was syndicated."""
        return self.copy.draft.url

    def desk_link(self) -> str:
        """A one-time link into the desk."""
        now = self.site.clock()
        with self.site.store.write() as tx:
            member = staff.by_name(tx, MODERATOR)
            number = (
                member.id
                if member
                else staff.add(tx, name=MODERATOR, role="admin", language="en", now=now)
            )
            token = staff.sign_in_link(tx, number, now=now)
        return f"{self.service.origin}/sign-in/{token}"

    def visitors_speak(self) -> None:
        """The visitors say their words, once in the life of this demonstration."""
        if self._notes.read().get("spoken"):
            self._say("The visitors have spoken in an earlier run; --fresh starts anew.")
            return
        self._say("Visitors of the practice network speak…")
        cast = Cast(self.network, seed=None)
        root = self._root()
        cast.speak(root)
        cast.like(root)
        self._notes.write(spoken=True)

    def rehearse(self, seed: int) -> Report:
        """Everything unattended, over the same doors as a person. Raises `DemoError`."""
        began = time.monotonic()
        report = Report(
            article_url=self.article,
            page=str(self._page_file()),
            copies=[self.copy.ref.url or ""] if self.copy.ref else [],
        )
        before = self._known()
        cast = Cast(self.network, seed=seed)
        self._say("Visitors of the practice network speak…")
        root = self._root()
        talk = cast.speak(root)
        cast.like(root)
        moderator = Moderator(self.desk_link())
        self._say("Waiting for their words on the desk…")
        found = {part: self._on_desk(moderator, talk, part) for part in talk.said}
        report.collected = self._known() - before
        report.held = len(found)
        self._decide(moderator, talk, found, report)
        self._say("Waiting for the approved words under the article…")
        self._until("the approved words under the article", lambda: self._shows(talk))
        self._say("One visitor edits, one deletes…")
        new = cast.edit(talk)
        cast.delete(talk)
        self._until("the edited words on the desk", lambda: moderator.find(new))
        report.edited = 1
        self._until("the deleted words leave the page", lambda: self._deleted(talk))
        report.deleted = 1
        report.seconds = round(time.monotonic() - began, 1)
        return report

    def _syndicate(self) -> Copy:
        """The newest article, released from the brakes and sent."""
        outbox = parse_outbox((self.stage.output / "outbox.json").read_bytes())
        newest = next(p for p in outbox.posts if p.kind == "article" and p.original)
        publishing.publish(self.site)
        with self.site.store.read() as tx:
            post_id = posts.all_paths(tx)[newest.path]
            there = copies.of_source(tx, f"post:{post_id}")
        if not there:
            self._say(f"Syndicating {newest.title!r}…")
            publishing.release(self.site, [newest.url])
            publishing.confirm(self.site)
        with self.site.store.write() as tx:
            name = BRAND.display_name
            watches.add(tx, kind="hashtag", query=f"#{name}", language="", now=self.site.clock())
        send(self.site)
        return self._until("the copy on the practice network", lambda: self._sent(post_id))

    def _sent(self, post_id: int) -> Copy | None:
        with self.site.store.read() as tx:
            found = copies.of_source(tx, f"post:{post_id}")
        failed = [copy.error for copy in found if copy.state == "failed"]
        if failed:
            raise DemoError(f"the article was not sent: {failed[0]}")
        return next((copy for copy in found if copy.ref), None)

    def _root(self) -> str:
        """What the practice server calls our copy."""
        local = self.copy.ref.local if self.copy.ref else None
        if not local:
            raise DemoError("the copy has no name on the practice network")
        return local

    def _page_file(self) -> Path:
        path = urlsplit(self.article).path.strip("/")
        return self.stage.output / path / "index.html"

    def _known(self) -> int:
        with self.site.store.read() as tx:
            return sum(messages.counts(tx).values())

    def _on_desk(self, moderator: Moderator, talk: Conversation, part: str) -> str:
        said = talk.said[part]
        return self._until(f"the {part} of {said.who}", lambda: moderator.find(said.token))

    def _decide(
        self, moderator: Moderator, talk: Conversation, found: dict[str, str], report: Report
    ) -> None:
        for part in APPROVED:
            moderator.act(found[part], "approve")
            report.approved += 1
        moderator.act(found["hostile"], "reject")
        withheld = {
            "private": "written in private: the desk offers no approval",
            "hostile": "rejected",
            "found": "found by a watch: belongs to no article",
        }
        if moderator.offers(found["private"], "approve"):
            raise DemoError("the desk offers to approve private words")
        report.withheld = [
            {"who": talk.said[part].who, "reason": reason} for part, reason in withheld.items()
        ]

    def _shows(self, talk: Conversation) -> bool:
        text = self._served()
        return all(talk.token(part) in text for part in APPROVED)

    def _deleted(self, talk: Conversation) -> bool:
        text = self._served()
        return bool(text) and talk.token("deleted") not in text

    def _served(self) -> str:
        answer = requests.get(self.article, timeout=10)
        return answer.text if answer.ok else ""

    def _until(self, what: str, look: Callable[[], T | None]) -> T:
        """What `look` gives as soon as it gives something."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            seen = look()
            if seen:
                return seen
            if self._stop.wait(0.3):
                raise DemoError("ended before the end")
        raise DemoError(f"waited {PATIENCE:.0f} s in vain for {what}; the log says why")
