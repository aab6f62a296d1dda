"""Copies as rows: each with its draft and where it stands, and the lists that steps ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, or_, select

from syndication.model import CopyState, Draft, Ref
from syndication.rules.brakes import DELETIONS
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.encoding import draft_from_json
from syndication.store.many import among

_T = tables.copies
IN_DOUBT = (CopyState.SENDING, CopyState.UNKNOWN)
"""Something may have left."""
WAITING = (CopyState.WRITTEN, CopyState.READY)
"""Nothing has left yet, and it may."""
CORRECTION = "correction:"
"""How the part of a correction begins: it stands below the copy of our own that it corrects."""
INTENDED = (*WAITING, CopyState.FAILED, CopyState.SKIPPED)
"""No turn of it has begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One row: a draft, where it stands, and its name on its network once it is there."""

    id: int
    source: str
    account: str
    part: str
    post_id: int | None
    answers_id: int | None
    state: CopyState
    brake: str
    key: str
    draft: Draft
    digest: str
    sent_digest: str | None
    written_by: str
    written_at: datetime
    due_at: datetime | None
    attempts: int
    error: str
    sent_at: datetime | None
    left: Draft | None  # what left and is not known to have arrived
    ref: Ref | None
    check_at: datetime | None
    checked_at: datetime | None
    news_at: datetime | None

    @property
    def never_left(self) -> bool:
        """No byte of it ever left: it can be changed or dropped without a trace."""
        return self.sent_at is None and self.left is None and self.state in INTENDED


def copy_of(row: Row[tuple[object, ...]]) -> Copy:
    """The copy of a whole row."""
    value = {name: row._mapping.get(name) for name in Copy.__dataclass_fields__}
    value["state"] = CopyState(row.state)
    value["draft"] = draft_from_json(row.draft)
    value["left"] = draft_from_json(row.left) if row.left else None
    value["ref"] = (
        Ref(space=row.space, id=row.ref_id, url=row.url, local=row.local) if row.ref_id else None
    )
    return Copy(**value)  # type: ignore[arg-type]


def select_copies(tx: Transaction, *where: ColumnElement[bool], limit: int = 1000) -> list[Copy]:
    """Copies that fulfil all conditions, in the order in which they were written."""
    query = select(_T).where(*where).order_by(_T.c.id).limit(limit)
    return [copy_of(row) for row in tx.execute(query)]


def get(tx: Transaction, copy_id: int) -> Copy | None:
    """One copy."""
    found = select_copies(tx, _T.c.id == copy_id)
    return found[0] if found else None


def of_source(tx: Transaction, source: str) -> list[Copy]:
    """All copies of one post or answer."""
    return select_copies(tx, _T.c.source == source)


def of_posts(tx: Transaction, ids: Iterable[int]) -> list[Copy]:
    """All copies and published answers that belong to these posts."""
    return select_copies(tx, among(tx, _T.c.post_id, ids), limit=100_000)


def by_ref(tx: Transaction, space: str, ids: Iterable[str]) -> dict[str, Copy]:
    """Ref.id → copy, for those of `ids` that are ours."""
    found = select_copies(tx, _T.c.space == space, among(tx, _T.c.ref_id, ids), limit=100_000)
    return {copy.ref.id: copy for copy in found if copy.ref}


def known_ids(tx: Transaction, ids: Iterable[str]) -> set[str]:
    """Those of these ids, whatever their space, that are ours."""
    query = select(_T.c.ref_id).where(among(tx, _T.c.ref_id, ids))
    return set(tx.execute(query).scalars())


def waiting(tx: Transaction, *, now: datetime) -> list[Copy]:
    """Written, due, and held by no brake: to be confirmed on the live site."""
    return select_copies(
        tx, _T.c.state == CopyState.WRITTEN, _T.c.brake == "", _T.c.due_at <= now, limit=100_000
    )


def in_state(tx: Transaction, state: CopyState) -> list[Copy]:
    """Copies that stand so and are held by no brake."""
    return select_copies(tx, _T.c.state == state, _T.c.brake == "", limit=100_000)


def to_take_back(tx: Transaction, sources: Iterable[str]) -> list[Copy]:
    """Copies of these sources that are out there, or may still leave, and wait for no deletion."""
    states = _T.c.state.in_((CopyState.PUBLISHED, *WAITING))
    where = (states, _T.c.brake.not_in(DELETIONS), among(tx, _T.c.source, sources))
    return select_copies(tx, *where, limit=100_000)


def braked(tx: Transaction) -> list[Copy]:
    """Copies that wait for a person."""
    where = (_T.c.brake != "", _T.c.state != CopyState.SKIPPED)
    return select_copies(tx, *where, limit=100_000)


def to_update(tx: Transaction) -> list[Copy]:
    """Copies whose words out there are not the intended ones any more."""
    return select_copies(tx, _T.c.state == CopyState.PUBLISHED, _T.c.brake == "", differs())


def states(tx: Transaction) -> dict[tuple[str, str], int]:
    """(state, brake) → how many: what `tertulia status` shows."""
    rows = tx.execute(select(_T.c.state, _T.c.brake, func.count()).group_by(_T.c.state, _T.c.brake))
    return {(row[0], row[1]): row[2] for row in rows}


def states_of(tx: Transaction, accounts: Iterable[str]) -> dict[str, int]:
    """state → how many copies of posts these accounts have; answers are none."""
    where = (among(tx, _T.c.account, accounts), _T.c.source.like("post:%"))
    rows = tx.execute(select(_T.c.state, func.count()).where(*where).group_by(_T.c.state))
    return {row[0]: row[1] for row in rows}


def differs() -> ColumnElement[bool]:
    return or_(_T.c.sent_digest.is_(None), _T.c.sent_digest != _T.c.digest)
