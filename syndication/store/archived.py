"""Messages as an archive carries them: read whole, put back whole.

What is put back never overwrites: whoever calls has looked whether it is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, select, update

from syndication.model import PUBLIC, Decision, Upstream, Verdict, Words
from syndication.store import messages, tables
from syndication.store.database import Transaction
from syndication.store.encoding import words_of_row, words_to_columns
from syndication.store.many import among
from syndication.store.messages import StoredMessage

AT_ONCE = 500

Version = tuple[Words, datetime | None, datetime]
"""(words, when they were edited as their network says, when they were seen)"""
Judgement = tuple[Decision, int, datetime]
"""(decision, the revision that it is about, when)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All that is known of a message beside its row."""

    versions: Sequence[Version]
    judgements: Sequence[Judgement]
    names: Sequence[str]
    consent: Row[tuple[object, ...]] | None  # its row of `comments`


def kept(tx: Transaction, ids: Iterable[int]) -> dict[int, Kept]:
    """message → every wording, every decision, its other names, what its writer agreed to."""
    wanted = list(ids)
    versions, judgements = _versions(tx, wanted), _judgements(tx, wanted)
    names: dict[int, list[str]] = {}
    table = tables.names
    rows = select(table).where(among(tx, table.c.message_id, wanted)).order_by(table.c.name)
    for row in tx.execute(rows):
        names.setdefault(row.message_id, []).append(row.name)
    agreed = select(tables.comments).where(among(tx, tables.comments.c.message_id, wanted))
    consents = {row.message_id: row for row in tx.execute(agreed)}
    return {
        id_: Kept(
            versions=versions.get(id_, ()),
            judgements=judgements.get(id_, ()),
            names=names.get(id_, ()),
            consent=consents.get(id_),
        )
        for id_ in wanted
    }


def put_past(
    tx: Transaction,
    message_id: int,
    *,
    first_seen: datetime,
    versions: Sequence[Version],
    judgements: Sequence[Judgement],
    shown: int | None,
    verdict: Verdict,
) -> None:
    """A message that was just added has this past instead of the beginning that it was given."""
    for table in (tables.revisions, tables.decisions):
        tx.execute(delete(table).where(table.c.message_id == message_id))
    tx.execute(
        tables.revisions.insert(),
        [_revision(message_id, number, one) for number, one in enumerate(versions, 1)],
    )
    tx.execute(tables.decisions.insert(), list(_decisions(message_id, judgements)))
    table = tables.messages
    facts = {
        "first_seen": first_seen,
        "revision": len(versions),
        "verdict": verdict,
        "shown": shown,
    }
    tx.execute(update(table).where(table.c.id == message_id).values(**facts))


def put_consent(
    tx: Transaction, message_id: int, *, secret: str, language: str, notice: str, at: datetime
) -> None:
    """What the writer of a comment agreed to; their private page opens as it did."""
    table = tables.comments
    taken = tx.execute(select(table.c.message_id).where(table.c.secret == secret)).first()
    if taken is None:
        values = {"secret": secret, "language": language, "consent": notice, "at": at}
        tx.execute(table.insert().values(message_id=message_id, **values))


def unplaced(tx: Transaction) -> Iterator[list[StoredMessage]]:
    """What stands under no page, public and still there, some at a time."""
    table, last = tables.messages, 0
    shared = (table.c.post_id.is_(None), table.c.upstream == Upstream.LIVE)
    while True:
        where = (*shared, table.c.visibility.in_(PUBLIC), table.c.id > last)
        ids = select(table.c.id).where(*where).order_by(table.c.id).limit(AT_ONCE)
        found = messages.by_id(tx, tx.execute(ids).scalars().all())
        if not found:
            return
        last = max(found)
        yield [found[id_] for id_ in sorted(found)]


def _versions(tx: Transaction, ids: Iterable[int]) -> dict[int, list[Version]]:
    table = tables.revisions
    query = select(table).where(among(tx, table.c.message_id, ids))
    found: dict[int, list[Version]] = {}
    for row in tx.execute(query.order_by(table.c.message_id, table.c.number)):
        words = words_of_row(row)
        found.setdefault(row.message_id, []).append((words, row.edited, row.seen_at))
    return found


def _judgements(tx: Transaction, ids: Iterable[int]) -> dict[int, list[Judgement]]:
    table = tables.decisions
    query = select(table).where(among(tx, table.c.message_id, ids))
    found: dict[int, list[Judgement]] = {}
    for row in tx.execute(query.order_by(table.c.id)):
        decision = Decision(
            verdict=Verdict(row.verdict),
            by=row.by,
            rule=row.rule,
            trace=tuple(row.trace),
            reason=row.reason,
        )
        found.setdefault(row.message_id, []).append((decision, row.revision, row.at))
    return found


def _revision(message_id: int, number: int, version: Version) -> dict[str, object]:
    said, edited, seen = version
    return {
        "message_id": message_id,
        "number": number,
        **words_to_columns(said),
        "edited": edited,
        "seen_at": seen,
    }


def _decisions(message_id: int, judgements: Iterable[Judgement]) -> Iterator[dict[str, object]]:
    """Each with what undo would restore: what was so before it."""
    verdict, shown = Verdict.HOLD, None
    for decision, revision, at in judgements:
        yield {
            "message_id": message_id,
            "revision": revision,
            "verdict": decision.verdict,
            "by": decision.by,
            "rule": decision.rule,
            "trace": list(decision.trace),
            "reason": decision.reason,
            "at": at,
            "before": {"verdict": verdict, "shown": shown},
        }
        shown = {Verdict.APPROVE: revision, Verdict.HOLD: shown}.get(decision.verdict)
        verdict = decision.verdict
