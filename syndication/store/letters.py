"""Letters: mail to visitors that is due. A row holds no words and no address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update

from syndication.model import CopyState, Upstream, Verdict
from syndication.store import tables
from syndication.store.comments import ASKED, CONFIRMED
from syndication.store.database import Transaction

CONFIRM = "confirm"

_T = tables.letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to whoever wrote the comment."""

    id: int
    message_id: int
    about: str  # confirm | message:ID | copy:ID
    tries: int


_COLUMNS = [_T.c[name] for name in Letter.__dataclass_fields__]


def write(tx: Transaction, message_id: int, about: Iterable[str], *, now: datetime) -> int:
    """Letters that are not there yet become due; how many."""
    known = set(tx.execute(select(_T.c.about).where(_T.c.message_id == message_id)).scalars())
    new = [one for one in dict.fromkeys(about) if one not in known]
    if new:
        rows = [{"message_id": message_id, "about": one, "due_at": now} for one in new]
        tx.execute(_T.insert(), rows)
    return len(new)


def due(tx: Transaction, *, now: datetime, limit: int) -> list[Letter]:
    """Letters to be sent, longest due first."""
    query = select(*_COLUMNS).where(_T.c.due_at <= now).order_by(_T.c.due_at).limit(limit)
    return [Letter(**row._mapping) for row in tx.execute(query)]


def claim(tx: Transaction, letter: Letter, *, again: datetime) -> bool:
    """Take the turn before it leaves; False where somebody else has it. Unless it is told what came
    of it, the letter is due `again`, for nobody knows whether it left."""
    mine = (_T.c.id == letter.id, _T.c.tries == letter.tries, _T.c.due_at.is_not(None))
    change = update(_T).where(*mine).values(due_at=again, tries=letter.tries + 1)
    return tx.execute(change).rowcount == 1


def sent(tx: Transaction, letter: Letter, *, now: datetime) -> None:
    """It left, or is not to be sent any more."""
    tx.execute(update(_T).where(_T.c.id == letter.id).values(due_at=None, sent_at=now))


def give_up(tx: Transaction, letter: Letter) -> None:
    """The mail server was down each time."""
    tx.execute(update(_T).where(_T.c.id == letter.id).values(due_at=None))


def unasked(tx: Transaction) -> dict[int, list[str]]:
    """comment → the letter that asks to confirm its address, where it is to be written.

    None for advertising, unless a person is to read it: the address may be anybody's.
    """
    comments, messages = tables.comments, tables.messages
    asked = exists().where(_T.c.message_id == comments.c.message_id, _T.c.about == CONFIRM)
    query = (
        select(comments.c.message_id)
        .select_from(comments.join(messages))
        .where(comments.c.mail_state == ASKED, messages.c.verdict != Verdict.SPAM, ~asked)
    )
    return {message_id: [CONFIRM] for message_id in tx.execute(query).scalars()}


def answered(tx: Transaction) -> dict[int, list[str]]:
    """comment → what answers it on the page, for those whose writers want to be told."""
    comments, parents, replies = tables.comments, tables.messages, tables.messages.alias()
    copies = tables.copies
    wanted = comments.c.mail_state == CONFIRMED
    theirs = (
        select(comments.c.message_id, replies.c.id)
        .select_from(comments.join(parents).join(replies, replies.c.reply_to == parents.c.ref_id))
        .where(wanted, replies.c.shown.is_not(None), replies.c.upstream == Upstream.LIVE)
    )
    ours = (
        select(comments.c.message_id, copies.c.id)
        .select_from(comments.join(copies, copies.c.answers_id == comments.c.message_id))
        .where(wanted, copies.c.state == CopyState.PUBLISHED)
    )
    found: dict[int, list[str]] = {}
    for kind, query in (("message", theirs), ("copy", ours)):
        for message_id, id_ in tx.execute(query):
            found.setdefault(message_id, []).append(f"{kind}:{id_}")
    return found
