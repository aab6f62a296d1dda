"""Copies: what we said elsewhere, or are about to. The intent is stored before it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, update

from syndication.model import CopyState, Draft, Reaction, Ref, Upstream
from syndication.rules.brakes import DELETIONS, POST_GONE
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.encoding import draft_from_json, draft_to_json
from syndication.store.many import among

LEASE = timedelta(minutes=15)
"""After this long a claim is taken for dead: its process was killed. Longer than the slowest upload
of all pictures of a copy may take."""

MOST_REACTIONS = 2**31 - 1
"""A server that reports more is joking; no database column takes any number."""

_T = tables.copies
_CLAIMED = (CopyState.SENDING, CopyState.UPDATING, CopyState.DELETING)
_IN_DOUBT = (CopyState.SENDING, CopyState.UNKNOWN)
_WAITING = (CopyState.WRITTEN, CopyState.READY)
_INTENDED = (*_WAITING, CopyState.FAILED, CopyState.SKIPPED)


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
        return self.sent_at is None and self.left is None and self.state in _INTENDED


def _copy(row: Row[tuple[object, ...]]) -> Copy:
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
    return [_copy(row) for row in tx.execute(query)]


def get(tx: Transaction, copy_id: int) -> Copy | None:
    """One copy."""
    found = select_copies(tx, _T.c.id == copy_id)
    return found[0] if found else None


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
    where = and_(among(tx, _T.c.id, ids), untouched, _T.c.state.in_(_INTENDED))
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
            count += _move(tx, copy, state, brake=brake, due_at=now, attempts=0)
        elif copy.state in _WAITING:
            count += _move(tx, copy, CopyState.SKIPPED, brake=POST_GONE, left=None)
        elif copy.state == CopyState.FAILED:
            _move(tx, copy, CopyState.SKIPPED, error="its post is gone")
    return count


def hold_back(tx: Transaction, source: str) -> None:
    """The post is missing: what is ready has to be confirmed on the live site once more."""
    for copy in of_source(tx, source):
        if copy.state == CopyState.READY:
            _move(tx, copy, CopyState.WRITTEN)


def keep(tx: Transaction, source: str) -> None:
    """The post is there again: nothing of it waits for deletion, what was dropped may leave."""
    for copy in of_source(tx, source):
        if copy.state == CopyState.PUBLISHED and copy.brake in DELETIONS:
            _move(tx, copy, CopyState.PUBLISHED, brake="")
        elif copy.state == CopyState.DELETING:
            _move(tx, copy, CopyState.PUBLISHED, attempts=0, error="")
        elif copy.state == CopyState.SKIPPED and copy.brake == POST_GONE:
            _move(tx, copy, CopyState.WRITTEN, brake="")


def _move(tx: Transaction, copy: Copy, state: CopyState, **columns: object) -> bool:
    """Another state for a copy that nobody has claimed; False: somebody has, or it moved."""
    where = (_T.c.id == copy.id, _T.c.state == copy.state, _T.c.claim.is_(None))
    return tx.execute(update(_T).where(*where).values(state=state, **columns)).rowcount == 1


def lose_addressee(tx: Transaction, message_id: int, *, handle: str, parent: Ref | None) -> None:
    """The message that these answer is erased: they name neither it nor its author any more.

    An answer that has not left stays home; one whose outcome is unknown must be found first.
    """
    for copy in select_copies(tx, _T.c.answers_id == message_id):
        if copy.state in _IN_DOUBT:
            continue
        text = re.sub(rf"@{re.escape(handle)}(?![\w@-]|\.\w)\s*", "", copy.draft.text)
        draft = replace(copy.draft, reply_to=parent, text=text)
        tx.execute(update(_T).where(_T.c.id == copy.id).values(draft=draft_to_json(draft)))
        if copy.state in (*_WAITING, CopyState.FAILED):
            _move(tx, copy, CopyState.SKIPPED, error="what it answers was deleted", left=None)


def note(tx: Transaction, copy_id: int, why: str) -> None:
    """Why a copy does not move, for `tertulia status`."""
    tx.execute(update(_T).where(_T.c.id == copy_id, _T.c.error != why).values(error=why))


def make_ready(tx: Transaction, copy_id: int) -> bool:
    """Written becomes ready, once."""
    where = (_T.c.id == copy_id, _T.c.state == CopyState.WRITTEN, _T.c.brake == "")
    return (
        tx.execute(update(_T).where(*where).values(state=CopyState.READY, error="")).rowcount == 1
    )


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


def sendable(tx: Transaction, *, now: datetime, accounts: Sequence[str]) -> list[Copy]:
    """What `steps.send` may do now, for these accounts, oldest intent first."""
    due = or_(_T.c.due_at.is_(None), _T.c.due_at <= now)
    free = _T.c.claim.is_(None)
    work = or_(
        and_(_T.c.state == CopyState.READY, _T.c.brake == "", due, free),
        and_(_T.c.state == CopyState.UNKNOWN, _T.c.due_at <= now, free),
        and_(_T.c.state == CopyState.PUBLISHED, _T.c.brake == "", _differs(), due, free),
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
    covered = _under_a_copy(tx, copy.answers_id)
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
    _forget_addressee(tx, copy)
    return done


def _forget_addressee(tx: Transaction, copy: Copy) -> None:
    """What this answers was erased while nobody knew whether the answer had left."""
    if copy.answers_id is None:
        return
    table = tables.messages
    if tx.execute(select(table.c.id).where(table.c.id == copy.answers_id)).first():
        return
    text = re.sub(r"^(?:@\S+\s+)+", "", copy.draft.text)
    draft = draft_to_json(replace(copy.draft, text=text, reply_to=None))
    tx.execute(update(_T).where(_T.c.id == copy.id).values(draft=draft))


def _under_a_copy(tx: Transaction, message_id: int | None) -> bool:
    """Does this message stand in the thread of a copy? Then its answers are read with that."""
    table = tables.messages
    where = (table.c.id == message_id, table.c.copy_id.is_not(None))
    return tx.execute(select(table.c.id).where(*where)).first() is not None


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
        count += _move(tx, copy, state, brake="", due_at=now)
    return count


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
    states = _T.c.state.in_((CopyState.PUBLISHED, *_WAITING))
    where = (states, _T.c.brake.not_in(DELETIONS), among(tx, _T.c.source, sources))
    return select_copies(tx, *where, limit=100_000)


def braked(tx: Transaction) -> list[Copy]:
    """Copies that wait for a person."""
    where = (_T.c.brake != "", _T.c.state != CopyState.SKIPPED)
    return select_copies(tx, *where, limit=100_000)


def to_update(tx: Transaction) -> list[Copy]:
    """Copies whose words out there are not the intended ones any more."""
    return select_copies(tx, _T.c.state == CopyState.PUBLISHED, _T.c.brake == "", _differs())


# --- their threads ---------------------------------------------------------------------------


def due_for_check(tx: Transaction, account: str, *, now: datetime, limit: int) -> list[Copy]:
    """Copies whose thread is to be read again, the most overdue first."""
    query = (
        select(_T)
        .where(_T.c.account == account, _T.c.state == CopyState.PUBLISHED, _T.c.check_at <= now)
        .order_by(_T.c.check_at, _T.c.id)
        .limit(limit)
    )
    return [_copy(row) for row in tx.execute(query)]


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


def states(tx: Transaction) -> dict[tuple[str, str], int]:
    """(state, brake) → how many: what `tertulia status` shows."""
    rows = tx.execute(select(_T.c.state, _T.c.brake, func.count()).group_by(_T.c.state, _T.c.brake))
    return {(row[0], row[1]): row[2] for row in rows}


def _differs() -> ColumnElement[bool]:
    return or_(_T.c.sent_digest.is_(None), _T.c.sent_digest != _T.c.digest)
