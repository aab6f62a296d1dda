"""Announce: hubs hear of feeds that have news (WebSub), search engines of pages (IndexNow).

1. `take_note`, when an outbox was read: whom the site names is compared with what they know. Who
   is named for the first time hears of nothing that is there already.
2. `announce`, by the timetable: what is due is looked for at the public address. Nobody hears of a
   change that they could not see there: the outbox there has the digest, the page answers; a feed
   is another than the one of last time; a removed page says 404 or 410.
3. Each listener is told: a hub feed by feed, a search engine in lists. What was told is noted
   after that, so a process killed in between tells it once more, which harms nobody.

A listener that is down or asks to wait is told later; one that refuses is not asked again before
something changes, and `tertulia status` says so.

Cost: a query for each listener; for what is due one request for the outbox there, one for each
page, one for each feed that is told and for each list of `BATCH` pages.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from syndication.exchange import DocumentError, Outbox
from syndication.networks.contract import NetworkError, RateLimited, Rejected
from syndication.steps import telling
from syndication.steps.attempt import backoff
from syndication.steps.live import There
from syndication.steps.site import Site
from syndication.store import Transaction, announcements, marks
from syndication.store.announcements import GONE, MOVED, Announcement

log = logging.getLogger("tertulia")

BATCH = 500
"""Addresses in one list, and looked for in one run; IndexNow takes 10,000."""
PATIENCE = 30
"""So often a removed page is asked whether it is gone, over five days; then it is left alone."""
CACHED = 8
"""So often a feed may stand there as before though its outbox has news: an hour, for caches."""


def take_note(site: Site, tx: Transaction, outbox: Outbox) -> int:
    """Note what listeners do not know yet of this outbox; how many addresses."""
    before = marks.get(tx, marks.LISTENERS) or {}
    named = telling.listeners(site, outbox)
    for listener in set(before) - set(named):
        announcements.forget(tx, listener)
    count = 0
    for listener, facts in named.items():
        digests = telling.digests_for(facts, outbox)
        if listener not in before:
            announcements.begin(tx, listener, digests)
            continue
        if before[listener] != facts:
            announcements.again(tx, listener, now=site.clock())
        moved = telling.moved_for(facts, outbox)
        count += announcements.compare(tx, listener, digests, moved=moved, now=site.clock())
    if named != before:
        marks.put(tx, marks.LISTENERS, named)
    return count


def announce(site: Site) -> int:
    """Tell listeners what is due and can be seen; how many addresses they heard of."""
    if _paused(site):
        return 0
    now, count, there = site.clock(), 0, There(site)
    with site.store.read() as tx:
        named = marks.get(tx, marks.LISTENERS) or {}
        work = {
            listener: announcements.due(tx, listener, now=now, limit=BATCH) for listener in named
        }
    for listener, facts in named.items():
        cached = facts["kind"] in (telling.HUB, telling.LINKS)
        visible = _visible(site, listener, work[listener], there, cached=cached)
        for items in telling.lists_for(facts, visible):
            if _paused(site):  # somebody used the switch while we looked
                return count
            try:
                telling.tell(site, listener, facts, items)
            except Rejected as error:
                _failed(site, listener, items, error)
            except NetworkError as error:
                _failed(site, listener, visible[visible.index(items[0]) :], error)
                break
            else:
                count += len(items)
                with site.store.write() as tx:
                    for item in items:
                        announcements.told(tx, listener, item, shown=there.shown(item.url))
    return count


def _paused(site: Site) -> bool:
    with site.store.read() as tx:
        return marks.get(tx, marks.PAUSED) is not None


def _visible(
    site: Site, listener: str, items: Sequence[Announcement], there: There, *, cached: bool
) -> list[Announcement]:
    """Those that everybody can see by now; the others are looked for later.

    `cached`: the listener reads at once what it is told of, so a cache in between must be new.
    """
    reasons = {item.url: _not_yet(item, there, cached=cached) for item in items}
    early = [item for item in items if reasons[item.url]]
    if early:
        with site.store.write() as tx:
            for item in early:
                if item.news == GONE and item.tries >= PATIENCE:
                    announcements.drop(tx, listener, [item.url])
                    continue
                until = site.clock() + backoff(item.tries + 1)
                announcements.later(tx, listener, item, until, reasons[item.url])
    return [item for item in items if not reasons[item.url]]


def _not_yet(item: Announcement, there: There, *, cached: bool) -> str:
    """Why nobody should be sent to this address yet, or ""."""
    try:
        if item.news == GONE:
            return "" if there.gone(item.url) else "the address still answers"
        if item.news == MOVED:
            return "" if there.moved(item.url) else "the outbox there does not lead on from it"
        before = item.shown if cached and item.tries < CACHED else ""
        return there.lacks(item.url, item.news, before)
    except (NetworkError, DocumentError) as error:
        return str(error)


def _failed(site: Site, listener: str, items: Sequence[Announcement], error: NetworkError) -> None:
    """They are told later; where that would not help, not before something changes."""
    problem, now = str(error), site.clock()
    with site.store.write() as tx:
        for item in items:
            until = None if isinstance(error, Rejected) else now + backoff(item.tries + 1)
            if isinstance(error, RateLimited):
                until = error.until
            announcements.later(tx, listener, item, until, problem)
    known = all(item.problem == problem for item in items)
    log.log(logging.DEBUG if known else logging.WARNING, "news not told: %s", problem)
