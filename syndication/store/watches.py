"""Watches: saved queries, and how far each account has read each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from syndication.model import Watch
from syndication.store import tables
from syndication.store.database import Transaction

_T = tables.watches
_CURSORS = tables.watch_cursors


def everything(tx: Transaction) -> list[Watch]:
    """All watches, oldest first."""
    rows = tx.execute(select(_T).order_by(_T.c.id))
    return [Watch(id=row.id, query=row.query, kind=row.kind, language=row.language) for row in rows]


def add(tx: Transaction, *, kind: str, query: str, language: str, now: datetime) -> int:
    """A new watch, or the one that asks for the same already."""
    where = (_T.c.kind == kind, _T.c.query == query, _T.c.language == language)
    found = tx.execute(select(_T.c.id).where(*where)).scalar()
    if found is not None:
        return int(found)
    values = {"kind": kind, "query": query, "language": language, "created_at": now}
    return int(tx.execute(_T.insert().values(**values)).inserted_primary_key[0])  # type: ignore[index]


def remove(tx: Transaction, watch_id: int) -> bool:
    """Forget a watch; what it found stays. False: there was none."""
    return tx.execute(delete(_T).where(_T.c.id == watch_id)).rowcount == 1


def cursor(tx: Transaction, watch_id: int, account: str) -> str | None:
    """How far this account has read this watch."""
    where = (_CURSORS.c.watch_id == watch_id, _CURSORS.c.account == account)
    return tx.execute(select(_CURSORS.c.cursor).where(*where)).scalar()


def advance(
    tx: Transaction, watch_id: int, account: str, position: str | None, *, now: datetime
) -> None:
    """What was found up to `position` is stored."""
    where = (_CURSORS.c.watch_id == watch_id, _CURSORS.c.account == account)
    values = {"cursor": position, "polled_at": now}
    if tx.execute(update(_CURSORS).where(*where).values(**values)).rowcount == 0:
        tx.execute(_CURSORS.insert().values(watch_id=watch_id, account=account, **values))
