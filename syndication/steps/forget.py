"""Forget: a person's wish wins. Words, name and picture go; nothing of them returns."""

from __future__ import annotations

from syndication.steps.site import Site
from syndication.store import Transaction, events, messages, posts
from syndication.store.messages import StoredMessage


def forget(site: Site, tx: Transaction, stored: StoredMessage, *, reason: str) -> None:
    """Erase one message everywhere; its page is written anew.

    Who calls it wakes "export" and "desk" when the transaction is committed.
    """
    now = site.clock()
    messages.erase(tx, stored, now=now)
    events.record(tx, "erased", [f"message:{stored.id}"], now=now, reason=reason)
    posts.mark_for_export(tx, [stored.post_id], now=now)
