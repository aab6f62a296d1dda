"""Send: the only door out.

Each copy is claimed by a conditional update before a byte leaves, and settled after. A claim
whose process died is older than its lease: what was being sent then is `unknown`, and unknown is
looked for before it is sent again. So nothing is said twice, also when killed between any two
instructions, and when a server did the work and the answer was lost.

Cost: one request for a copy, one more for each picture, and one search after an unknown outcome.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
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
)
from syndication.steps.attempt import backoff, pause
from syndication.steps.site import Site
from syndication.store import accounts, copies, events, marks, posts
from syndication.store.copies import Copy

log = logging.getLogger("tertulia")

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

    False when the copy is not in doubt.
    """
    with site.store.write() as tx:
        copy = copies.get(tx, copy_id)
        if copy is None or copy.state != CopyState.UNKNOWN:
            return False
        state = CopyState.READY if again else CopyState.SKIPPED
        copies.settle(tx, copy_id, state, due_at=site.clock())
        events.record(tx, "resolved", [f"copy:{copy_id}"], now=site.clock(), again=again)
    return True


def _settle(site: Site, copy: Copy) -> bool:
    """Do what this copy's state asks for; True when it is where it should be."""
    match copy.state:
        case CopyState.READY:
            return _with_errors(site, copy, CopyState.SENDING, _publish)
        case CopyState.UNKNOWN:
            return _with_errors(site, copy, CopyState.UNKNOWN, _find)
        case CopyState.PUBLISHED:
            return _with_errors(site, copy, CopyState.UPDATING, _update)
        case CopyState.DELETING:
            return _with_errors(site, copy, CopyState.DELETING, _delete)
        case CopyState.SENDING:
            _left_behind(site, copy, CopyState.UNKNOWN)
        case CopyState.UPDATING:
            _left_behind(site, copy, CopyState.PUBLISHED)
    return False


def _left_behind(site: Site, copy: Copy, state: CopyState) -> None:
    """The process that claimed it was killed: `state` says how to go on."""
    now = site.clock()
    with site.store.write() as tx:
        if copies.claim(tx, copy, copy.state, now=now):
            copies.settle(tx, copy.id, state, due_at=now)


def _with_errors(
    site: Site, copy: Copy, claimed: CopyState, act: Callable[[Site, Connection, Copy], bool]
) -> bool:
    """Claim, act, and put whatever goes wrong where it belongs.

    Raises `_Stop` when the rest of this account has to wait too.
    """
    with site.store.write() as tx:
        if not copies.claim(tx, copy, claimed, now=site.clock()):
            return False
    try:
        return act(site, site.connect(copy.account), copy)
    except NetworkError as error:
        _failed(site, copy, error)
        if isinstance(error, Unauthorised):
            pause(site, copy.account, error)
        if isinstance(error, RateLimited | Unauthorised | Unavailable):
            raise _Stop from None
        return False


def _publish(site: Site, connection: Connection, copy: Copy) -> bool:
    draft = _ready_draft(site, copy)
    if draft is None:
        _put(site, copy, CopyState.READY, site.clock() + SETTLING, "waits for the part before it")
        return False
    if connection.publisher is None:
        raise Rejected(f"{connection.account.name} can only read")
    ref = connection.publisher.publish(draft, key=copy.key)
    _published(site, replace(copy, draft=draft), ref)
    return True


def _find(site: Site, connection: Connection, copy: Copy) -> bool:
    """After an unknown outcome: there → published; not there → ready again, same key."""
    draft = _ready_draft(site, copy)
    if draft is None or connection.publisher is None:
        _put(site, copy, CopyState.UNKNOWN, site.clock() + SETTLING, copy.error)
        return False
    ref = connection.publisher.find(draft, key=copy.key)
    if ref is None:
        _put(site, copy, CopyState.READY, site.clock(), "was not there, is sent again")
        return False
    _published(site, replace(copy, draft=draft), ref)
    return True


def _update(site: Site, connection: Connection, copy: Copy) -> bool:
    if copy.ref is None or connection.updater is None:
        raise Rejected("this server cannot change what was said")
    ref = connection.updater.update(copy.ref, copy.draft, key=copy.key)
    _published(site, copy, ref)
    return True


def _delete(site: Site, connection: Connection, copy: Copy) -> bool:
    if copy.ref is not None and connection.publisher is not None:
        connection.publisher.delete(copy.ref)
    with site.store.write() as tx:
        copies.settle(tx, copy.id, CopyState.DELETED)
        events.record(tx, "deleted", [f"copy:{copy.id}"], now=site.clock())
        posts.mark_for_export(tx, [copy.post_id], now=site.clock())
    return True


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


def _published(site: Site, copy: Copy, ref: Ref) -> None:
    now = site.clock()
    with site.store.write() as tx:
        copies.published(tx, copy, ref, now=now)
        kind = "updated" if copy.sent_at else "published"
        events.record(tx, kind, [f"copy:{copy.id}"], now=now, by=copy.written_by)
        posts.mark_for_export(tx, [copy.post_id], now=now)


def _failed(site: Site, copy: Copy, error: NetworkError) -> None:
    """Where a copy stands after an error: the state machine's other half."""
    now = site.clock()
    out_there = copy.sent_at is not None
    back = copy.state  # READY, UNKNOWN, PUBLISHED or DELETING: as it was before the claim
    match error:
        case OutcomeUnknown() if copy.state == CopyState.UNKNOWN:
            _put(site, copy, CopyState.UNKNOWN, None, f"cannot be looked up: {error}")
        case OutcomeUnknown() if copy.state == CopyState.READY:
            _put(site, copy, CopyState.UNKNOWN, now + SETTLING, str(error))
        case RateLimited():
            _put(site, copy, back, error.until, str(error))
        case Rejected() if out_there and copy.state == CopyState.PUBLISHED:
            _give_up_update(site, copy, error)
        case Rejected():
            _put(site, copy, CopyState.FAILED, None, str(error))
            log.error("copy %s for %s was refused: %s", copy.id, copy.account, error)
        case _:
            _put(site, copy, back, now + backoff(copy.attempts + 1), str(error))


def _give_up_update(site: Site, copy: Copy, error: NetworkError) -> None:
    """The words out there stay as they are until the post changes again."""
    with site.store.write() as tx:
        copies.settle(
            tx, copy.id, CopyState.PUBLISHED, error=str(error), sent_digest=copy.digest, attempts=0
        )
    log.warning("copy %s for %s could not be updated: %s", copy.id, copy.account, error)


def _put(site: Site, copy: Copy, state: CopyState, due_at: datetime | None, error: str) -> None:
    with site.store.write() as tx:
        copies.settle(tx, copy.id, state, due_at=due_at, error=error)
