"""Tallies: what was done lately, and by or to whom, as a keyed hash.

Limits count these and not what still stands: whoever withdraws a comment did send it. A row names
nothing else that is stored, so that it outlives what was erased and tells nothing about it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from syndication.store import tables
from syndication.store.database import Transaction

COMMENT, ASKED = "comment", "asked"

_T = tables.tallies


def add(tx: Transaction, kind: str, who: str, *, now: datetime) -> None:
    """It was done once more. `who`: a keyed hash."""
    tx.execute(_T.insert().values(kind=kind, who=who, at=now))


def count_since(tx: Transaction, kind: str, moment: datetime, *, who: str | None = None) -> int:
    """How often it was done since then, by or to one or in all."""
    where = [_T.c.kind == kind, _T.c.at > moment]
    if who is not None:
        where.append(_T.c.who == who)
    return tx.execute(select(func.count()).select_from(_T).where(*where)).scalar_one()


def clear(tx: Transaction, kind: str, who: str) -> None:
    """What was done counts no more against this one."""
    tx.execute(delete(_T).where(_T.c.kind == kind, _T.c.who == who))


def forget(tx: Transaction, kind: str, *, before: datetime) -> None:
    """It is not kept for longer than it is counted."""
    tx.execute(delete(_T).where(_T.c.kind == kind, _T.c.at < before))
