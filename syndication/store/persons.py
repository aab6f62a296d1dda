"""Persons: which authors of several networks are one human, on evidence or by hand.

Each row speaks of two authors. ``same``: one person, since their profiles say so (``rel-me``) or
somebody of the staff did (``hand``). ``apart``: staff said that they are not; no evidence joins
them again. ``unproven``: they said the same words, and their profiles are read for evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update

from syndication.rules.people import one_person
from syndication.store import people, tables
from syndication.store.database import Transaction
from syndication.store.many import among

HAND = "hand"
REL_ME = "rel-me"

_T = tables.identities


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is known of two authors; `first` has the smaller id."""

    first_id: int
    second_id: int
    state: str  # same | apart | unproven
    evidence: str  # hand | rel-me | ""
    by: str
    at: datetime
    check_at: datetime | None
    checks: int

    @property
    def ids(self) -> tuple[int, int]:
        """Both authors."""
        return self.first_id, self.second_id


_COLUMNS = [_T.c[name] for name in Pair.__dataclass_fields__]


def grouped(tx: Transaction, authors: Iterable[int]) -> dict[int, int]:
    """author → the smallest author id of the same person, for all of these who have company."""
    known = pairs(tx, authors)
    same = [pair.ids for pair in known if pair.state == "same"]
    return one_person(same, apart={pair.ids for pair in known if pair.state == "apart"})


def person_of(tx: Transaction, author_id: int) -> list[int]:
    """All authors who are the same person as this one, itself included, smallest first."""
    groups = grouped(tx, [author_id])
    mine = groups.get(author_id, author_id)
    return sorted({author_id, *(id_ for id_, name in groups.items() if name == mine)})


def pairs(tx: Transaction, authors: Iterable[int]) -> list[Pair]:
    """What is known of these authors and of whoever is tied to them, however far away.

    By hand first, then the oldest: the order in which they are believed.
    """
    found: dict[tuple[int, int], Pair] = {}
    asked: set[int] = set()
    while new := set(authors) - asked:
        asked |= new
        near = or_(among(tx, _T.c.first_id, new), among(tx, _T.c.second_id, new))
        found |= {pair.ids: pair for pair in _select(tx, near)}
        authors = {id_ for pair in found.values() if pair.state == "same" for id_ in pair.ids}
    return sorted(found.values(), key=lambda pair: (pair.evidence != HAND, pair.at, pair.ids))


def pair(tx: Transaction, one: int, other: int) -> Pair | None:
    """What is known of these two."""
    return next(iter(_select(tx, _is(one, other))), None)


def suspect(tx: Transaction, alike: Iterable[tuple[int, int]], *, now: datetime) -> int:
    """These said the same: their profiles are to be read, if they never were; how many are new."""
    wanted = {_ordered(*ids) for ids in alike}
    if not wanted:
        return 0
    where = among(tx, _T.c.first_id, (first for first, _ in wanted))
    new = wanted - {pair.ids for pair in _select(tx, where)}
    there = people.by_id(tx, {id_ for ids in new for id_ in ids})  # nobody was erased meanwhile
    new = {ids for ids in new if there.keys() >= set(ids)}
    rows = [
        {"first_id": first, "second_id": second, "state": "unproven", "at": now, "check_at": now}
        for first, second in sorted(new)
    ]
    if rows:
        tx.execute(_T.insert(), rows)
    return len(rows)


def due(tx: Transaction, limit: int, *, now: datetime) -> list[Pair]:
    """Those whose profiles are to be read, longest due first."""
    query = select(*_COLUMNS).where(_T.c.check_at <= now).order_by(_T.c.check_at).limit(limit)
    return [Pair(**row._mapping) for row in tx.execute(query)]


def put(
    tx: Transaction,
    one: int,
    other: int,
    state: str,
    *,
    now: datetime,
    evidence: str = "",
    by: str = "",
    check_at: datetime | None = None,
    checks: int = 0,
) -> None:
    """This is what is known of these two from now on."""
    values = {
        "state": state,
        "evidence": evidence,
        "by": by,
        "at": now,
        "check_at": check_at,
        "checks": checks,
    }
    if tx.execute(update(_T).where(_is(one, other)).values(**values)).rowcount == 0:
        first, second = _ordered(one, other)
        tx.execute(_T.insert().values(first_id=first, second_id=second, **values))


def look_again(tx: Transaction, pair: Pair, at: datetime, *, checks: int) -> None:
    """Nothing new is known of these two; their profiles are read again then."""
    tx.execute(update(_T).where(_is(*pair.ids)).values(check_at=at, checks=checks))


def _select(tx: Transaction, where: ColumnElement[bool]) -> list[Pair]:
    return [Pair(**row._mapping) for row in tx.execute(select(*_COLUMNS).where(where))]


def _is(one: int, other: int) -> ColumnElement[bool]:
    first, second = _ordered(one, other)
    return and_(_T.c.first_id == first, _T.c.second_id == second)


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
