"""Events: an append-only line of ids, never words. The audit log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Row, select

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
