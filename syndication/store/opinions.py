"""What a service says of comments, where the settings ask one. Its row goes with the comment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, exists, or_, select, update

from syndication.model import Verdict
from syndication.store import tables
from syndication.store.database import Transaction

HAM, SPAM = "ham", "spam"
NOT_ASKED = ""

_T = tables.opinions


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What is said of one revision of a comment."""

    message_id: int
    revision: int
    address: str | None
    said: str  # "" (not asked yet) | ham | spam


_COLUMNS = [_T.c[name] for name in Opinion.__dataclass_fields__]


def ask(
    tx: Transaction, message_id: int, revision: int, *, now: datetime, address: str = ""
) -> None:
    """These words are to be asked about; without an address, the one that is known stays."""
    values: dict[str, object] = {"revision": revision, "asked_at": now, "said": NOT_ASKED}
    if address:
        values["address"] = address
    this = _T.c.message_id == message_id
    if tx.execute(update(_T).where(this).values(**values)).rowcount == 0:
        tx.execute(_T.insert().values(message_id=message_id, **values))


def to_ask(tx: Transaction, *, limit: int) -> list[Opinion]:
    """Those that nobody was asked about yet, longest waiting first."""
    query = select(*_COLUMNS).where(_T.c.said == NOT_ASKED).order_by(_T.c.asked_at).limit(limit)
    return [Opinion(**row._mapping) for row in tx.execute(query)]


def to_tell(tx: Transaction, *, limit: int) -> list[tuple[Opinion, str]]:
    """(what the service says, what it is to be told) where a person decided otherwise."""
    messages, decisions = tables.messages, tables.decisions
    newer = decisions.alias()
    later = exists().where(
        newer.c.message_id == decisions.c.message_id, newer.c.id > decisions.c.id
    )
    differ = or_(
        and_(_T.c.said == SPAM, messages.c.verdict == Verdict.APPROVE),
        and_(_T.c.said == HAM, messages.c.verdict == Verdict.SPAM),
    )
    query = (
        select(*_COLUMNS, messages.c.verdict)
        .select_from(_T.join(messages).join(decisions, decisions.c.message_id == messages.c.id))
        .where(~later, decisions.c.by.not_in(("rules", "visitor")), differ)
        .limit(limit)
    )
    found = []
    for row in tx.execute(query):
        *values, verdict = row
        opinion = Opinion(**dict(zip(Opinion.__dataclass_fields__, values, strict=True)))
        found.append((opinion, SPAM if verdict == Verdict.SPAM else HAM))
    return found


def settle(tx: Transaction, opinion: Opinion, said: str) -> bool:
    """This is what it says; False where the words were changed or withdrawn meanwhile."""
    where = (
        _T.c.message_id == opinion.message_id,
        _T.c.revision == opinion.revision,
        _T.c.said == opinion.said,
    )
    return tx.execute(update(_T).where(*where).values(said=said)).rowcount == 1


def drop(tx: Transaction, opinion: Opinion) -> None:
    """These words are not asked about."""
    where = (_T.c.message_id == opinion.message_id, _T.c.revision == opinion.revision)
    tx.execute(delete(_T).where(*where, _T.c.said == NOT_ASKED))


def forget_addresses(tx: Transaction, *, before: datetime) -> None:
    """Where comments came from is forgotten; what got no answer so long is not asked any more."""
    old = _T.c.asked_at < before
    tx.execute(delete(_T).where(old, _T.c.said == NOT_ASKED))
    tx.execute(update(_T).where(old, _T.c.address.is_not(None)).values(address=None))
