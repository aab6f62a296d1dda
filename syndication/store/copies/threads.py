"""What stands under our copies: when their threads are read again, and what networks count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select, update

from syndication.model import CopyState, Reaction, Ref, Upstream
from syndication.store import tables
from syndication.store.copies.rows import Copy, copy_of
from syndication.store.database import Transaction
from syndication.store.many import among

MOST_REACTIONS = 2**31 - 1
"""A server that reports more is joking; no database column takes any number."""

_T = tables.copies


def due_for_check(tx: Transaction, account: str, *, now: datetime, limit: int) -> list[Copy]:
    """Copies whose thread is to be read again, the most overdue first."""
    query = (
        select(_T)
        .where(_T.c.account == account, _T.c.state == CopyState.PUBLISHED, _T.c.check_at <= now)
        .order_by(_T.c.check_at, _T.c.id)
        .limit(limit)
    )
    return [copy_of(row) for row in tx.execute(query)]


def checked_since(tx: Transaction, account: str, since: datetime) -> int:
    """How many threads this account has read since then."""
    where = and_(_T.c.account == account, _T.c.checked_at > since)
    return tx.execute(select(func.count()).select_from(_T).where(where)).scalar_one()


def checked(
    tx: Transaction,
    copy_id: int,
    *,
    now: datetime,
    check_at: datetime,
    reported: int | None = None,
) -> None:
    """Its thread was read and its network reported so many messages; look again at `check_at`."""
    values: dict[str, object] = {"checked_at": now, "check_at": check_at}
    if reported is not None:
        values["reported"] = reported
    tx.execute(update(_T).where(_T.c.id == copy_id).values(**values))


def has_news(
    tx: Transaction, ids: Iterable[int], *, now: datetime, check_by: datetime | None = None
) -> None:
    """New words stand under them: fresh again, and read again by `check_by` at the latest."""
    fresh = update(_T).where(among(tx, _T.c.id, set(ids)))
    tx.execute(fresh.values(news_at=now))
    if check_by is not None:
        tx.execute(fresh.where(_T.c.check_at > check_by).values(check_at=check_by))


def look_soon(tx: Transaction, refs: Iterable[Ref], *, now: datetime) -> None:
    """A hint came that something happened to these."""
    ids = {ref.id for ref in refs}
    if ids:
        later = and_(among(tx, _T.c.ref_id, ids), _T.c.check_at > now)
        tx.execute(update(_T).where(later).values(check_at=now))


def lag(tx: Transaction, *, now: datetime) -> timedelta:
    """How long the most overdue thread has been waiting to be read again."""
    where = and_(_T.c.state == CopyState.PUBLISHED, _T.c.check_at.is_not(None))
    oldest = tx.execute(select(func.min(_T.c.check_at)).where(where)).scalar()
    return max(timedelta(0), now - oldest) if oldest else timedelta(0)


def read_last_hour(tx: Transaction, account: str, *, now: datetime) -> int:
    """How many threads this account has read within the hour."""
    return checked_since(tx, account, now - timedelta(hours=1))


def compared(tx: Transaction) -> dict[str, tuple[int, int]]:
    """account → (messages that its network reported under our copies, those that are held)."""
    reported: dict[str, int] = dict(
        tx.execute(select(_T.c.account, func.sum(_T.c.reported)).group_by(_T.c.account)).all()
    )
    table = tables.messages
    joined = _T.join(table, table.c.copy_id == _T.c.id)
    query = (
        select(_T.c.account, func.count())
        .select_from(joined)
        .where(table.c.upstream == Upstream.LIVE)
        .group_by(_T.c.account)
    )
    held: dict[str, int] = dict(tx.execute(query).all())
    return {name: (reported.get(name) or 0, held.get(name, 0)) for name in reported}


def count_reactions(tx: Transaction, copy_id: int, reactions: Iterable[Reaction]) -> bool:
    """Keep what the network counts; True when a number changed."""
    table = tables.reactions
    new = {r.kind: min(max(r.count, 0), MOST_REACTIONS) for r in reactions}
    old = reactions_of(tx, [copy_id]).get(copy_id, {})
    if new == old:
        return False
    tx.execute(table.delete().where(table.c.copy_id == copy_id))
    if new:
        rows = [{"copy_id": copy_id, "kind": kind, "count": n} for kind, n in new.items()]
        tx.execute(table.insert(), rows)
    return True


def reactions_of(tx: Transaction, ids: Iterable[int]) -> dict[int, Mapping[str, int]]:
    """copy → kind → how many."""
    table = tables.reactions
    counts: dict[int, dict[str, int]] = {}
    for row in tx.execute(select(table).where(among(tx, table.c.copy_id, ids))):
        counts.setdefault(row.copy_id, {})[row.kind] = row._mapping["count"]
    return dict(counts)
