"""Events: an append-only line of ids, never words. The audit log, kept for a term."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Row, delete, select

from syndication.store import tables
from syndication.store.database import Transaction

_T = tables.events


def record(
    tx: Transaction,
    kind: str,
    subjects: Iterable[str],
    *,
    now: datetime,
    by: str = "",
    **detail: object,
) -> None:
    """One line for each subject: ``message:12``, ``copy:3``, ``account:plaza``."""
    rows = [
        {"at": now, "kind": kind, "subject": subject, "by": by, "detail": detail or None}
        for subject in subjects
    ]
    if rows:
        tx.execute(_T.insert(), rows)


def latest(tx: Transaction, limit: int) -> list[Row[tuple[object, ...]]]:
    """The newest lines, newest first."""
    return list(tx.execute(select(_T).order_by(_T.c.id.desc()).limit(limit)))


def forget(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Remove the oldest lines, `limit` at most; how many went. Cost: as many rows, on an index."""
    oldest = select(_T.c.id).where(_T.c.at < before).order_by(_T.c.at).limit(limit)
    return tx.execute(delete(_T).where(_T.c.id.in_(oldest))).rowcount
