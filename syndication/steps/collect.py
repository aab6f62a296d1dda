"""Collect: news for each account.

It asks what is new since the cursor (one request when it is quiet, whatever the number of
articles) and stores messages and cursor in one transaction, so that a crash repeats a page and
never skips one.
"""

from __future__ import annotations

from syndication.networks.contract import Connection, NetworkError
from syndication.steps.attempt import may_ask, reading_failed
from syndication.steps.site import Site
from syndication.steps.take_in import Taken, take_in, tell
from syndication.store import accounts, copies, posts
from syndication.store.accounts import StoredAccount

MAX_PAGES = 50
"""Pages of one poll; what is left waits for the next, the cursor stands between."""


def collect(site: Site, account: str) -> Taken:
    """Take in the news of one account; an error postpones its next poll and ends this one."""
    row = may_ask(site, account, now=site.clock())
    taken = Taken()
    if row is None:
        return taken
    try:
        collector = verified(site, row).collector
        cursor = row.cursor
        for _ in range(MAX_PAGES if collector else 0):
            page = collector.collect(cursor)  # type: ignore[union-attr]
            now = site.clock()
            with site.store.write() as tx:
                news = take_in(site, tx, page.messages, account=account, via="poll")
                copies.look_soon(tx, page.hints, now=now)
                accounts.polled(tx, account, page.cursor or cursor, now=now)
            tell(site, news)
            taken += news
            if not page.more or page.cursor in (None, cursor):
                break
            cursor = page.cursor
    except NetworkError as error:
        reading_failed(site, account, error)
    return taken


def verified(site: Site, row: StoredAccount) -> Connection:
    """The connection of an account; the first time, who we are there is asked and kept.

    Raises `NetworkError`.
    """
    connection = site.connect(row.name)
    if row.verified_at is None:
        profile = connection.profile()
        with site.store.write() as tx:
            accounts.verified(tx, row.name, profile, now=site.clock())
            posts.mark_all_for_export(tx, now=site.clock())
        site.wake("export", None)
    return connection
