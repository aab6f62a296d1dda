"""Turns: a copy is claimed by a conditional update, and settled by whoever holds the claim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import and_, or_, select, update

from syndication.model import CopyState, Draft, Ref
from syndication.store import tables
from syndication.store.copies.addressee import forget_addressee
from syndication.store.copies.rows import CORRECTION, Copy, differs, select_copies
from syndication.store.database import Transaction
from syndication.store.encoding import draft_to_json
from syndication.store.many import among

LEASE = timedelta(minutes=15)
"""After this long a claim is taken for dead: its process was killed. Longer than the slowest upload
of all pictures of a copy may take."""

_T = tables.copies


def sendable(tx: Transaction, *, now: datetime, accounts: Sequence[str]) -> list[Copy]:
    """What `steps.send` may do now, for these accounts, oldest intent first."""
    due = or_(_T.c.due_at.is_(None), _T.c.due_at <= now)
    free = _T.c.claim.is_(None)
    work = or_(
        and_(_T.c.state == CopyState.READY, _T.c.brake == "", due, free),
        and_(_T.c.state == CopyState.UNKNOWN, _T.c.due_at <= now, free),
        and_(_T.c.state == CopyState.PUBLISHED, _T.c.brake == "", differs(), due, free),
        and_(_T.c.state == CopyState.DELETING, due, free),
        _T.c.claimed_at < now - LEASE,
    )
    return select_copies(tx, work, among(tx, _T.c.account, accounts), limit=200)


def claim(
    tx: Transaction, copy: Copy, state: CopyState, *, now: datetime, left: Draft | None = None
) -> str | None:
    """Take the copy from the state in which it was read into `state`; None: somebody did.

    The token that comes back is what `settle` asks for, so that a process whose claim was taken
    for dead settles nothing. `left` is kept until it is known whether it arrived.
    """
    token = uuid4().hex
    free = or_(_T.c.claim.is_(None), _T.c.claimed_at < now - LEASE)
    leaving = {"left": draft_to_json(left)} if left else {}
    result = tx.execute(
        update(_T)
        .where(_T.c.id == copy.id, _T.c.state == copy.state, _T.c.attempts == copy.attempts, free)
        .values(state=state, claim=token, claimed_at=now, attempts=_T.c.attempts + 1, **leaving)
    )
    return token if result.rowcount == 1 else None


def settle(
    tx: Transaction,
    copy_id: int,
    state: CopyState,
    *,
    token: str | None = None,
    due_at: datetime | None = None,
    error: str = "",
    **columns: object,
) -> bool:
    """End a claim: where the copy stands now, and when to try again.

    False: the claim of `token` is not the copy's any more (without a token: somebody has claimed
    it), and nothing is changed.
    """
    held = _T.c.claim.is_(None) if token is None else _T.c.claim == token
    result = tx.execute(
        update(_T)
        .where(_T.c.id == copy_id, held)
        .values(state=state, claim=None, claimed_at=None, due_at=due_at, error=error, **columns)
    )
    return result.rowcount == 1


def published(
    tx: Transaction,
    copy: Copy,
    ref: Ref,
    *,
    now: datetime,
    token: str | None = None,
    sent_digest: str | None = None,
) -> bool:
    """It is out there under `ref`, in the words of `sent_digest`, or those of the copy.

    False as in `settle`.
    """
    first = copy.sent_at is None
    covered = copy.part.startswith(CORRECTION) or _under_a_copy(tx, copy.answers_id)
    done = settle(
        tx,
        copy.id,
        CopyState.PUBLISHED,
        token=token,
        attempts=0,
        left=None,
        space=ref.space,
        ref_id=ref.id,
        url=ref.url,
        local=ref.local,
        sent_digest=sent_digest or copy.digest,
        sent_at=now if first else copy.sent_at,
        check_at=now if first and not covered else copy.check_at,
        news_at=now if first else copy.news_at,
    )
    forget_addressee(tx, copy)
    return done


def _under_a_copy(tx: Transaction, message_id: int | None) -> bool:
    """Does this message stand in the thread of a copy? Then its answers are read with that."""
    table = tables.messages
    where = (table.c.id == message_id, table.c.copy_id.is_not(None))
    return tx.execute(select(table.c.id).where(*where)).first() is not None
