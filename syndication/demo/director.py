"""The demonstration: from a post to the approved reply under it, on this machine alone.

1. A practice network starts, where it is installed (`make servers`) one for Bluesky, and a website
   of a visitor's own; a copy of the site is built and served.
2. The daemon runs as it does in earnest; the newest article is released from the brakes and sent.
3. Visitors speak: on the networks, on a site of their own, by the form under the article.
4. A person approves on the desk and sees the words under the article; unattended, that is done by
   `syndication.demo.rehearsal`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from syndication import secrets
from syndication.demo import bluesky_pages, bluesky_server, neighbour, second
from syndication.demo import stage as stages
from syndication.demo.bluesky import BlueskyNetwork
from syndication.demo.bluesky_person import Strong
from syndication.demo.cast import BRAND, Cast
from syndication.demo.cast_bluesky import BlueskyCast
from syndication.demo.cast_open_web import OpenWebCast
from syndication.demo.folder import LOG, NOTES
from syndication.demo.notebook import Notebook
from syndication.demo.practice import PracticeNetwork
from syndication.demo.servers import ServerMissing, installed
from syndication.demo.waiting import ARRIVAL, PATIENCE, DemoError, until
from syndication.exchange import parse_outbox
from syndication.service import Service
from syndication.settings import Settings, load
from syndication.steps import publish as publishing
from syndication.steps.export import export
from syndication.steps.send import send
from syndication.store import copies, messages, posts, staff, watches
from syndication.store.copies import Copy
from syndication.web.serving import ServingError

T = TypeVar("T")
MODERATOR = "Demo"
PRACTICE = "practice"
"""The account on the practice network, as the settings call it."""


class Demo:
    """The running demonstration. A context manager; leaving it ends everything it started."""

    def __init__(
        self, folder: Path, origin: Path, *, say: Callable[[str], None], stop: threading.Event
    ) -> None:
        self._folder, self._origin, self.say, self._stop = folder, origin, say, stop
        self._ends = ExitStack()
        self._notes = Notebook(folder / NOTES)
        self._log = folder / LOG
        self.bluesky: BlueskyNetwork | None = None
        self.left_out = ""  # what is not shown, and how to get it; empty: all is

    def __enter__(self) -> Demo:
        try:
            self._start()
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.say("Ending…")
        self._ends.close()

    def _start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        starts = int(self._notes.read().get("starts", 0)) + 1
        self._notes.write(starts=starts)
        self.say("Starting the practice network (the first time takes a little)…")
        network = PracticeNetwork(self._folder / "practice", accounts=[BRAND])
        self.network = self._ends.enter_context(network)
        accounts: dict[str, dict[str, object]] = {
            PRACTICE: {"network": "mastodon", "server": self.network.url}
        }
        kept = {PRACTICE: {"access_token": self.network.token(BRAND.name)}}
        self.bluesky = self._start_bluesky()
        if self.bluesky:
            web = self._ends.enter_context(bluesky_pages.pages_of(self.bluesky.appview or ""))
            ours = second.join(self.bluesky, web=web, start=starts)
            accounts[ours.name], kept[ours.name] = dict(ours.settings), dict(ours.secrets)
        self.stage = stages.set_up(
            self._folder / "site", self._origin, accounts=accounts, now=datetime.now(UTC)
        )
        settings = load(self.stage.settings)
        for name, values in kept.items():
            secrets.keep(settings, name, values)
        self._wire(settings)
        self._open_site()
        self.copies = self._syndicate()
        self.service.start()
        self._notes.write(article=self.article)

    def _start_bluesky(self) -> BlueskyNetwork | None:
        """The second network; None, with the reason in `left_out`, where it is not installed."""
        servers = installed(self._origin)
        try:
            bluesky_server.check(servers)
        except ServerMissing as missing:
            self.left_out = f"Bluesky is left out here. To see it too: {missing.how}"
            self.say(self.left_out)
            return None
        self.say("Starting the practice network for Bluesky…")
        return self._ends.enter_context(bluesky_server.running(servers))

    def _wire(self, settings: Settings) -> None:
        self.say("Starting the daemon and the desk…")
        try:
            self.service = Service(settings, self._stop)
        except ServingError as error:
            raise DemoError(f"{error} End it, or start anew with --fresh.") from None
        self._ends.callback(self.service.end)
        self.site = self.service.site

    def _open_site(self) -> None:
        """Build and serve the site, and the one that is next to it."""
        self.say("Building the site with Pelican…")
        export(self.site)  # the pages name the form and the endpoint from their first build on
        stages.build(self.stage)
        self._ends.enter_context(stages.served(self.stage))
        folder = self._folder / "neighbour"
        port = int(self._notes.read().get("neighbour", 0))
        self.neighbour = self._ends.enter_context(neighbour.open_at(folder, port))
        self._notes.write(neighbour=self.neighbour.port)

    @property
    def article(self) -> str:
        """The address of the article that was syndicated."""
        return self.copies["mastodon"].draft.url

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
        """The visitors say their words, once in the life of a demonstration (Bluesky's network is
        another one at each start); then wait for them to be on the desk, if not for ever."""
        wanted = self.known()
        if self._notes.read().get("spoken"):
            self.say("The visitors have spoken in an earlier run; --fresh starts anew.")
        else:
            self.say("Visitors of the practice network speak…")
            unconnected = self.open_web(None, run=0)
            unconnected.begin()
            cast = Cast(self.network, seed=None)
            wanted += len(cast.speak(self.root()).said)
            cast.like(self.root())
            self.say("One visitor writes under the article, another on a site of her own…")
            wanted += len(unconnected.speak(self.site.clock()).said)
            self._notes.write(spoken=True)
        if self.bluesky and not self._notes.read().get("spoken_on_bluesky"):
            self.say("Visitors on Bluesky speak…")
            others = BlueskyCast(self.bluesky, seed=None)
            wanted += len(others.speak(self.bluesky_root()).said)
            others.like(self.bluesky_root())
            self._notes.write(spoken_on_bluesky=True)
        self.say("Waiting for their words on the desk…")
        try:
            self.until("their words", lambda: self.known() >= wanted, patience=ARRIVAL)
        except DemoError:
            self.say(f"Some are still on their way; if they do not come, {self._log} says why.")

    def open_web(self, seed: str | None, *, run: int) -> OpenWebCast:
        """The visitors who are on no network."""
        return OpenWebCast(self.article, self.neighbour, seed, run=run)

    def next_run(self) -> int:
        """The number of an unattended run in this folder, never given twice."""
        number = int(self._notes.read().get("runs", 0)) + 1
        self._notes.write(runs=number)
        return number

    def _syndicate(self) -> dict[str, Copy]:
        """The newest article, released from the brakes and sent; its copy on each network."""
        outbox = parse_outbox((self.stage.output / "outbox.json").read_bytes())
        newest = next(p for p in outbox.posts if p.kind == "article" and p.original)
        publishing.publish(self.site)
        with self.site.store.write() as tx:
            post_id = posts.all_paths(tx)[newest.path]
            name = BRAND.display_name
            watches.add(tx, kind="hashtag", query=f"#{name}", language="", now=self.site.clock())
        self.say(f"Syndicating {newest.title!r}…")
        publishing.release(self.site, [newest.url])
        publishing.confirm(self.site)
        send(self.site)
        sent = self.until("the copies on the practice networks", lambda: self._sent(post_id))
        if self.bluesky:
            self.bluesky.process()
        return sent

    def _sent(self, post_id: int) -> dict[str, Copy] | None:
        """The copies on the networks of this run by the network's name, once all are there."""
        wanted = [one for one in self.site.accounts if self.site.network_of(one).carries_posts]
        with self.site.store.read() as tx:
            found = copies.of_source(tx, f"post:{post_id}")
        failed = [copy.error for copy in found if copy.state == "failed"]
        if failed:
            raise DemoError(f"the article was not sent: {failed[0]}; {self._log} says more")
        there = {
            self.site.accounts[name].network: copy
            for name in wanted
            for copy in found
            if copy.account == name and copy.part == "1" and copy.ref
        }
        return there if len(there) == len(wanted) else None

    def root(self) -> str:
        """What the practice server calls our copy."""
        ref = self.copies["mastodon"].ref
        if not (ref and ref.local):
            raise DemoError("the copy has no name on the practice network")
        return ref.local

    def bluesky_root(self) -> Strong:
        """Our copy on Bluesky, as people there point at it."""
        ref = self.copies["bluesky"].ref
        if not (self.bluesky and ref):
            raise DemoError("there is no copy on Bluesky")
        return self.bluesky.strong(ref.id)

    def known(self) -> int:
        """How many messages the daemon knows, whatever was decided about them."""
        with self.site.store.read() as tx:
            return sum(messages.counts(tx).values())

    def until(self, what: str, look: Callable[[], T | None], *, patience: float = PATIENCE) -> T:
        """What `look` gives as soon as it gives something; `DemoError` after `patience` seconds."""
        return until(what, look, patience=patience, stop=self._stop, log=self._log)
