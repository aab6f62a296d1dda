"""Hide: what staff rejected in our own threads is hidden upstream too, and shown again when undone.

Only where the account's option `mirror_hidden` wants it and its network lets it (the role Hider).
The decision stores the wish; this carries it out, as often as it takes: both requests may be made
twice. Nothing leaves while everything outgoing is paused.

Cost: a few requests for each decision, none for a decision on what is not in a thread of ours.
"""

from __future__ import annotations

import logging
from functools import partial

from syndication.model import Verdict
from syndication.networks.contract import (
    Hider,
    NetworkError,
    RateLimited,
    Rejected,
    Unauthorised,
)
from syndication.steps.attempt import backoff, one_by_one, pause
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, copies, events, hidings, marks, messages
from syndication.store.hidings import Hiding
from syndication.store.messages import StoredMessage

log = logging.getLogger("tertulia")

OPTION = "mirror_hidden"
"""The account's option in the settings."""
AT_ONCE = 50


def mirror(site: Site, tx: Transaction, stored: StoredMessage, verdict: Verdict) -> str | None:
    """Staff decided: keep what follows from it upstream; the account to wake, if there is work.

    Rejected and spam are hidden, all else is shown again if we ever hid it.
    """
    copy = copies.get(tx, stored.copy_id) if stored.copy_id else None
    ours = copy is not None and copy.post_id is not None  # no answer in a thread of others
    account = site.accounts.get(copy.account) if copy and ours else None
    if account is None or account.options.get(OPTION) is not True:
        return None
    hide = verdict in (Verdict.REJECT, Verdict.SPAM)
    to_do = hidings.want(tx, stored.id, account.name, hide=hide, now=site.clock())
    return account.name if to_do else None


def hide(site: Site, account: str) -> int:
    """Hide and show again what is due for this account; how many were done."""
    with site.store.read() as tx:
        row = accounts.all_accounts(tx).get(account)
        stopped = row is None or row.paused_reason or marks.get(tx, marks.PAUSED)
        due = [] if stopped else hidings.due(tx, account, AT_ONCE, now=site.clock())
    if not due:
        return 0
    try:
        hider = site.connect(account).hider
        return one_by_one(due, partial(_act, site, hider), partial(_failed, site))
    except RateLimited as error:
        with site.store.write() as tx:
            hidings.postpone(tx, account, error.until)
    except Unauthorised as error:
        pause(site, account, error)
    except NetworkError as error:
        log.info("%s hides nothing for now: %s", account, error)
    return 0


def _act(site: Site, hider: Hider | None, hiding: Hiding) -> None:
    with site.store.read() as tx:
        stored = messages.get(tx, hiding.message_id)
        ref = messages.ref_for(tx, stored, hiding.account) if stored else None
    if ref is None:  # erased meanwhile, and the row with it
        return
    if hider is None:
        raise Rejected(f"the network of {hiding.account} hides nothing: set {OPTION} = false")
    (hider.hide if hiding.hide else hider.unhide)(ref)
    with site.store.write() as tx:
        hidings.done(tx, hiding)
        if not hiding.hide and stored is not None and stored.copy_id is not None:
            # Its thread tells when the network shows it again.
            soon = site.clock() + site.cadence.shortest
            copies.has_news(tx, [stored.copy_id], now=site.clock(), check_by=soon)
        kind = "hidden" if hiding.hide else "unhidden"
        events.record(tx, kind, [f"message:{hiding.message_id}"], now=site.clock())


def _failed(site: Site, hiding: Hiding, error: NetworkError) -> None:
    """Refused for good, for a person to see; or tried again later, whatever became of it."""
    final = isinstance(error, Rejected)
    again = None if final else site.clock() + backoff(hiding.attempts + 1)
    with site.store.write() as tx:
        hidings.failed(tx, hiding, str(error), again=again)
    what = "hidden" if hiding.hide else "shown again"
    level = logging.ERROR if final else logging.INFO
    log.log(level, "message %s is not %s upstream: %s", hiding.message_id, what, error)
