"""From the click on the desk to its answer: a decision in a store of any size.

`python -m benchmarks desk [ARTICLES] [CLICKS]`. A store of 10,000 articles with ten public messages
each, and as many that wait as will be decided about. A member of staff, over HTTP on loopback,
presses "approve" beside one message after another: the clock is read from the form's first byte to
the last one of the answer, and to that of the list where the browser is sent then. What the site
makes of a decision follows after the answer (see `benchmarks.publication`).
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode

from syndication.model import Account, Author, Decision, Message, Post, Ref, Verdict, Words
from syndication.networks.memory import MemoryServer, network_of
from syndication.steps.site import Site
from syndication.store import Store, Transaction, accounts, messages, people, posts, staff
from syndication.store.messages import NewMessage
from syndication.web.serving import Server
from syndication.web.staff import create_app

ARTICLES, CLICKS, MESSAGES, PEOPLE, BATCH = 10_000, 200, 10, 2_000, 2_000
URL, PLACE, SPACE = "https://vencejo.example", "https://plaza.example", "memory"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
APPROVE = re.compile(r'<form method="post" action="(/message/\d+/approve)">(.*?)</form>', re.DOTALL)
APPROVED = Decision(verdict=Verdict.APPROVE, by="rules", rule="known")
HELD = Decision(verdict=Verdict.HOLD, by="rules", rule="hold_everything")


def a_site(folder: Path) -> Site:
    """A site whose store is empty but for one account."""
    account = Account(name="plaza", network="memory", server=PLACE)
    store = Store(f"sqlite:///{folder / 'tertulia.db'}")
    with store.write() as tx:
        accounts.ensure(tx, account)
    return Site(
        url=URL,
        name="Vencejo",
        store=store,
        outbox="",
        discussion=folder / "discussion",
        accounts={"plaza": account},
        networks={"memory": network_of(MemoryServer(clock=lambda: NOW))},
        connect=nowhere,
        fetch=nowhere,
        clock=lambda: datetime.now(UTC),
    )


def nowhere(*_: Any, **__: Any) -> NoReturn:
    """The desk asks no network."""
    raise AssertionError("the desk asked the network")


def fill(site: Site, articles: int, waiting: int) -> None:
    """Articles, what was said under them, and what waits for a decision."""
    with site.store.write() as tx:
        ids = [posts.insert(tx, article(number), now=NOW) for number in range(articles)]
    total = articles * MESSAGES + waiting
    for start in range(0, total, BATCH):
        with site.store.write() as tx:
            numbers = range(start, min(start + BATCH, total))
            add(tx, [(n, ids[n % articles], n >= total - waiting) for n in numbers])
        sys.stderr.write(f"\r{start + BATCH} of {total} messages")
    sys.stderr.write("\n")


def article(number: int) -> Post:
    """One article of the site."""
    return Post(
        url=f"{URL}/article-{number}/",
        kind="article",
        title=f"Artículo {number}",
        summary="",
        language="es",
        published=NOW,
    )


def add(tx: Transaction, wanted: list[tuple[int, int, bool]]) -> None:
    """Messages: (number, post, whether it waits)."""
    authors = [person(number % PEOPLE) for number, *_ in wanted]
    known = people.remember(tx, authors, network="memory", now=NOW)
    new = [
        NewMessage(
            message=Message(
                ref=ref(f"said/{number}"),
                kind="reply",
                author=author,
                words=Words(html=f"<p>Pregunta {number}</p>", text=f"Pregunta {number}"),
                written=NOW + timedelta(seconds=number),
            ),
            network="memory",
            author_id=known[author.ref.id],
            post_id=post,
            copy_id=None,
            decision=HELD if waits else APPROVED,
        )
        for (number, post, waits), author in zip(wanted, authors, strict=True)
    ]
    messages.add(tx, new, account="plaza", via="poll", now=NOW)


def person(number: int) -> Author:
    """One of those who speak."""
    return Author(ref=ref(f"@ana{number}"), name=f"Ana {number}", handle=f"ana{number}@plaza")


def ref(name: str) -> Ref:
    """How the network names somebody or something."""
    return Ref(space=SPACE, id=f"{PLACE}/{name}", url=f"{PLACE}/{name}")


class Browser:
    """Who signed in."""

    def __init__(self, port: int, link: str) -> None:
        self._web = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = FORM | {"Origin": f"http://127.0.0.1:{port}"}
        answer, _ = self.send("POST", f"/sign-in/{link}")
        self._headers["Cookie"] = (answer.headers["Set-Cookie"] or "").partition(";")[0]

    def send(self, method: str, path: str, form: str = "") -> tuple[HTTPResponse, str]:
        """The answer, and its words."""
        self._web.request(method, path, form or None, self._headers)
        answer = self._web.getresponse()
        return answer, answer.read().decode()

    def approve(self) -> tuple[float, float, float]:
        """Milliseconds to the answer of the first message that waits, of processor's time till
        then, and to the next list."""
        _, page = self.send("GET", "/inbox")
        found = re.search(
            r'<form method="post" action="(/message/\d+/approve)">(.*?)</form>', page, re.S
        )
        if found is None:
            raise SystemExit("nothing waits on the desk")
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[2])
        form = urlencode({name: unescape(value) for name, value in hidden})
        began, worked = time.perf_counter(), time.process_time()
        answer, _ = self.send("POST", found[1], form)
        answered, worked = time.perf_counter(), time.process_time() - worked
        if answer.status != 303:
            raise SystemExit(f"the desk answers {answer.status}")
        self.send("GET", answer.headers["Location"])
        listed = time.perf_counter() - began
        return (answered - began) * 1000, worked * 1000, listed * 1000


def measure(articles: int, clicks: int) -> None:
    """Fill, click, report."""
    with tempfile.TemporaryDirectory() as name:
        site = a_site(Path(name))
        fill(site, articles, clicks + 20)
        with site.store.write() as tx:
            member = staff.add(tx, name="Marta", role="moderator", language="es", now=NOW)
            link = staff.sign_in_link(tx, member, now=datetime.now(UTC))
        origin = "http://127.0.0.1"
        server = Server(lambda *call: app(*call), "127.0.0.1", 0)
        app = create_app(site, directory=Path(name) / "desk", origin=f"{origin}:{server.port}")
        server.start()
        browser = Browser(server.port, link)
        times = [browser.approve() for _ in range(clicks)]
        server.stop()
    say = sys.stdout.write
    say(f"{articles} articles, {articles * MESSAGES} messages, {clicks} clicks, ms\n")
    for what, at in (("click to answer", 0), ("  of it CPU", 1), ("click to the next list", 2)):
        ordered = sorted(one[at] for one in times)
        p99 = ordered[int(len(ordered) * 0.99)]
        say(f"  {what:24} p50 {statistics.median(ordered):7.2f}   p99 {p99:7.2f}\n")


def main() -> int:
    """Measure, as told on the command line."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    measure(*(*numbers, *(ARTICLES, CLICKS)[len(numbers) :]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
