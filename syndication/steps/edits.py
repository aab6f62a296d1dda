"""Edits: what happens to a copy that is out there when its post says something else by now.

The account's option `edits` chooses: "update" changes it in place, "reply" says the new words in a
correction below it, "leave" leaves it as it is. Nothing is ever deleted to be said anew.

A correction is a copy of its own: part ``correction:PART:NUMBER:DIGEST`` of the same source. So it
leaves through `steps.send` as everything does, and goes when its post goes. What the last one said
is not said again; what an earlier one said is, for others were read since.
"""

from __future__ import annotations

from syndication.model import Account, CopyState, Draft, digest_of
from syndication.rules.correcting import correction, words_of
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, copies, events
from syndication.store.copies import CORRECTION, Copy

UPDATE, REPLY, LEAVE = "update", "reply", "leave"
CHOICES = (UPDATE, REPLY, LEAVE)


def chosen(account: Account) -> str:
    """What the account's option says."""
    return str(account.options.get("edits", UPDATE))


def noticed(account: Account, before: Draft, after: Draft) -> bool:
    """Is this change one that the account would tell of at all?"""
    if before.digest == after.digest:
        return False
    return chosen(account) == UPDATE or words_of(before) != words_of(after)


def settle(site: Site, copy: Copy) -> bool:
    """Leave a changed copy as it is, with a correction below it where the account wants that.

    One transaction and no request: the correction is sent as any other copy. False: another
    process has it.
    """
    now = site.clock()
    account = site.accounts[copy.account]
    with site.store.write() as tx:
        token = copies.claim(tx, copy, CopyState.UPDATING, now=now)
        if token is None:
            return False
        if chosen(account) == REPLY:
            _correct(site, tx, copy)
        copies.settle(
            tx,
            copy.id,
            CopyState.PUBLISHED,
            token=token,
            sent_digest=copy.digest,
            attempts=0,
        )
    if chosen(account) == REPLY:
        site.wake("send", copy.account)
    return True


def _correct(site: Site, tx: Transaction, copy: Copy) -> None:
    """Store the correction as ready to leave, unless it is what the last one says."""
    if copy.ref is None:
        return
    below = f"{CORRECTION}{copy.part}:"
    before = [
        one
        for one in copies.of_source(tx, copy.source)
        if one.account == copy.account and one.part.startswith(below)
    ]
    network = site.network_of(copy.account)
    row = accounts.all_accounts(tx).get(copy.account)
    limits = row.counting(network.limits) if row else network.limits
    gettext = site.catalogues.get(copy.draft.language).gettext
    draft = correction(copy.draft, copy.ref, limits, gettext("Correction: %(words)s"))
    if before and before[-1].draft.text == draft.text:
        return
    part = f"{below}{len(before) + 1}:{digest_of(words_of(copy.draft))[:16]}"
    copy_id = copies.intend(
        tx,
        source=copy.source,
        account=copy.account,
        part=part,
        draft=draft,
        key=digest_of([copy.source, copy.account, part]),
        state=CopyState.READY,
        now=site.clock(),
        post_id=copy.post_id,
    )
    events.record(tx, "corrected", [f"copy:{copy.id}"], now=site.clock(), copy=copy_id)
