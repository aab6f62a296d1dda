"""Reverify: the slow re-reading that keeps true what was collected.

Replies that mention nobody, edits and deletions make no news. So threads are read again, as
`rules.cadence` plans, and what no thread covers is asked for by its id.

Absence is not deletion: what a thread lacks is asked for by its id too; the first "not there"
hides it, the second, `CONFIRM_AFTER` later, erases it. What its network only withholds (its author
is blocked or deactivated) is hidden until it is seen again.

Cost: up to three requests a thread, and one for each message that is asked for by its id. Of each
kind (threads; what is lacking in them; what stands in none) an account has `Cadence.per_hour` in an
hour, the most overdue first. What was spent is kept, so that starting anew gives no new hour.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from syndication.model import PUBLIC, WITHHELD, Message
from syndication.networks.contract import (
    Absent,
    Connection,
    Counted,
    Found,
    Gone,
    NetworkError,
    Rejected,
    Withheld,
)
from syndication.rules.mentions import source_of
from syndication.rules.people import barred_from_listening
from syndication.steps.attempt import may_ask, one_by_one, reading_failed
from syndication.steps.forget import forget
from syndication.steps.missing import CONFIRM_AFTER, absent
from syndication.steps.site import Site
from syndication.steps.take_in import take_in, tell
from syndication.store import Transaction, arrivals, copies, events, marks, messages, posts
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage

log = logging.getLogger("tertulia")

VERIFY_LOOSE_AFTER = timedelta(days=1)
TRY_AGAIN_AFTER = timedelta(minutes=15)
LOOK_UPS = 20
"""Messages that one run, or one thread, asks for by their ids."""

GONE_ONCE = "was not there any more at the last look"

_THREADS, _LACKING, _LOOSE = "threads", "lacking", "loose"


def reverify(site: Site, account: str) -> int:
    """Read what is due, within the hour's budget; how many threads were read."""
    now = site.clock()
    if may_ask(site, account, now=now) is None:
        return 0
    with site.store.read() as tx:
        due = copies.due_for_check(tx, account, now=now, limit=_left(site, tx, account, _THREADS))
        loose = messages.to_verify(
            tx,
            account,
            checked_before=now - VERIFY_LOOSE_AFTER,
            covered_before=now - site.cadence.longest - VERIFY_LOOSE_AFTER,
            missing_before=now - CONFIRM_AFTER,
            limit=min(LOOK_UPS, _left(site, tx, account, _LOOSE)),
        )
    read = 0
    try:
        connection = site.connect(account)
        read = one_by_one(
            due,
            lambda copy: read_thread(site, connection, copy),
            lambda copy, error: _unread(site, copy, error),
        )
        _look_up(site, connection, loose, _LOOSE)
    except NetworkError as error:
        reading_failed(site, account, error)
    return read


def read_thread(site: Site, connection: Connection, copy: Copy) -> None:
    """Bring what is known under one copy to what its network says now. Raises `NetworkError`."""
    account = copy.account
    with site.store.write() as tx:
        _spend(site, tx, account, _THREADS, 1)
    if connection.threader is None or copy.ref is None:
        with site.store.write() as tx:
            check_at = site.clock() + site.cadence.longest
            copies.checked(tx, copy.id, now=site.clock(), check_at=check_at)
        return
    thread = connection.threader.thread(copy.ref)
    if copy.error == GONE_ONCE:
        with site.store.write() as tx:
            copies.note(tx, copy.id, "")
    now = site.clock()
    present = {message.ref.id for message in thread.messages}
    with site.store.write() as tx:
        taken = take_in(site, tx, thread.messages, account=account, via="thread", under=copy)
        recounted = copies.count_reactions(tx, copy.id, thread.reactions)
        if recounted:
            posts.mark_for_export(tx, [copy.post_id], now=now)
        news_at = now if taken.new else copy.news_at or copy.written_at
        copies.checked(
            tx,
            copy.id,
            now=now,
            check_at=site.cadence.next_check(now=now, last_news=news_at),
            reported=len(present - set(copies.by_ref(tx, copy.ref.space, present))),
        )
        lacking = [m for m in messages.under_copy(tx, copy.id) if m.ref_id not in present]
        limit = min(LOOK_UPS, _left(site, tx, account, _LACKING))
    tell(site, taken)
    if recounted:
        site.wake("export", None)
    _look_up(site, connection, lacking[:limit], _LACKING)


