"""What is planned for later, and what waits since a moment, in whichever table: brought forward
where the clock was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, update

from syndication.store import tables
from syndication.store.database import Transaction

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
SOON = timedelta(0)
"""Of what is planned for minutes or hours: tried too early, it is planned again."""

_PLANS: tuple[tuple[Column[datetime], timedelta], ...] = (  # with the longest that is ever planned
    (tables.accounts.c.poll_at, SOON),
    (tables.announcements.c.due_at, SOON),
    (tables.arrivals.c.due_at, WEEK),
    (tables.copies.c.check_at, WEEK),
    (tables.copies.c.claimed_at, SOON),
    (tables.copies.c.due_at, SOON),
    (tables.hidings.c.due_at, SOON),
    (tables.identities.c.check_at, MONTH),
    (tables.letters.c.due_at, SOON),
    (tables.opinions.c.asked_at, SOON),
    (tables.posts.c.export_due, SOON),
    (tables.reports.c.mail_due_at, SOON),
)

# What happened, and others wait or are limited for a while since then.
_SINCE: tuple[Column[datetime], ...] = (
    tables.arrivals.c.missing_since,
    tables.comments.c.at,
    tables.copies.c.checked_at,
    tables.copies.c.news_at,
    tables.messages.c.checked_at,
    tables.messages.c.missing_since,
    tables.posts.c.missing_since,
    tables.reports.c.at,
    tables.tallies.c.at,
)


def bring_forward(tx: Transaction, *, now: datetime) -> int:
    """Let nothing wait longer than is ever planned, nor since a time that is yet to come; how much
    is due now. Reads those tables."""
    for column in _SINCE:
        _set_back(tx, column, after=now, to=now)
    return sum(_set_back(tx, column, after=now + longest, to=now) for column, longest in _PLANS)


def _set_back(tx: Transaction, column: Column[datetime], *, after: datetime, to: datetime) -> int:
    """Move the moments later than `after` to `to`; how many there were."""
    return tx.execute(update(column.table).where(column > after).values({column: to})).rowcount
