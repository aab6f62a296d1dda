"""Missing: absence is not deletion. What its network has no more is hidden, and erased when that is
confirmed; what may be there still is doubted for a while, and shown."""

from __future__ import annotations

from datetime import timedelta

from syndication.model import Upstream
from syndication.steps.forget import forget
from syndication.steps.site import Site
from syndication.store import Transaction, events, messages, posts

CONFIRM_AFTER = timedelta(hours=1)
DOUBTED_FOR = timedelta(days=1)


def absent(site: Site, tx: Transaction, message_id: int, *, sure: bool) -> bool:
    """Hidden the first time, erased when a second look, later, says the same.

    Not `sure`: it stays for `DOUBTED_FOR`, and is erased when it is still not there then. True
    when its page changes; who calls it wakes "export" and "desk" when the transaction is committed.
    """
    now = site.clock()
    stored = messages.get(tx, message_id)
    if stored is None:
        return False
    if not sure and stored.upstream == Upstream.LIVE:
        if stored.missing_since and now - stored.missing_since >= DOUBTED_FOR:
            forget(site, tx, stored, reason="deleted-upstream")
            return True
        messages.doubted(tx, message_id, now=now)
        return False
    if stored.upstream == Upstream.MISSING and stored.missing_since:
        confirmed = now - stored.missing_since >= CONFIRM_AFTER
        if confirmed:
            forget(site, tx, stored, reason="deleted-upstream")
        return confirmed
    messages.went_missing(tx, message_id, now=now)
    events.record(tx, "missing", [f"message:{message_id}"], now=now)
    posts.mark_for_export(tx, [stored.post_id], now=now)
    return True
