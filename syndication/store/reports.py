"""Reports: what readers said against a message on a page, and what they were told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update

from syndication.store import tables
from syndication.store.comments import digest
from syndication.store.database import Transaction
from syndication.store.many import among

STAYS, REMOVED = "stays", "removed"

_T = tables.reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report; without a message, that is not there any more."""

    id: int
    message_id: int | None
    reason: str
    at: datetime
    outcome: str
    answer: str
    by: str
    answered_at: datetime | None
    language: str  # of the form; "" in reports from before it was kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A report whose writer waits for a letter."""

    report: Report
    mail: str
    tries: int


_COLUMNS = [_T.c[name] for name in Report.__dataclass_fields__]


def add(
    tx: Transaction,
    message_id: int,
    *,
    token: str,
    sender: str,
    reason: str,
    now: datetime,
    mail: str = "",
    language: str = "",
) -> None:
    """Keep a report; the same token again is the same report. `mail`: where the answer goes."""
    known = select(_T.c.id).where(_T.c.secret == digest(token))
    if tx.execute(known).one_or_none() is None:
        row = {"message_id": message_id, "secret": digest(token), "sender": sender}
        tx.execute(
            _T.insert().values(**row, reason=reason, at=now, mail=mail or None, language=language)
        )


def of_token(tx: Transaction, token: str) -> Report | None:
    """The report that this private link opens."""
    row = tx.execute(select(*_COLUMNS).where(_T.c.secret == digest(token))).one_or_none()
    return Report(**row._mapping) if row else None


def open_on(tx: Transaction, ids: Iterable[int]) -> dict[int, list[Report]]:
    """message → reports on it that nobody answered, oldest first."""
    where = (among(tx, _T.c.message_id, ids), _T.c.answered_at.is_(None))
    found: dict[int, list[Report]] = {}
    for row in tx.execute(select(*_COLUMNS).where(*where).order_by(_T.c.id)):
        found.setdefault(row.message_id, []).append(Report(**row._mapping))
    return found


def reported(tx: Transaction, *, limit: int) -> list[int]:
    """The messages with unanswered reports, the one that waits longest first."""
    where = (_T.c.answered_at.is_(None), _T.c.message_id.is_not(None))
    query = select(_T.c.message_id).where(*where).group_by(_T.c.message_id)
    return list(tx.execute(query.order_by(func.min(_T.c.id)).limit(limit)).scalars())


def answer(
    tx: Transaction, message_id: int, *, outcome: str, text: str, by: str, now: datetime
) -> int:
    """Tell everybody who reported this message what became of it; how many they are."""
    where = (_T.c.message_id == message_id, _T.c.answered_at.is_(None))
    values = {"outcome": outcome, "answer": text, "by": by, "answered_at": now}
    return tx.execute(update(_T).where(*where).values(**values)).rowcount


def to_tell(tx: Transaction, *, now: datetime, limit: int) -> list[Waiting]:
    """Those with an address whose message was decided about, or is not there any more."""
    settled = or_(_T.c.answered_at.is_not(None), _T.c.message_id.is_(None))
    ready = or_(_T.c.mail_due_at.is_(None), _T.c.mail_due_at <= now)
    columns = [*_COLUMNS, _T.c.mail, _T.c.mail_tries]
    query = select(*columns).where(_T.c.mail.is_not(None), settled, ready).order_by(_T.c.id)
    found = []
    for row in tx.execute(query.limit(limit)):
        *known, mail, tries = row
        report = Report(**dict(zip(Report.__dataclass_fields__, known, strict=True)))
        found.append(Waiting(report=report, mail=mail, tries=tries))
    return found


def told(tx: Transaction, report_id: int) -> None:
    """The answer left, or cannot: the address is forgotten."""
    tx.execute(update(_T).where(_T.c.id == report_id).values(mail=None, mail_due_at=None))


def claim_letter(tx: Transaction, waiting: Waiting, *, again: datetime) -> bool:
    """As `letters.claim`: before the answer leaves."""
    mine = (_T.c.id == waiting.report.id, _T.c.mail_tries == waiting.tries, _T.c.mail.is_not(None))
    change = update(_T).where(*mine).values(mail_due_at=again, mail_tries=waiting.tries + 1)
    return tx.execute(change).rowcount == 1


def count_since(tx: Transaction, moment: datetime, *, sender: str) -> int:
    """How many one sender brought since then."""
    where = (_T.c.at > moment, _T.c.sender == sender)
    return tx.execute(select(func.count()).select_from(_T).where(*where)).scalar_one()


def forget_senders(tx: Transaction, *, before: datetime) -> None:
    """Where old reports came from is not kept."""
    old = (_T.c.at < before, _T.c.sender.is_not(None))
    tx.execute(update(_T).where(*old).values(sender=None))


def forget_addresses(tx: Transaction, *, before: datetime) -> None:
    """An address that waits for an answer since then waits no longer."""
    old = (_T.c.at < before, _T.c.mail.is_not(None))
    tx.execute(update(_T).where(*old).values(mail=None, mail_due_at=None))


def forget_old(tx: Transaction, *, before: datetime) -> None:
    """What was answered, or is about nothing any more, is not kept for ever."""
    settled = or_(_T.c.answered_at.is_not(None), _T.c.message_id.is_(None))
    tx.execute(delete(_T).where(_T.c.at < before, settled))
