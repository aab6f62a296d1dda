"""Send: the only door out.

Each copy is claimed by a conditional update before a byte leaves, with the words that leave, and
settled after by whoever holds the claim. A claim whose process died is older than its lease: what
was being sent then is `unknown`, and unknown is looked for, in the words that left, before it is
sent again. So nothing is said twice, also when killed between any two instructions, and when a
server did the work and the answer was lost.

Cost: one request for a copy, one more for each picture, and one search after an unknown outcome.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syndication.model import CopyState, Draft, Ref, with_reply
from syndication.networks.contract import (
    Connection,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unauthorised,
    Unavailable,
    Unwanted,
)
from syndication.rules.brakes import DELETE_REFUSED, UNWANTED
from syndication.steps import edits
from syndication.steps.attempt import backoff, pause
from syndication.steps.site import Site
from syndication.store import accounts, copies, events, marks, posts
from syndication.store.copies import Copy

log = logging.getLogger("tertulia")

WAIT_FOR_PART = timedelta(minutes=1)
SETTLING = timedelta(minutes=1)
"""How long a server may still be at work on a request whose answer was lost."""


class _Stop(Exception):
    """No more for this account in this run."""


def send(site: Site, account: str | None = None) -> int:
    """Send, update and delete what is due, for one account or all; how many were settled well."""
    now = site.clock()
    with site.store.read() as tx:
        paused = {row.name for row in accounts.all_accounts(tx).values() if row.paused_reason}
        names = [account] if account else list(site.accounts)
        work = copies.sendable(tx, now=now, accounts=[n for n in names if n not in paused])
    done = 0
    stopped: set[str] = set()
    for copy in work:
        if copy.account in stopped or _paused(site):
            continue
        try:
            done += _settle(site, copy)
        except _Stop:
            stopped.add(copy.account)
    if done:
        site.wake("export", None)
    return done


def _paused(site: Site) -> bool:
    """Asked before each copy, so that the switch works at once."""
    with site.store.read() as tx:
        return bool(marks.get(tx, marks.PAUSED))


def resolve(site: Site, copy_id: int, *, again: bool) -> bool:
    """A person decided about an unknown outcome: send again, or leave it as it is.

    False when the copy is not in doubt, or just being looked up.
    """
    with site.store.write() as tx:
        copy = copies.get(tx, copy_id)
        if copy is None or copy.state != CopyState.UNKNOWN:
            return False
        state = CopyState.READY if again else CopyState.SKIPPED
        events.record(tx, "resolved", [f"copy:{copy_id}"], now=site.clock(), again=again)
        return copies.settle(tx, copy_id, state, token=None, due_at=site.clock())


def _settle(site: Site, copy: Copy) -> bool:
    """Do what this copy's state asks for; True when it is where it should be."""
    match copy.state:
        case CopyState.READY:
            return _leave(site, copy)
        case CopyState.UNKNOWN:
            return _act(site, copy, CopyState.UNKNOWN, _find)
        case CopyState.PUBLISHED:
            if edits.chosen(site.accounts[copy.account]) != edits.UPDATE:
                return edits.settle(site, copy)
            return _act(site, copy, CopyState.UPDATING, _update)
        case CopyState.DELETING:
            return _act(site, copy, CopyState.DELETING, _delete)
        case CopyState.SENDING:
            _left_behind(site, copy, CopyState.UNKNOWN)
        case CopyState.UPDATING:
            _left_behind(site, copy, CopyState.PUBLISHED)
    return False


def _left_behind(site: Site, copy: Copy, state: CopyState) -> None:
    """The process that claimed it was killed: `state` says how to go on."""
    now = site.clock()
    with site.store.write() as tx:
        token = copies.claim(tx, copy, copy.state, now=now)
        if token:
            copies.settle(tx, copy.id, state, token=token, due_at=now)


def _leave(site: Site, copy: Copy) -> bool:
    """Send what is ready. What left once and was not found leaves again in the same words, under
    the same key; words that changed meanwhile follow as an update."""
    draft = copy.left or _ready_draft(site, copy)
    if draft is None:
        with site.store.write() as tx:
            later = site.clock() + WAIT_FOR_PART
            error = "waits for the part before it"
            copies.settle(tx, copy.id, copy.state, token=None, due_at=later, error=error)
        return False
    draft = replace(draft, moment=draft.moment or site.clock())
    return _act(site, copy, CopyState.SENDING, _publish, left=draft)


