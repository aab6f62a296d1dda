"""The desk's lists: which messages wait, were decided lately, were found; which answers are out.

Every list is read by keyset: a page starts after the position where the last one ended, so that
what arrives or is decided meanwhile neither repeats nor hides an entry, and the thousandth page
costs what the first does.

What waits is read oldest first. Whoever has waited longest is heard first, and nobody sinks below
the newest noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select

from syndication.model import Upstream, Verdict
from syndication.store import copies, reports, tables
from syndication.store.copies import Copy
from syndication.store.database import Transaction

DECIDED_LATELY = timedelta(days=30)
"""How long a decision stays on the list where it is undone."""

MOST_REPORTED = 100

_M = tables.messages
_D = tables.decisions
_S = tables.sightings
_C = tables.copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a list: the message, and the position from which the next page goes on."""

    position: int
    message_id: int


def held(tx: Transaction, *, after: int = 0, limit: int) -> list[Entry]:
    """What waits for a person, oldest first; the position is the message's id."""
    return _waiting(tx, after=after, limit=limit)


def found(tx: Transaction, *, after: int = 0, limit: int) -> list[Entry]:
    """What waits and was found by a watch, oldest first; the position is the message's id."""
    return _waiting(tx, _found_by_watch(), after=after, limit=limit)


def decided(
    tx: Transaction, *, now: datetime, before: int | None = None, limit: int
) -> list[Entry]:
    """What a person decided lately and still holds, newest first; the position is the decision's.

    A message stands here once, by its last decision.
    """
    newer = _D.alias()
    where: list[ColumnElement[bool]] = [
        _D.c.at >= now - DECIDED_LATELY,
        _D.c.by.not_in(("rules", "visitor")),
        _M.c.verdict != Verdict.HOLD,
        _M.c.upstream != Upstream.GONE,
        ~exists().where(newer.c.message_id == _D.c.message_id, newer.c.id > _D.c.id),
    ]
    if before is not None:
        where.append(_D.c.id < before)
    query = (
        select(_D.c.id, _D.c.message_id)
        .join(_M, _M.c.id == _D.c.message_id)
        .where(*where)
        .order_by(_D.c.id.desc())
        .limit(limit)
    )
    return [Entry(position=row.id, message_id=row.message_id) for row in tx.execute(query)]


def sorted_out(tx: Transaction, *, before: int | None = None, limit: int) -> list[Entry]:
    """What a filter took for advertising and no person looked at, newest first."""
    where = [_is_sorted_out()]
    if before is not None:
        where.append(_M.c.id < before)
    rows = tx.execute(select(_M.c.id).where(*where).order_by(_M.c.id.desc()).limit(limit))
    return [Entry(position=row.id, message_id=row.id) for row in rows]


def reported(tx: Transaction, *, limit: int) -> list[Entry]:
    """What readers reported and nobody answered, the one that waits longest first."""
    return [Entry(position=id_, message_id=id_) for id_ in reports.reported(tx, limit=limit)]


def answers(tx: Transaction, *, before: int | None = None, limit: int) -> list[Copy]:
    """Our answers with their state, newest first; the position is the copy's id."""
    where: list[ColumnElement[bool]] = [_C.c.answers_id.is_not(None)]
    if before is not None:
        where.append(_C.c.id < before)
    query = select(_C.c.id).where(*where).order_by(_C.c.id.desc()).limit(limit)
    ids = [row.id for row in tx.execute(query)]
    return copies.select_copies(tx, _C.c.id.in_(ids))[::-1]


def lengths(tx: Transaction) -> dict[str, int]:
    """How many messages wait (``held``), and how many of those a watch found (``found``)."""
    found_too = func.count().filter(_found_by_watch())
    row = tx.execute(select(func.count(), found_too).where(_is_waiting())).one()
    return {"held": row[0], "found": row[1]}


def attention(tx: Transaction) -> dict[str, int]:
    """What a filter ``sorted`` out, and how many messages readers ``reported``."""
    filtered = select(func.count()).select_from(_M).where(_is_sorted_out())
    return {
        "sorted": tx.execute(filtered).scalar_one(),
        "reported": len(reports.reported(tx, limit=MOST_REPORTED)),
    }


def _waiting(tx: Transaction, *where: ColumnElement[bool], after: int, limit: int) -> list[Entry]:
    query = select(_M.c.id).where(_is_waiting(), *where, _M.c.id > after)
    rows = tx.execute(query.order_by(_M.c.id).limit(limit))
    return [Entry(position=row.id, message_id=row.id) for row in rows]


def _is_waiting() -> ColumnElement[bool]:
    return and_(_M.c.verdict == Verdict.HOLD, _M.c.upstream != Upstream.GONE)


def _found_by_watch() -> ColumnElement[bool]:
    return exists().where(_S.c.message_id == _M.c.id, _S.c.via.startswith("search:"))


def _is_sorted_out() -> ColumnElement[bool]:
    newer = _D.alias()
    later = exists().where(newer.c.message_id == _D.c.message_id, newer.c.id > _D.c.id)
    by_rules = exists().where(_D.c.message_id == _M.c.id, _D.c.by == "rules", ~later)
    return and_(_M.c.verdict == Verdict.SPAM, by_rules)
