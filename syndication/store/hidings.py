"""Hidings: what our accounts hide upstream because staff rejected it, and show again when undone.

A row is a wish and what was done about it. It stays, so that an undone decision finds what to undo.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update

from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.many import among

_T = tables.hidings


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """One message in a thread of one account."""

    message_id: int
    account: str
    hide: bool  # wanted: hidden, or shown again
    done: bool | None  # what was done last
    due_at: datetime | None
    attempts: int
    error: str


_COLUMNS = [_T.c[name] for name in Hiding.__dataclass_fields__]


def want(tx: Transaction, message_id: int, account: str, *, hide: bool, now: datetime) -> bool:
    """From now on this message is to be hidden, or shown; True when there is something to do.

    What was never hidden needs not be shown again.
    """
    known = get(tx, message_id, account)
    if known is None and not hide:
        return False
    to_do = known is None or known.done is not hide
    values = {"hide": hide, "due_at": now if to_do else None, "attempts": 0, "error": ""}
    if known is None:
        tx.execute(_T.insert().values(message_id=message_id, account=account, **values))
    else:
        tx.execute(update(_T).where(_is(message_id, account)).values(**values))
    return to_do


def get(tx: Transaction, message_id: int, account: str) -> Hiding | None:
    """The row, if there is one."""
    row = tx.execute(select(*_COLUMNS).where(_is(message_id, account))).one_or_none()
    return Hiding(**row._mapping) if row else None


def ours(tx: Transaction, ids: Iterable[int]) -> frozenset[int]:
    """Those of these messages that we hide ourselves, or are about to."""
    where = and_(among(tx, _T.c.message_id, ids), or_(_T.c.hide, _T.c.done))
    return frozenset(tx.execute(select(_T.c.message_id).where(where)).scalars())


def due(tx: Transaction, account: str, limit: int, *, now: datetime) -> list[Hiding]:
    """What this account has to hide or show, longest due first."""
    where = (_T.c.account == account, _T.c.due_at <= now)
    query = select(*_COLUMNS).where(*where).order_by(_T.c.due_at, _T.c.message_id).limit(limit)
    return [Hiding(**row._mapping) for row in tx.execute(query)]


def done(tx: Transaction, hiding: Hiding) -> None:
    """It is as it was wanted then; a wish that changed meanwhile stays due."""
    still = (_is(hiding.message_id, hiding.account), _T.c.hide == hiding.hide)
    values = {"due_at": None, "attempts": 0, "error": ""}
    tx.execute(update(_T).where(*still).values(**values))
    where = _is(hiding.message_id, hiding.account)
    tx.execute(update(_T).where(where).values(done=hiding.hide))


def failed(tx: Transaction, hiding: Hiding, error: str, *, again: datetime | None) -> None:
    """It did not work; `again`: when it is tried again, None when it is refused for good."""
    still = (_is(hiding.message_id, hiding.account), _T.c.hide == hiding.hide)
    values = {"due_at": again, "attempts": hiding.attempts + 1, "error": error}
    tx.execute(update(_T).where(*still).values(**values))


def postpone(tx: Transaction, account: str, until: datetime) -> None:
    """The server asked this account to wait."""
    where = (_T.c.account == account, _T.c.due_at < until)
    tx.execute(update(_T).where(*where).values(due_at=until))


def failures(tx: Transaction) -> list[Hiding]:
    """What did not work so far, or was refused for good, for a person to see."""
    query = select(*_COLUMNS).where(_T.c.error != "").order_by(_T.c.message_id, _T.c.account)
    return [Hiding(**row._mapping) for row in tx.execute(query)]


def _is(message_id: int, account: str) -> ColumnElement[bool]:
    return and_(_T.c.message_id == message_id, _T.c.account == account)
