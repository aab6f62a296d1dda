"""Verify: what others brought is looked up where they say it stands, and believed as far as that.

1. Claim what is due, no more of one host at a time than `OF_ONE_HOST`.
2. Ask the account's Reader, several at once: does it speak of a page of ours, and how?
3. Words are taken in, as from any network; a reaction is counted for its page; what is not there
   any more is hidden. Nobody could say: asked again later, `PATIENCE` times.

A target that is no page we know may lead to one: it is followed once.

What a power cut takes back is due again by its lease, so no transaction here waits for the disk:
the endpoint that takes turns with them answers sooner.

Cost: a request for each arrival, one more for an author's own page, one more for such a target,
one more for a page of a known site that vouches for its sender.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from syndication.model import Message, Ref
from syndication.networks.contract import (
    Absent,
    Counted,
    Found,
    Lookup,
    NetworkError,
    Unavailable,
    Unreachable,
    Withheld,
)
from syndication.rules import policy
from syndication.steps.attempt import backoff
from syndication.steps.count import COUNT_AGAIN_AFTER, count, uncount
from syndication.steps.missing import DOUBTED_FOR, absent
from syndication.steps.receive import VIA
from syndication.steps.site import Site
from syndication.steps.take_in import Taken, take_in, tell
from syndication.steps.targets import above, named, page_of
from syndication.steps.vouch import rules_for, voucher_of
from syndication.store import Transaction, arrivals, events, messages
from syndication.store.arrivals import Arrival
from syndication.store.posts import StoredPost

log = logging.getLogger("tertulia")

AT_ONCE = 32
BETWEEN = 0.2
"""Seconds between two looks at whether there is more, while it lingers."""
OF_ONE_HOST = 2
THREADS = 4
PATIENCE = 8
"""So often a page that nobody can reach is asked, over two days."""


def verify(
    site: Site,
    account: str,
    *,
    stopping: Callable[[], bool] = lambda: False,
    linger: float = 0.0,
) -> int:
    """Look up all that is due for `account`; how many.

    Others are woken once all is looked up, and every `linger` seconds while there is more: a
    flood is not to be followed step by step.
    """
    looked_up, taken, since = 0, Taken(), 0.0
    with ThreadPoolExecutor(THREADS, thread_name_prefix="verify") as pool:
        while not stopping():
            due = _claim(site, account)
            if due:
                since = since or time.monotonic()
                for seen in pool.map(lambda one: _look(site, account, one), due):
                    taken += _guarded(site, account, seen)
                looked_up += len(due)
            over = time.monotonic() - since >= linger
            if over and taken != Taken():
                tell(site, taken)
                taken, since = Taken(), 0.0
            if not due and over:
                break
            if not due:
                time.sleep(BETWEEN)
    tell(site, taken)
    return looked_up


def _claim(site: Site, account: str) -> list[Arrival]:
    with site.store.read() as tx:
        if not arrivals.any_due(tx, account, now=site.clock()):
            return []
    with site.store.write(lasting=False) as tx:
        return arrivals.claim(tx, account, now=site.clock(), limit=AT_ONCE, of_one_host=OF_ONE_HOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What was found where an arrival says it stands."""

    arrival: Arrival
    answer: Lookup
    ref: Ref | None = None  # what it is called
    post: StoredPost | None = None  # the page of ours that it speaks of; None: there is no such
    voucher: str = ""  # the known host that vouches for who says it


def _look(site: Site, account: str, arrival: Arrival) -> _Seen:
    """Look one up. An error of our own concerns this one alone: it is tried again as any other."""
    try:
        post = page_of(site, arrival.target)
        if post is None:
            return _Seen(arrival=arrival, answer=Absent())
        ref = named(site, arrival, post)
        answer = _look_up(site, account, ref)
        voucher = voucher_of(site, arrival, answer.message) if isinstance(answer, Found) else ""
        return _Seen(arrival=arrival, answer=answer, ref=ref, post=post, voucher=voucher)
    except Unavailable as error:
        return _Seen(arrival=arrival, answer=Unreachable(str(error)))
    except Exception as error:
        log.error("an arrival from %s: %s", arrival.host, type(error).__name__, exc_info=error)
        return _Seen(arrival=arrival, answer=Unreachable(type(error).__name__))


