"""Where messages stand: in which thread, who may read them, whether their network has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from syndication.model import Ref, Upstream
from syndication.store import arrivals, copies, people, tables, tombstones
from syndication.store.database import Transaction
from syndication.store.many import among
from syndication.store.messages.rows import StoredMessage

_T = tables.messages


def alive(tx: Transaction, ids: Iterable[int], *, now: datetime) -> None:
    """The network has them."""
    tx.execute(
        update(_T)
        .where(among(tx, _T.c.id, ids))
        .values(upstream=Upstream.LIVE, missing_since=None, checked_at=now)
    )


def went_missing(tx: Transaction, message_id: int, *, now: datetime) -> None:
    """The network said it has it no more: hidden from now on, erased when that is confirmed.

    That counts from here on, however long it was doubted before.
    """
    known = and_(_T.c.upstream == Upstream.MISSING, _T.c.missing_since.is_not(None))
    tx.execute(
        update(_T)
        .where(_T.c.id == message_id)
        .values(
            upstream=Upstream.MISSING,
            missing_since=case((known, _T.c.missing_since), else_=now),
            checked_at=now,
        )
    )


def doubted(tx: Transaction, message_id: int, *, now: datetime) -> None:
    """It may be gone: shown as before, and remembered since when."""
    since = func.coalesce(_T.c.missing_since, now)
    tx.execute(update(_T).where(_T.c.id == message_id).values(missing_since=since, checked_at=now))


def looked_for(tx: Transaction, ids: Iterable[int], *, now: datetime) -> None:
    """Asked for, without an answer that says anything."""
    tx.execute(update(_T).where(among(tx, _T.c.id, ids)).values(checked_at=now))


def place(tx: Transaction, message_id: int, *, post_id: int | None, copy_id: int | None) -> None:
    """Where a message, and with it our answers to it, belongs became known."""
    tx.execute(update(_T).where(_T.c.id == message_id).values(post_id=post_id, copy_id=copy_id))
    answers = tables.copies
    tx.execute(update(answers).where(answers.c.answers_id == message_id).values(post_id=post_id))


def set_visibility(tx: Transaction, message_id: int, visibility: str) -> None:
    """Its author changed who may read it."""
    tx.execute(update(_T).where(_T.c.id == message_id).values(visibility=visibility))


def erase(tx: Transaction, stored: StoredMessage, *, now: datetime) -> None:
    """Remove words, name and address; a tombstone without content keeps it from returning.

    What answered it, our answers too, hangs on what it had answered itself.
    """
    tx.execute(update(_T).where(_answering(stored)).values(reply_to=stored.reply_to))
    author = people.by_id(tx, [stored.author_id])[stored.author_id]
    parent = Ref(space=stored.space, id=stored.reply_to) if stored.reply_to else None
    copies.lose_addressee(tx, stored.id, handle=author.handle, parent=parent)
    tombstones.put(tx, stored.space, stored.ref_id, now=now)
    arrivals.forget(tx, stored.ref_id)
    _remove(tx, stored)


def reattribute(tx: Transaction, stored: StoredMessage, author_id: int) -> StoredMessage:
    """Somebody else says it now: what was approved was not theirs, and stands nowhere any more."""
    tx.execute(update(_T).where(_T.c.id == stored.id).values(author_id=author_id, shown=None))
    _let_go(tx, stored.author_id)
    return replace(stored, author_id=author_id, shown=None)


def dissolve(tx: Transaction, stored: StoredMessage) -> None:
    """Another message tells it now. It may return."""
    _remove(tx, stored)


def inherit(tx: Transaction, dissolved: StoredMessage, heir: StoredMessage) -> None:
    """What answered the one that was dissolved, our answers too, answers its heir."""
    tx.execute(update(_T).where(_answering(dissolved)).values(reply_to=heir.ref_id))
    name = Ref(space=heir.space, id=heir.ref_id)
    copies.answer_instead(tx, dissolved.id, heir_id=heir.id, heir=name)


def _answering(stored: StoredMessage) -> ColumnElement[bool]:
    """Whatever answers it: on its network, and from others on its page."""
    near = _T.c.space == stored.space
    if stored.post_id is not None:
        near = or_(near, _T.c.post_id == stored.post_id)
    return and_(near, _T.c.reply_to == stored.ref_id)


def _remove(tx: Transaction, stored: StoredMessage) -> None:
    tx.execute(_T.delete().where(_T.c.id == stored.id))
    _let_go(tx, stored.author_id)


def _let_go(tx: Transaction, author_id: int) -> None:
    """Nobody is kept who says nothing here any more."""
    others = select(func.count()).select_from(_T).where(_T.c.author_id == author_id)
    if tx.execute(others).scalar_one() == 0:
        tx.execute(tables.authors.delete().where(tables.authors.c.id == author_id))
