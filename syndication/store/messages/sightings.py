"""Which of our accounts or watches saw a message, and what their servers call it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from syndication.model import Ref
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.many import among
from syndication.store.messages.rows import StoredMessage


def sighted(
    tx: Transaction,
    seen: Iterable[tuple[int, str | None]],
    *,
    account: str,
    via: str,
    now: datetime,
) -> None:
    """Somebody of ours saw these messages again: (message, what that server calls it)."""
    table = tables.sightings
    local = dict(seen)
    where = (
        among(tx, table.c.message_id, local),
        table.c.account == account,
        table.c.via == via,
    )
    old = {row.message_id for row in tx.execute(select(table.c.message_id).where(*where))}
    rows = [
        {"message_id": id_, "account": account, "via": via, "local": name, "seen_at": now}
        for id_, name in local.items()
        if id_ not in old
    ]
    if rows:
        tx.execute(table.insert(), rows)


def ref_for(tx: Transaction, stored: StoredMessage, account: str) -> Ref:
    """The message's name as this account's server knows it, as far as it was ever seen there."""
    table = tables.sightings
    query = select(table.c.local).where(
        table.c.message_id == stored.id, table.c.account == account, table.c.local.is_not(None)
    )
    local = tx.execute(query.limit(1)).scalar()
    return Ref(space=stored.space, id=stored.ref_id, url=stored.url, local=local)


def seen_by(tx: Transaction, message_id: int) -> list[tuple[str, str]]:
    """(account, via) of every sighting, first one first."""
    table = tables.sightings
    query = select(table.c.account, table.c.via).where(table.c.message_id == message_id)
    return [(row[0], row[1]) for row in tx.execute(query.order_by(table.c.seen_at))]


def sightings_of(tx: Transaction, ids: Iterable[int]) -> dict[int, list[tuple[str, str | None]]]:
    """message → (account, what its server calls it) for each account that saw it."""
    table = tables.sightings
    query = select(table.c.message_id, table.c.account, table.c.local).where(
        among(tx, table.c.message_id, ids)
    )
    found: dict[int, dict[str, str | None]] = {}
    for row in tx.execute(query.order_by(table.c.account, table.c.via)):
        found.setdefault(row.message_id, {}).setdefault(row.account, row.local)
    return {id_: list(seen.items()) for id_, seen in found.items()}
