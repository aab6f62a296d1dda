"""Forget: a person's wish wins. Words, name and picture go; nothing of them returns.

Four ways lead here: a deletion on the network that was confirmed (`steps.reverify`), a person who
asks us about one message, a person who wants nothing of theirs taken in any more, and the end of
the time for which words are kept that nobody approved.
"""

from __future__ import annotations

from collections.abc import Collection

from syndication.steps.clock import is_steady
from syndication.steps.site import Site
from syndication.steps.visiting import DAY, WEEK
from syndication.store import (
    Transaction,
    arrivals,
    comments,
    events,
    messages,
    opinions,
    people,
    persons,
    posts,
    reports,
    tallies,
    tombstones,
)
from syndication.store.messages import StoredMessage

AT_ONCE = 500
CONFIRM_WITHIN = WEEK
"""A mail address that nobody confirmed by then is forgotten."""
LINES_AT_ONCE = 5_000
"""Of the log of what happened: what others wait for while they go."""
ANSWER_WITHIN = 90 * DAY
"""The mail address of a report that nobody answered by then is forgotten."""


class NotThere(Exception):
    """There is no such message; perhaps it was erased before."""


def forget(
    site: Site, tx: Transaction, stored: StoredMessage, *, reason: str, by: str = ""
) -> None:
    """Erase one message everywhere; its page is written anew.

    Who calls it wakes "export" and "desk" when the transaction is committed.
    """
    now = site.clock()
    messages.erase(tx, stored, now=now)
    events.record(tx, "erased", [f"message:{stored.id}"], now=now, by=by, reason=reason)
    posts.mark_for_export(tx, [stored.post_id], now=now)


def forget_message(site: Site, message_id: int, *, by: str) -> None:
    """Somebody asked us to erase these words. Raises `NotThere`."""
    with site.store.write() as tx:
        forget(site, tx, _present(tx, message_id), reason="asked", by=by)
    _wake(site)


def forget_author(site: Site, message_id: int, *, by: str) -> int:
    """Who wrote this wants nothing of theirs here, now or later; how many messages went.

    As the person they are on every network where we know them. Raises `NotThere`.
    """
    went = 0
    with site.store.write() as tx:
        ids = persons.person_of(tx, _present(tx, message_id).author_id)
        for author in people.by_id(tx, ids).values():
            said = messages.of_author(tx, author.id)
            for stored in said:
                forget(site, tx, stored, reason="objection", by=by)
            went += len(said)
            named = author.space, author.ref_id
            tombstones.put(tx, *named, now=site.clock(), of=tombstones.AUTHOR)
            liked = arrivals.forget_reactions(tx, author.ref_id)
            posts.mark_for_export(tx, liked, now=site.clock())
    _wake(site)
    return went


def forget_barred(site: Site, digests: Collection[str]) -> int:
    """Erase what these new tombstones bar, and who; how many messages went."""
    with site.store.write() as tx:
        said = messages.by_id(tx, tombstones.standing(tx, digests))
        for stored in said.values():
            forget(site, tx, stored, reason="erased-elsewhere")
    if said:
        _wake(site)
    return len(said)


def tidy(site: Site) -> int:
    """Erase what nobody approved within the time for which it may be kept; how many went.

    And sweep up after whatever else was erased since.
    """
    with site.store.write() as tx:
        comments.forget_typed(tx, before=site.clock() - DAY)
        reports.forget_senders(tx, before=site.clock() - DAY)
        reports.forget_addresses(tx, before=site.clock() - ANSWER_WITHIN)
        tallies.forget(tx, tallies.COMMENT, before=site.clock() - DAY)
        tallies.forget(tx, tallies.ASKED, before=site.clock() - WEEK)
        opinions.forget_addresses(tx, before=site.clock() - DAY)
        comments.forget_unconfirmed(tx, before=site.clock() - CONFIRM_WITHIN)
        steady = is_steady(site, tx)
    if steady:
        _shorten_log(site)
    site.store.sweep()
    if site.keep_unapproved is None or not steady:
        return 0
    before = site.clock() - site.keep_unapproved
    with site.store.write() as tx:
        reports.forget_old(tx, before=before)
        old = messages.never_shown(tx, before=before, limit=AT_ONCE)
        for stored in old:
            forget(site, tx, stored, reason="retention")
    if old:
        _wake(site)
    return len(old)


def _shorten_log(site: Site) -> None:
    """The log of what happened names members of staff, and grows: it has its term as well."""
    if site.keep_events is None:
        return
    before, went = site.clock() - site.keep_events, LINES_AT_ONCE
    while went == LINES_AT_ONCE:
        with site.store.write(lasting=False) as tx:
            went = events.forget(tx, before=before, limit=LINES_AT_ONCE)


def _present(tx: Transaction, message_id: int) -> StoredMessage:
    stored = messages.get(tx, message_id)
    if stored is None:
        raise NotThere(f"there is no message {message_id}; perhaps it was erased before")
    return stored


def _wake(site: Site) -> None:
    site.store.sweep()
    site.wake("export", None)
    site.wake("desk", None)
