"""Arrivals: what others brought to our public endpoints, until it was looked up.

Words become a message then, and their row goes. A reaction is its row: it names a post and a kind,
and is looked up again from time to time, so that it ends when its page does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, distinct, func, or_, select, update

from syndication.model import Ref
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.encoding import identifier
from syndication.store.many import among

LEASE = timedelta(minutes=5)
"""After this long an arrival that somebody looks up is due again: they may have been killed."""

_T = tables.arrivals


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody says that `source` speaks of `target`."""

    id: int
    account: str
    ref_id: str
    source: str
    target: str
    host: str
    vouch: str  # a page that speaks for who says it; ""
    tries: int
    kind: str  # of a reaction that was found; ""
    post_id: int | None
    missing_since: datetime | None
    due_at: datetime | None  # when it was claimed: the end of the lease


_COLUMNS = [_T.c[name] for name in Arrival.__dataclass_fields__]


def keep(
    tx: Transaction, account: str, hint: Ref, *, host: str, now: datetime, vouch: str = ""
) -> None:
    """It is to be looked up, again where it was looked up before."""
    where = (_T.c.account == account, _T.c.ref_id == hint.id)
    fresh = {"target": hint.local or "", "due_at": now, "tries": 0, "vouch": vouch}
    if tx.execute(update(_T).where(*where).values(**fresh)).rowcount == 0:
        source = hint.url or hint.id
        named = {"account": account, "ref_id": hint.id, "source": source, "host": host}
        tx.execute(_T.insert().values(**named, **fresh))


def waiting_of(tx: Transaction, host: str) -> int:
    """How much of one host waits to be looked up for the first time, or once more."""
    where = (_T.c.host == host, _T.c.due_at.is_not(None), _T.c.kind == "")
    return tx.execute(select(func.count()).select_from(_T).where(*where)).scalar_one()


def waiting_below(tx: Transaction, domain: str) -> tuple[int, int]:
    """How much waits of this domain and the hosts below it, and in all. Reads the whole table."""
    below = or_(_T.c.host == domain, _T.c.host.endswith(f".{domain}", autoescape=True))
    where = (_T.c.due_at.is_not(None), _T.c.kind == "")
    query = select(func.count().filter(below), func.count()).select_from(_T).where(*where)
    found, everything = tx.execute(query).one()
    return found, everything


def waiting(tx: Transaction) -> int:
    """How much waits in all."""
    where = (_T.c.due_at.is_not(None), _T.c.kind == "")
    return tx.execute(select(func.count()).select_from(_T).where(*where)).scalar_one()


def any_due(tx: Transaction, account: str, *, now: datetime) -> bool:
    """Is there anything to look up?"""
    where = (_T.c.account == account, _T.c.due_at <= now)
    return tx.execute(select(_T.c.id).where(*where).limit(1)).first() is not None


def claim(
    tx: Transaction, account: str, *, now: datetime, limit: int, of_one_host: int
) -> list[Arrival]:
    """Take what is due, longest waiting first, no more of one host than `of_one_host`."""
    turn = func.row_number().over(partition_by=_T.c.host, order_by=(_T.c.due_at, _T.c.id))
    due = (
        select(*_COLUMNS, turn.label("turn"))
        .where(_T.c.account == account, _T.c.due_at <= now)
        .subquery()
    )
    query = (
        select(*(due.c[name] for name in Arrival.__dataclass_fields__))
        .where(due.c.turn <= of_one_host)
        .order_by(due.c.due_at, due.c.id)
        .limit(limit)
    )
    until = now + LEASE
    found = [Arrival(**{**row._mapping, "due_at": until}) for row in tx.execute(query)]
    ids = (arrival.id for arrival in found)
    tx.execute(update(_T).where(among(tx, _T.c.id, ids)).values(due_at=until))
    return found


def later(tx: Transaction, arrival: Arrival, until: datetime) -> None:
    """Nobody could say; asked again at `until`, or sooner if it was brought again meanwhile."""
    values = {"due_at": until, "tries": arrival.tries + 1}
    tx.execute(update(_T).where(*_as_claimed(arrival)).values(**values))


def counted(
    tx: Transaction, arrival: Arrival, kind: str, *, who: str, post_id: int, again: datetime
) -> None:
    """It is a reaction to this post, looked up `again` then."""
    facts = {"kind": kind, "who": who, "post_id": post_id, "missing_since": None, "tries": 0}
    tx.execute(update(_T).where(_T.c.id == arrival.id).values(**facts))
    tx.execute(update(_T).where(*_as_claimed(arrival)).values(due_at=again))


def missing(tx: Transaction, arrival: Arrival, *, since: datetime, again: datetime) -> None:
    """A reaction that may be gone; whether it is, is seen `again` later."""
    tx.execute(update(_T).where(_T.c.id == arrival.id).values(missing_since=since))
    tx.execute(update(_T).where(*_as_claimed(arrival)).values(due_at=again))


def done(tx: Transaction, arrival: Arrival) -> None:
    """It is a message now, or nothing; what was brought again meanwhile stays due."""
    tx.execute(delete(_T).where(*_as_claimed(arrival)))
    nothing = {"kind": "", "who": "", "post_id": None, "missing_since": None, "tries": 0}
    tx.execute(update(_T).where(_T.c.id == arrival.id).values(**nothing))


def reactions_of(tx: Transaction, posts: Iterable[int]) -> Mapping[str, int]:
    """kind → how many people, for these posts together. One person counts once."""
    query = (
        select(_T.c.kind, func.count(distinct(_T.c.who)))
        .where(among(tx, _T.c.post_id, posts), _T.c.kind != "")
        .group_by(_T.c.kind)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def forget(tx: Transaction, ref_id: str) -> None:
    """Nothing of it is kept."""
    tx.execute(delete(_T).where(_T.c.ref_id == identifier(ref_id)))


def forget_reactions(tx: Transaction, who: str) -> set[int]:
    """Nothing of what this person liked is kept; the posts that counted it."""
    theirs = _T.c.who == identifier(who)
    query = select(_T.c.post_id).where(theirs, _T.c.post_id.is_not(None)).distinct()
    found = set(tx.execute(query).scalars())
    if found:
        tx.execute(delete(_T).where(theirs))
    return found


def _as_claimed(arrival: Arrival) -> tuple[ColumnElement[bool], ...]:
    """Nobody brought it again since it was claimed."""
    return _T.c.id == arrival.id, _T.c.due_at == arrival.due_at