def _unread(site: Site, copy: Copy, error: NetworkError) -> None:
    """One thread could not be read: everything stays as it is, and it is tried again later.

    Unless our copy is gone, twice at an interval: then somebody deleted it there.
    """
    now = site.clock()
    with site.store.write() as tx:
        if isinstance(error, Gone) and copy.error == GONE_ONCE:
            copies.deleted_there(tx, copy.id)
            events.record(tx, "deleted-there", [f"copy:{copy.id}"], now=now)
            posts.mark_for_export(tx, [copy.post_id], now=now)
        elif isinstance(error, Gone):
            copies.note(tx, copy.id, GONE_ONCE)
            copies.checked(tx, copy.id, now=now, check_at=now + CONFIRM_AFTER)
        else:
            later = site.cadence.longest if isinstance(error, Rejected) else TRY_AGAIN_AFTER
            copies.checked(tx, copy.id, now=now, check_at=now + later)
    log.info("thread of %s not read: %s", copy.ref.url or copy.ref.id if copy.ref else "", error)


def _look_up(
    site: Site, connection: Connection, wanted: Sequence[StoredMessage], kind: str
) -> None:
    """Ask for messages by id, and believe what is said about each."""
    reader, account = connection.reader, connection.account.name
    if reader is None or not wanted:
        return
    with site.store.write() as tx:
        _spend(site, tx, account, kind, len(wanted))
        refs = [messages.ref_for(tx, stored, account) for stored in wanted]
    answers = reader.fetch(refs)
    now = site.clock()
    with site.store.write() as tx:
        found = [answer.message for answer in answers.values() if isinstance(answer, Found)]
        taken = take_in(site, tx, found, account=account, via="read")
        messages.looked_for(tx, (stored.id for stored in wanted), now=now)
        changed = False
        for stored in wanted:
            match answers.get(stored.ref_id):
                case Absent(sure=sure):
                    changed |= absent(site, tx, stored.id, sure=sure)
                case Counted():
                    _reacts(site, tx, account, stored)
                case Withheld():
                    changed |= _withheld(site, tx, stored.id)
                case Found(message) if barred_from_listening(_as_if_shown(message)):
                    changed |= _withdrawn(site, tx, stored.id)
    tell(site, taken)
    if changed:
        site.wake("export", None)
        site.wake("desk", None)


def _withheld(site: Site, tx: Transaction, message_id: int) -> bool:
    """Kept for staff, shown nowhere. What was missing is not: a later absence is a first one."""
    now = site.clock()
    stored = messages.get(tx, message_id)
    if stored is None:
        return False
    messages.alive(tx, [message_id], now=now)
    if stored.visibility not in PUBLIC:
        return False
    messages.set_visibility(tx, message_id, WITHHELD)
    events.record(tx, "withheld", [f"message:{message_id}"], now=now)
    posts.mark_for_export(tx, [stored.post_id], now=now)
    return True


def _as_if_shown(message: Message) -> Message:
    """What is withheld for now is public all the same; only its author's wish withdraws it."""
    if message.visibility == WITHHELD:
        return replace(message, visibility="public")
    return message


def _withdrawn(site: Site, tx: Transaction, message_id: int) -> bool:
    """Only a watch ever found it, and its author does not agree to be found any more."""
    stored = messages.get(tx, message_id)
    ways = {via for _, via in messages.seen_by(tx, message_id)}
    if stored is None or not all(via == "read" or via.startswith("search:") for via in ways):
        return False
    forget(site, tx, stored, reason="opted-out")
    return True


def _reacts(site: Site, tx: Transaction, account: str, stored: StoredMessage) -> None:
    """Where its words stood there is only a like now: `verify` sees to both."""
    source = source_of(stored.ref_id)
    hint = replace(messages.ref_for(tx, stored, account), url=source)
    arrivals.keep(tx, account, hint, host=urlsplit(source).hostname or "", now=site.clock())
    site.wake("verify", account)


# --- the budget ------------------------------------------------------------------------------


def _left(site: Site, tx: Transaction, account: str, kind: str) -> int:
    return site.cadence.allowed(checked_last_hour=_hour(site, tx, account).get(kind, 0))


def _spend(site: Site, tx: Transaction, account: str, kind: str, number: int) -> None:
    hour = _hour(site, tx, account)
    marks.put(tx, f"reread:{account}", {**hour, kind: hour.get(kind, 0) + number})


def _hour(site: Site, tx: Transaction, account: str) -> dict[str, Any]:
    """{"since": when this account's hour began, kind: how many since then}."""
    kept: dict[str, Any] | None = marks.get(tx, f"reread:{account}")
    now = site.clock()
    begun = datetime.fromisoformat(kept["since"]) if kept else None
    if kept and begun and timedelta(0) <= now - begun < timedelta(hours=1):
        return kept
    return {"since": now.isoformat()}  # also where the clock ran ahead when the last one began
