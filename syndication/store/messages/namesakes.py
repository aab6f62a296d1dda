"""The same words under several addresses, as their author says: the page, its copies on networks.

What a page says of itself is a claim. It never makes anything of somebody else's visible or
invisible by itself: `steps.twins` says what follows from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import and_, or_, select, update

from syndication.model import Message
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.encoding import identifier
from syndication.store.many import among
from syndication.store.messages.rows import StoredMessage, by_id, select_messages

_T = tables.names
_M = tables.messages


def called(tx: Transaction, message_id: int, names: Iterable[str]) -> None:
    """From now on the message claims exactly these names."""
    tx.execute(_T.delete().where(_T.c.message_id == message_id))
    rows = [{"message_id": message_id, "name": name} for name in sorted({*map(identifier, names)})]
    if rows:
        tx.execute(_T.insert(), rows)


def known_as(
    tx: Transaction, space: str, names: Collection[str], posts: Iterable[int]
) -> list[StoredMessage]:
    """Messages of other spaces than `space` on these pages that have one of these names."""
    kept = {*names, *map(identifier, names)}
    named = or_(among(tx, _M.c.ref_id, kept), among(tx, _M.c.url, kept))
    return select_messages(tx, among(tx, _M.c.post_id, posts), named, _M.c.space != space)


def standing_at(
    tx: Transaction, post_id: int, ids: Collection[str], url: str
) -> StoredMessage | None:
    """The message on this page that has one of these ids, or else says that it stands at `url`."""
    named = or_(among(tx, _M.c.ref_id, map(identifier, ids)), _M.c.url == url)
    found = select_messages(tx, _M.c.post_id == post_id, named)
    return min(found, key=lambda m: (m.ref_id not in ids, m.id), default=None)


def names_elsewhere(tx: Transaction, fresh: Iterable[Message]) -> dict[str, list[StoredMessage]]:
    """Ref.id → those that claim to be the same words, for messages that are not stored yet."""
    asked: dict[str, Message] = {}
    for message in fresh:
        for name in (message.ref.id, message.ref.url):
            if name:
                asked[identifier(name)] = message
    rows = list(tx.execute(select(_T).where(among(tx, _T.c.name, asked))))
    stored = by_id(tx, (row.message_id for row in rows)) if rows else {}
    found: dict[str, list[StoredMessage]] = {}
    for row in rows:
        message = asked[row.name]
        if row.message_id in stored and stored[row.message_id].space != message.ref.space:
            found.setdefault(message.ref.id, []).append(stored[row.message_id])
    return found


def told_twice(tx: Transaction, shown: Iterable[StoredMessage]) -> set[int]:
    """Those of `shown` that claim a name of another one of them."""
    messages = list(shown)
    by_name = {identifier(n): m for m in messages for n in (m.ref_id, m.url) if n}
    ids = {m.id: m for m in messages}
    rows = tx.execute(select(_T).where(among(tx, _T.c.message_id, ids)))
    return {
        row.message_id
        for row in rows
        if row.name in by_name and by_name[row.name].space != ids[row.message_id].space
    }


def adopt(
    tx: Transaction, post_id: int, ref_id: str, names: Iterable[str], *, spaces: Iterable[str]
) -> None:
    """Whatever came before the new message `ref_id` on this page, and answers it by another of its
    `names`, hangs on it from now on.

    `spaces`: in which others call it by such names. Cost: one statement, on an index.
    """
    others = {identifier(name) for name in names} - {identifier(ref_id)}
    waiting = and_(
        among(tx, _M.c.space, spaces),
        among(tx, _M.c.reply_to, others),
        _M.c.post_id == post_id,
        _M.c.ref_id != ref_id,
    )
    if others:
        tx.execute(update(_M).where(waiting).values(reply_to=ref_id))
