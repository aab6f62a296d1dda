"""Which hosts we know: their words stand on our pages, or our articles link to them."""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, or_, select

from syndication.model import Upstream
from syndication.store import tables
from syndication.store.database import Transaction


def knows(tx: Transaction, account: str, network: str, host: str) -> bool:
    """Does a page of `host` stand under an article as a message of `network`, or does an article
    link there, as far as `account` tells of links? Reads all that comes from anywhere: for rare
    questions."""
    message, copy = tables.messages, tables.copies
    shown = (message.c.shown.is_not(None), message.c.upstream == Upstream.LIVE)
    said = select(message.c.id).where(
        message.c.network == network, *shown, _on(message.c.ref_id, host)
    )
    linked = select(copy.c.id).where(
        copy.c.account == account, copy.c.source.like("post:%"), _on(copy.c.part, host)
    )
    return any(tx.execute(query.limit(1)).first() is not None for query in (said, linked))


def _on(column: Column[str], host: str) -> ColumnElement[bool]:
    """Is this an address on `host`, with or without ``www.`` and port?"""
    begins = [f"{scheme}://{www}{host}" for scheme in ("https", "http") for www in ("", "www.")]
    return or_(
        *(column.startswith(f"{begin}{end}", autoescape=True) for begin in begins for end in "/:")
    )