def _act(
    site: Site, copy: Copy, claimed: CopyState, act: _Act, *, left: Draft | None = None
) -> bool:
    """Claim, act, and put whatever goes wrong where it belongs.

    Raises `_Stop` when the rest of this account has to wait too.
    """
    with site.store.write() as tx:
        token = copies.claim(tx, copy, claimed, now=site.clock(), left=left)
    if token is None:
        return False
    turn = _Turn(site=site, copy=copy, token=token, left=left or copy.left)
    try:
        return act(turn, site.connect(copy.account))
    except NetworkError as error:
        turn.failed(error)
        if isinstance(error, Unauthorised):
            pause(site, copy.account, error)
        if isinstance(error, RateLimited | Unauthorised | Unavailable):
            raise _Stop from None
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One copy, claimed by us; `copy` is as it was read before the claim."""

    site: Site
    copy: Copy
    token: str
    left: Draft | None  # what leaves in this turn, or left in an earlier one

    def put(self, state: CopyState, due_at: datetime | None, error: str, **columns: object) -> None:
        """End the turn without success."""
        with self.site.store.write() as tx:
            copies.settle(
                tx, self.copy.id, state, token=self.token, due_at=due_at, error=error, **columns
            )

    def published(self, draft: Draft, ref: Ref) -> bool:
        """End the turn: `draft` is out there under `ref`."""
        now, copy = self.site.clock(), self.copy
        # The parent of a chain's part is found when it leaves; it is no change of words.
        sent = replace(draft, reply_to=copy.draft.reply_to).digest
        with self.site.store.write() as tx:
            done = copies.published(tx, copy, ref, token=self.token, sent_digest=sent, now=now)
            kind = "updated" if copy.sent_at else "published"
            events.record(tx, kind, [f"copy:{copy.id}"], now=now, by=copy.written_by)
            posts.mark_for_export(tx, [copy.post_id], now=now)
        if done:
            log.info("copy %s is %s by %s: %s", copy.id, kind, copy.account, ref.url or ref.id)
        else:
            log.error("copy %s took too long and is looked up again: %s", copy.id, ref.url)
        return done

    def failed(self, error: NetworkError) -> None:
        """Where the copy stands after an error: the state machine's other half."""
        now, copy = self.site.clock(), self.copy
        in_doubt = copy.state == CopyState.UNKNOWN
        match error:
            case RateLimited():
                self.put(copy.state, error.until, str(error), **self._nothing_left())
            case OutcomeUnknown() | Rejected() if in_doubt:
                self.put(CopyState.UNKNOWN, None, f"cannot be looked up: {error}")
            case OutcomeUnknown() if copy.state == CopyState.READY:
                self.put(CopyState.UNKNOWN, now + SETTLING, str(error))
            case Unwanted():
                self.put(CopyState.SKIPPED, None, "", brake=UNWANTED, left=None)
            case Rejected():
                self._refused(error)
            case _:
                later = now + backoff(copy.attempts + 1)
                self.put(copy.state, later, str(error), **self._nothing_left())

    def _refused(self, error: Rejected) -> None:
        """Final. What is out there stays out there: it is never `failed`."""
        copy = self.copy
        if copy.state == CopyState.PUBLISHED:
            self.put(copy.state, None, str(error), sent_digest=copy.digest, attempts=0)
        elif copy.state == CopyState.DELETING:
            self.put(CopyState.PUBLISHED, None, str(error), brake=DELETE_REFUSED, attempts=0)
        else:
            self.put(CopyState.FAILED, None, str(error), left=None)
        log.error("copy %s for %s was refused: %s", copy.id, copy.account, error)

    def _nothing_left(self) -> dict[str, object]:
        """The request was not done: unless an earlier one is in doubt, nothing has left."""
        return {} if self.copy.left or self.copy.state != CopyState.READY else {"left": None}


_Act = Callable[[_Turn, Connection], bool]


def _publish(turn: _Turn, connection: Connection) -> bool:
    if connection.publisher is None:
        raise Rejected(f"{connection.account.name} can only read")
    draft = turn.left or turn.copy.draft
    return turn.published(draft, connection.publisher.publish(draft, key=turn.copy.key))


def _find(turn: _Turn, connection: Connection) -> bool:
    """After an unknown outcome: there → published; not there → ready again, same words and key."""
    copy = turn.copy
    draft = turn.left or copy.draft
    if connection.publisher is None:
        raise Rejected(f"{connection.account.name} can only read")
    ref = connection.publisher.find(draft, key=copy.key)
    if ref is None:
        turn.put(CopyState.READY, turn.site.clock(), "was not there, is sent again")
        return False
    return turn.published(draft, ref)


def _update(turn: _Turn, connection: Connection) -> bool:
    copy = turn.copy
    if copy.ref is None or connection.updater is None:
        raise Rejected("this server cannot change what was said")
    return turn.published(copy.draft, connection.updater.update(copy.ref, copy.draft, key=copy.key))


def _delete(turn: _Turn, connection: Connection) -> bool:
    copy, site = turn.copy, turn.site
    if copy.ref is not None and connection.publisher is not None:
        connection.publisher.delete(copy.ref)
    with site.store.write() as tx:
        done = copies.settle(tx, copy.id, CopyState.DELETED, token=turn.token)
        events.record(tx, "deleted", [f"copy:{copy.id}"], now=site.clock())
        posts.mark_for_export(tx, [copy.post_id], now=site.clock())
    return done


def _ready_draft(site: Site, copy: Copy) -> Draft | None:
    """The draft as it can leave: a later part of a chain hangs on the part before it."""
    number = int(copy.part) if copy.part.isdigit() else 1
    if number == 1:
        return copy.draft
    with site.store.read() as tx:
        rows = {c.part: c for c in copies.of_source(tx, copy.source) if c.account == copy.account}
    before = rows.get(str(number - 1))
    if before is None or before.ref is None or before.state != CopyState.PUBLISHED:
        return None
    return with_reply(copy.draft, before.ref)
