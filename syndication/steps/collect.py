"""Collect: news for each account, and the slow re-reading that keeps them true.

`collect` asks what is new since the cursor (one request when it is quiet, whatever the number of
articles) and stores messages and cursor in one transaction, so that a crash repeats a page and
never skips one.

`reverify` reads threads again as `rules.cadence` plans: it finds replies that mention nobody,
edits and counts. Absence is not deletion: what a thread lacks is asked for by its id; the first
"not there" hides it, the second, `CONFIRM_AFTER` later, erases it. Two requests a thread, and one
for each message that is looked up by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from syndication.model import Upstream
from syndication.networks.contract import (
    Absent,
    Connection,
    Found,
    NetworkError,
    RateLimited,
    Rejected,
    Unauthorised,
)
from syndication.steps.attempt import reading_failed
from syndication.steps.forget import forget
from syndication.steps.site import Site
from syndication.steps.take_in import Taken, take_in
from syndication.store import accounts, copies, events, messages, posts
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage

log = logging.getLogger("tertulia")

MAX_PAGES = 50
"""Pages of one poll; what is left waits for the next, the cursor stands between."""
CONFIRM_AFTER = timedelta(hours=1)
VERIFY_LOOSE_AFTER = timedelta(days=1)
LOOK_UPS = 20
"""Messages outside any thread that one run asks for by id."""


def collect(site: Site, account: str) -> Taken:
    """Take in the news of one account; an error postpones its next poll and ends this one."""
    now = site.clock()
    with site.store.read() as tx:
        row = accounts.all_accounts(tx).get(account)
    if row is None or row.paused_reason or (row.poll_at and row.poll_at > now):
        return Taken()
    new = edited = left_out = 0
    try:
        collector = _verified(site, account).collector
        cursor = row.cursor
        for _ in range(MAX_PAGES if collector else 0):
            page = collector.collect(cursor)  # type: ignore[union-attr]
            with site.store.write() as tx:
                taken = take_in(site, tx, page.messages, account=account, via="poll")
                copies.look_soon(tx, page.hints, now=now)
                cursor = page.cursor or cursor
                accounts.polled(tx, account, cursor, now=now)
            new, edited = new + taken.new, edited + taken.edited
            left_out += taken.left_out
            if not page.more:
                break
    except NetworkError as error:
        reading_failed(site, account, error)
    return Taken(new=new, edited=edited, left_out=left_out)


def _verified(site: Site, account: str) -> Connection:
    """The connection; the first time, who we are there is asked and kept."""
    connection = site.connect(account)
    with site.store.read() as tx:
        verified = accounts.all_accounts(tx)[account].verified_at
    if verified is None:
        profile = connection.profile()
        with site.store.write() as tx:
            accounts.verified(tx, account, profile, now=site.clock())
            posts.mark_all_for_export(tx, now=site.clock())
    return connection


def reverify(site: Site, account: str) -> int:
    """Read the threads that are due, within the hour's budget; how many were read."""
    now = site.clock()
    with site.store.read() as tx:
        row = accounts.all_accounts(tx).get(account)
        spent = copies.read_last_hour(tx, account, now=now)
        allowed = site.cadence.allowed(checked_last_hour=spent)
        due = copies.due_for_check(tx, account, now=now, limit=allowed)
        loose = messages.to_verify(
            tx,
            account,
            checked_before=now - VERIFY_LOOSE_AFTER,
            missing_before=now - CONFIRM_AFTER,
            limit=LOOK_UPS,
        )
    if row is None or row.paused_reason or (row.poll_at and row.poll_at > now):
        return 0
    read = 0
    try:
        connection = site.connect(account)
        for copy in due:
            read_thread(site, connection, copy)
            read += 1
        _look_up(site, connection, loose)
    except NetworkError as error:
        reading_failed(site, account, error)
    return read


def read_thread(site: Site, connection: Connection, copy: Copy) -> None:
    """Bring what is known under one copy to what its network says now.

    Raises the `NetworkError` that stops this account; a thread that cannot be read by itself is
    left for later.
    """
    account, now = copy.account, site.clock()
    again = site.cadence.next_check(now=now, last_news=copy.news_at or copy.written_at)
    if connection.threader is None or copy.ref is None:
        with site.store.write() as tx:
            copies.checked(tx, copy.id, now=now, check_at=now + site.cadence.longest)
        return
    try:
        thread = connection.threader.thread(copy.ref)
    except (RateLimited, Unauthorised):
        raise
    except NetworkError as error:
        later = site.cadence.longest if isinstance(error, Rejected) else timedelta(minutes=15)
        with site.store.write() as tx:
            copies.checked(tx, copy.id, now=now, check_at=now + later)
        log.info("thread of %s not read: %s", copy.ref.url or copy.ref.id, error)
        return
    with site.store.write() as tx:
        take_in(site, tx, thread.messages, account=account, via="thread", under=copy)
        if copies.count_reactions(tx, copy.id, thread.reactions):
            posts.mark_for_export(tx, [copy.post_id], now=now)
            site.wake("export", None)
        present = {message.ref.id for message in thread.messages}
        copies.checked(tx, copy.id, now=now, check_at=again, reported=len(present))
        absent = [m for m in messages.under_copy(tx, copy.id) if m.ref_id not in present]
    _look_up(site, connection, absent)


def _look_up(site: Site, connection: Connection, wanted: Sequence[StoredMessage]) -> None:
    """Ask for messages by id, and believe what is said about each."""
    reader, account = connection.reader, connection.account.name
    if reader is None or not wanted:
        return
    with site.store.read() as tx:
        refs = [messages.ref_for(tx, stored, account) for stored in wanted]
    answers = reader.fetch(refs)
    now = site.clock()
    with site.store.write() as tx:
        found = [answer.message for answer in answers.values() if isinstance(answer, Found)]
        take_in(site, tx, found, account=account, via="read")
        gone = [m for m in wanted if isinstance(answers.get(m.ref_id), Absent)]
        messages.looked_for(tx, _ids(wanted), now=now)
    for stored in gone:
        _absent(site, stored)


def _absent(site: Site, stored: StoredMessage) -> None:
    """Hidden the first time, erased when a second look, later, says the same."""
    now = site.clock()
    with site.store.write() as tx:
        fresh = messages.get(tx, stored.id)
        if fresh is None:
            return
        if fresh.upstream == Upstream.MISSING and fresh.missing_since:
            if now - fresh.missing_since >= CONFIRM_AFTER:
                forget(site, tx, fresh, reason="deleted-upstream")
            return
        messages.went_missing(tx, fresh.id, now=now)
        events.record(tx, "missing", [f"message:{fresh.id}"], now=now)
        posts.mark_for_export(tx, [fresh.post_id], now=now)
    site.wake("export", None)
    site.wake("desk", None)


def _ids(stored: Iterable[StoredMessage]) -> list[int]:
    return [message.id for message in stored]
