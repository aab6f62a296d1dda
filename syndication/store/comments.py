"""Comments that were written in our own form: their private links and their mail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select, update

from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.many import among

ASKED, CONFIRMED = "asked", "confirmed"

_T = tables.comments


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What is known of a comment beside the message that it is."""

    message_id: int
    language: str
    consent: str
    at: datetime
    mail: str | None
    mail_state: str
    learnt: str
    source: str | None


_COLUMNS = [_T.c[name] for name in Comment.__dataclass_fields__]


def digest(token: str) -> str:
    """Of a private link's token: the database alone opens none."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def add(
    tx: Transaction,
    message_id: int,
    *,
    token: str,
    language: str,
    consent: str,
    mail: str,
    source: str,
    now: datetime,
) -> None:
    """Keep a new comment; the mail address is asked for confirmation before it is used."""
    tx.execute(
        _T.insert().values(
            message_id=message_id,
            secret=digest(token),
            language=language,
            consent=consent,
            at=now,
            mail=mail or None,
            mail_state=ASKED if mail else "",
            source=source,
        )
    )


def of_token(tx: Transaction, token: str) -> Comment | None:
    """The comment that this private link opens."""
    return _one(tx, _T.c.secret == digest(token))


def of_message(tx: Transaction, message_id: int) -> Comment | None:
    """What is known of a message that came by our form."""
    return _one(tx, _T.c.message_id == message_id)


def _one(tx: Transaction, condition: object) -> Comment | None:
    row = tx.execute(select(*_COLUMNS).where(condition)).one_or_none()  # type: ignore[arg-type]
    return Comment(**row._mapping) if row else None


def alike_since(tx: Transaction, words_digest: str, moment: datetime) -> int:
    """How many comments since then say exactly the same."""
    said = tables.revisions
    query = (
        select(func.count(func.distinct(_T.c.message_id)))
        .select_from(_T.join(said, said.c.message_id == _T.c.message_id))
        .where(_T.c.at > moment, said.c.digest == words_digest)
    )
    return tx.execute(query).scalar_one()


def set_mail(tx: Transaction, message_id: int, state: str) -> None:
    """Confirmed, or not wanted (""): then the address is forgotten."""
    values = {"mail_state": state} if state else {"mail_state": "", "mail": None}
    tx.execute(update(_T).where(_T.c.message_id == message_id).values(**values))


def forget_typed(tx: Transaction, *, before: datetime) -> None:
    """How old comments were typed is not kept."""
    old = (_T.c.at < before, _T.c.source.is_not(None))
    tx.execute(update(_T).where(*old).values(source=None))


def typed(tx: Transaction, message_id: int, source: str) -> None:
    """The words were changed by whoever wrote them."""
    tx.execute(update(_T).where(_T.c.message_id == message_id).values(source=source))


def forget_unconfirmed(tx: Transaction, *, before: datetime) -> None:
    """An address that nobody confirmed is not kept."""
    old = (_T.c.mail_state == ASKED, _T.c.at < before)
    tx.execute(update(_T).where(*old).values(mail=None, mail_state=""))


def learnt(tx: Transaction, message_id: int, what: str) -> None:
    """What the filter took it for when it learnt."""
    tx.execute(update(_T).where(_T.c.message_id == message_id).values(learnt=what))


def to_learn(tx: Transaction, *, limit: int) -> list[tuple[int, str, str]]:
    """(message, what was learnt of it, what a person says now) of those that differ."""
    messages, decisions = tables.messages, tables.decisions
    newer = decisions.alias()
    later = exists().where(
        newer.c.message_id == decisions.c.message_id, newer.c.id > decisions.c.id
    )
    query = (
        select(_T.c.message_id, _T.c.learnt, messages.c.verdict)
        .select_from(_T.join(messages).join(decisions, decisions.c.message_id == messages.c.id))
        .where(
            ~later,
            decisions.c.by.not_in(("rules", "visitor")),
            messages.c.verdict.in_(("approve", "spam")),
            messages.c.verdict != _T.c.learnt,
        )
        .limit(limit)
    )
    return [tuple(row) for row in tx.execute(query)]


def among_messages(tx: Transaction, ids: Iterable[int]) -> dict[int, Comment]:
    """message → what is known of it, for those that came by our form."""
    rows = tx.execute(select(*_COLUMNS).where(among(tx, _T.c.message_id, ids)))
    return {row.message_id: Comment(**row._mapping) for row in rows}