def _guarded(site: Site, account: str, seen: _Seen) -> Taken:
    """What cannot be stored keeps nobody else waiting."""
    try:
        return _believe(site, account, seen)
    except Exception as error:
        log.error("an arrival from %s: %s", seen.arrival.host, error, exc_info=error)
        return _unreachable(site, seen.arrival, Unreachable(type(error).__name__))


def _believe(site: Site, account: str, seen: _Seen) -> Taken:
    """Do what follows from what was found. One after another, for writers take turns."""
    arrival, post, ref = seen.arrival, seen.post, seen.ref
    if isinstance(seen.answer, Unreachable | Withheld):
        return _unreachable(site, arrival, seen.answer)
    if post is None or ref is None:
        return _drop(site, arrival, "no-such-page")
    taken, changed = Taken(), True
    with site.store.write(lasting=False) as tx:
        match seen.answer:
            case Found(message):
                rules = rules_for(site, account, seen.voucher)
                taken = _take(site, tx, account, message, post, rules)
                changed = uncount(site, tx, arrival)
                arrivals.done(tx, arrival)
            case Counted() as reaction:
                changed = count(site, tx, arrival, ref, post, reaction)
            case Absent(sure=sure):
                changed = _absent(site, tx, arrival, ref, sure=sure)
    return taken + Taken(pages=int(changed))


def _look_up(site: Site, account: str, ref: Ref) -> Lookup:
    reader = site.connect(account).reader
    if reader is None:
        return Unreachable("its network cannot look things up", lasting=True)
    try:
        return reader.fetch([ref])[ref.id]
    except NetworkError as error:
        return Unreachable(str(error))


def _take(
    site: Site,
    tx: Transaction,
    account: str,
    message: Message,
    post: StoredPost,
    rules: Sequence[policy.Rule],
) -> Taken:
    """Take in what was found; it belongs to the page that its target leads to."""
    links = (post.url, *message.links)
    placed = replace(message, links=links, reply_to=above(tx, message, post))
    return take_in(site, tx, [placed], account=account, via=VIA, rules=rules)


def _absent(site: Site, tx: Transaction, arrival: Arrival, ref: Ref, *, sure: bool) -> bool:
    """The page is gone, or speaks of us no more: what came of it is hidden, or counted no more."""
    now = site.clock()
    stored = messages.known(tx, ref.space, [ref.id]).get(ref.id)
    changed = absent(site, tx, stored.id, sure=sure) if stored else False
    since = arrival.missing_since or now
    if arrival.kind and not sure and now - since < DOUBTED_FOR:
        arrivals.missing(tx, arrival, since=since, again=since + DOUBTED_FOR)
        return changed
    if changed:
        site.wake("desk", None)
    changed |= uncount(site, tx, arrival)
    arrivals.done(tx, arrival)
    if not (changed or stored):
        events.record(tx, "not-found", [f"arrival:{arrival.id}"], now=now)
    return changed


def _unreachable(site: Site, arrival: Arrival, answer: Lookup) -> Taken:
    """Nobody could say: what is known stays as it is."""
    lasting = isinstance(answer, Unreachable) and answer.lasting
    if arrival.kind:
        with site.store.write(lasting=False) as tx:
            arrivals.later(tx, arrival, site.clock() + COUNT_AGAIN_AFTER)
        return Taken()
    if lasting or arrival.tries + 1 >= PATIENCE:
        return _drop(site, arrival, "unreadable")
    with site.store.write(lasting=False) as tx:
        arrivals.later(tx, arrival, site.clock() + backoff(arrival.tries + 1))
    return Taken()


def _drop(site: Site, arrival: Arrival, why: str) -> Taken:
    with site.store.write(lasting=False) as tx:
        arrivals.done(tx, arrival)
        events.record(tx, why, [f"arrival:{arrival.id}"], now=site.clock())
    log.info("a webmention from %s came to nothing: %s", arrival.host, why)
    return Taken()
