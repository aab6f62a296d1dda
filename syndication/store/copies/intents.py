"""Intents: what is to be said, said otherwise, or taken back. Stored before a byte leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, update

from syndication.model import CopyState, Draft
from syndication.rules.brakes import DELETED_THERE, DELETIONS, POST_GONE
from syndication.store import tables
from syndication.store.copies.rows import INTENDED, WAITING, Copy, of_source, select_copies
from syndication.store.database import Transaction
from syndication.store.encoding import draft_to_json
from syndication.store.many import among

_T = tables.copies


def intend(
    tx: Transaction,
    *,
    source: str,
    account: str,
    part: str,
    draft: Draft,
    key: str,
    state: CopyState,
    now: datetime,
    brake: str = "",
    error: str = "",
    due_at: datetime | None = None,
    post_id: int | None = None,
    answers_id: int | None = None,
    written_by: str = "",
) -> int:
    """Store the intent; its (source, account, part) is new, or the database refuses."""
    result = tx.execute(
        _T.insert().values(
            source=source,
            account=account,
            part=part,
            post_id=post_id,
            answers_id=answers_id,
            state=state,
            brake=brake,
            error=error,
            key=key,
            draft=draft_to_json(draft),
            digest=draft.digest,
            written_by=written_by,
            written_at=now,
            due_at=due_at or now,
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def redraft(tx: Transaction, copy_id: int, draft: Draft, *, brake: str) -> None:
    """Other words than those that are out there; without a brake, send will update them."""
    this = update(_T).where(_T.c.id == copy_id)
    tx.execute(this.values(draft=draft_to_json(draft), digest=draft.digest, brake=brake))
    # Why one in doubt cannot be looked up stays to be read.
    tx.execute(this.where(_T.c.state == CopyState.PUBLISHED).values(error=""))


def intend_again(
    tx: Transaction,
    copy: Copy,
    draft: Draft,
    *,
    key: str,
    state: CopyState,
    due_at: datetime | None,
    error: str = "",
) -> bool:
    """Other words for an intent that never left, or for a copy that was deleted; False: in use.

    A deleted one begins anew.
    """
    afresh = {
        "draft": draft_to_json(draft),
        "digest": draft.digest,
        "key": key,
        "state": state,
        "error": error,
        "due_at": due_at,
        "attempts": 0,
        **dict.fromkeys(("sent_at", "sent_digest", "left", "space", "ref_id", "url", "local")),
    }
    where = (_T.c.id == copy.id, _T.c.claim.is_(None), _T.c.state == copy.state)
    return tx.execute(update(_T).where(*where).values(**afresh)).rowcount == 1


def withdraw(tx: Transaction, ids: Iterable[int]) -> None:
    """Intents that never left are not needed any more."""
    untouched = and_(_T.c.sent_at.is_(None), _T.c.left.is_(None), _T.c.claim.is_(None))
    where = and_(among(tx, _T.c.id, ids), untouched, _T.c.state.in_(INTENDED))
    tx.execute(_T.delete().where(where))


def take_back(
    tx: Transaction, source: str, *, brake: str, now: datetime, ids: Iterable[int] | None = None
) -> int:
    """What is out there of this source is to be deleted, what never left is dropped; how many.

    With a brake it only waits for a person. What is being sent, or in doubt, is left for later.
    """
    count = 0
    for copy in of_source(tx, source):
        if ids is not None and copy.id not in ids:
            continue
        if copy.state == CopyState.PUBLISHED and copy.brake not in DELETIONS:
            state = CopyState.PUBLISHED if brake else CopyState.DELETING
            count += move(tx, copy, state, brake=brake, due_at=now, attempts=0)
        elif copy.state in WAITING:
            count += move(tx, copy, CopyState.SKIPPED, brake=POST_GONE, left=None)
        elif copy.state == CopyState.FAILED:
            move(tx, copy, CopyState.SKIPPED, error="its post is gone")
    return count


def hold_back(tx: Transaction, source: str) -> None:
    """The post is missing: what is ready has to be confirmed on the live site once more."""
    for copy in of_source(tx, source):
        if copy.state == CopyState.READY:
            move(tx, copy, CopyState.WRITTEN)


def keep(tx: Transaction, source: str) -> None:
    """The post is there again: nothing of it waits for deletion, what was dropped may leave."""
    for copy in of_source(tx, source):
        if copy.state == CopyState.PUBLISHED and copy.brake in DELETIONS:
            move(tx, copy, CopyState.PUBLISHED, brake="")
        elif copy.state == CopyState.DELETING:
            move(tx, copy, CopyState.PUBLISHED, attempts=0, error="")
        elif copy.state == CopyState.SKIPPED and copy.brake == POST_GONE:
            move(tx, copy, CopyState.WRITTEN, brake="")


def release(
    tx: Transaction,
    *,
    now: datetime,
    post_ids: Iterable[int] | None = None,
    deletions: bool = False,
) -> int:
    """Lift the brakes of what waits or was skipped, of these posts or of all that wait.

    Without `post_ids` only what waits is released; what was skipped for good needs its post named.
    Deletions are released only where they are meant: with `deletions`.
    """
    braked = and_(_T.c.brake != "", _T.c.claim.is_(None))
    if post_ids is None:
        where = and_(braked, _T.c.state != CopyState.SKIPPED)
    else:
        where = and_(braked, among(tx, _T.c.post_id, post_ids))
    count = 0
    for copy in select_copies(tx, where, limit=100_000):
        if (copy.brake in DELETIONS) != deletions:
            continue
        state = {CopyState.SKIPPED: CopyState.WRITTEN}.get(copy.state, copy.state)
        state = CopyState.DELETING if deletions else state
        count += move(tx, copy, state, brake="", due_at=now)
    return count


def deleted_there(tx: Transaction, copy_id: int) -> None:
    """Somebody deleted it on its network: it stays home until a person releases its post."""
    names = dict.fromkeys(("sent_at", "sent_digest", "space", "ref_id", "url", "local", "check_at"))
    where = (_T.c.id == copy_id, _T.c.state == CopyState.PUBLISHED, _T.c.claim.is_(None))
    values = {"state": CopyState.SKIPPED, "brake": DELETED_THERE, "error": "", **names}
    tx.execute(update(_T).where(*where).values(**values))


def make_ready(tx: Transaction, copy_id: int) -> bool:
    """Written becomes ready, once."""
    where = (_T.c.id == copy_id, _T.c.state == CopyState.WRITTEN, _T.c.brake == "")
    return (
        tx.execute(update(_T).where(*where).values(state=CopyState.READY, error="")).rowcount == 1
    )


def note(tx: Transaction, copy_id: int, why: str) -> None:
    """Why a copy does not move, for `tertulia status`."""
    tx.execute(update(_T).where(_T.c.id == copy_id, _T.c.error != why).values(error=why))


def move(tx: Transaction, copy: Copy, state: CopyState, **columns: object) -> bool:
    """Another state for a copy that nobody has claimed; False: somebody has, or it moved."""
    where = (_T.c.id == copy.id, _T.c.state == copy.state, _T.c.claim.is_(None))
    return tx.execute(update(_T).where(*where).values(state=state, **columns)).rowcount == 1
