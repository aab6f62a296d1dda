"""What messages say: the first words, each edit as a revision, and what was decided about each.

`add` works on a whole page of a network at a time: a handful of statements, whatever its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select, update

from syndication.model import Decision, Message, Ref, Upstream, Verdict, Words
from syndication.store import people, tables, tombstones
from syndication.store.database import Transaction
from syndication.store.encoding import identifier, words_of_row, words_to_columns
from syndication.store.many import among
from syndication.store.messages.rows import StoredMessage
from syndication.store.messages.sightings import sighted

_T = tables.messages


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What `add` stores: a sighting, where it belongs, and the first judgement on it."""

    message: Message
    network: str
    author_id: int
    post_id: int | None
    copy_id: int | None
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """What `revise` stores: new words for a known message, and the judgement on them."""

    stored: StoredMessage
    message: Message
    decision: Decision


def add(
    tx: Transaction, new: Sequence[NewMessage], *, account: str, via: str, now: datetime
) -> list[int]:
    """Store messages that are not known, each with its first revision; their ids in order.

    What answers a message that was erased does not keep the name of it.
    """
    if not new:
        return []
    erased = _erased_parents(tx, new)
    rows = [_new_row(item, erased, now) for item in new]
    # SQLite would keep the order only by inserting each row for itself.
    result = tx.execute(_T.insert().returning(_T.c.space, _T.c.ref_id, _T.c.id), rows)
    stored = {(row.space, row.ref_id): row.id for row in result}
    refs = (item.message.ref for item in new)
    ids = [stored[ref.space, identifier(ref.id)] for ref in refs]
    pairs = list(zip(ids, new, strict=True))
    tx.execute(
        tables.revisions.insert(),
        [_revision_row(id_, 1, item.message, now) for id_, item in pairs],
    )
    tx.execute(
        tables.decisions.insert(),
        [_decision_row(id_, 1, item.decision, Verdict.HOLD, None, now) for id_, item in pairs],
    )
    at_once = [item.author_id for item in new if item.decision.verdict == Verdict.APPROVE]
    if at_once:
        people.approved(tx, at_once)
    seen = [(id_, item.message.ref.local) for id_, item in pairs]
    sighted(tx, seen, account=account, via=via, now=now)
    return ids


def revise(tx: Transaction, changes: Sequence[Revised], *, now: datetime) -> None:
    """Store new words of known messages. What the page shows stays what was approved."""
    for change in changes:
        stored, decision = change.stored, change.decision
        number = stored.revision + 1
        tx.execute(
            tables.revisions.insert(), [_revision_row(stored.id, number, change.message, now)]
        )
        decide(tx, stored, decision, revision=number, now=now)
        tx.execute(
            update(_T)
            .where(_T.c.id == stored.id)
            .values(revision=number, visibility=change.message.visibility)
        )


def decide(
    tx: Transaction, stored: StoredMessage, decision: Decision, *, revision: int, now: datetime
) -> int:
    """Record a decision and what follows from it for the page; its id.

    Approved: this revision is shown. Held: what was approved before stays. Else: nothing is shown.
    """
    shown = {Verdict.APPROVE: revision, Verdict.HOLD: stored.shown}.get(decision.verdict)
    row = _decision_row(stored.id, revision, decision, stored.verdict, stored.shown, now)
    result = tx.execute(tables.decisions.insert().values(**row))
    tx.execute(update(_T).where(_T.c.id == stored.id).values(verdict=decision.verdict, shown=shown))
    if decision.verdict == Verdict.APPROVE:
        people.approved(tx, [stored.author_id])
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def restore(tx: Transaction, stored: StoredMessage, *, verdict: Verdict, shown: int | None) -> None:
    """Undo: what was decided before is so again."""
    tx.execute(update(_T).where(_T.c.id == stored.id).values(verdict=verdict, shown=shown))


def last_decision(tx: Transaction, message_id: int) -> Row[tuple[object, ...]] | None:
    """The newest decision on a message, whoever made it."""
    table = tables.decisions
    query = select(table).where(table.c.message_id == message_id).order_by(table.c.id.desc())
    return tx.execute(query.limit(1)).one_or_none()


def words(tx: Transaction, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Words]:
    """(message, revision) → its words."""
    table = tables.revisions
    pairs = set(wanted)
    query = select(table).where(among(tx, table.c.message_id, (message for message, _ in pairs)))
    found = {}
    for row in tx.execute(query):
        if (row.message_id, row.number) in pairs:
            found[row.message_id, row.number] = words_of_row(row)
    return found


def edited(tx: Transaction, wanted: Iterable[tuple[int, int]]) -> dict[int, datetime]:
    """message → when these words replaced earlier ones, for those of (message, revision) that did.

    As its network says; nothing where it does not.
    """
    table = tables.revisions
    pairs = set(wanted)
    query = select(table.c.message_id, table.c.number, table.c.edited).where(
        among(tx, table.c.message_id, (message for message, _ in pairs)),
        table.c.edited.is_not(None),
    )
    rows = tx.execute(query)
    return {row.message_id: row.edited for row in rows if (row.message_id, row.number) in pairs}


def digests(tx: Transaction, stored: Iterable[StoredMessage]) -> dict[int, str]:
    """message → digest of its newest words."""
    table = tables.revisions
    ids = {message.id for message in stored}
    query = (
        select(table.c.message_id, table.c.digest)
        .where(among(tx, table.c.message_id, ids))
        .order_by(table.c.number)
    )
    return {row.message_id: row.digest for row in tx.execute(query)}


def _erased_parents(tx: Transaction, new: Sequence[NewMessage]) -> set[Ref]:
    parents = {item.message.reply_to for item in new if item.message.reply_to}
    erased: set[Ref] = set()
    for space in {ref.space for ref in parents}:
        ids = tombstones.among_ids(tx, space, (ref.id for ref in parents if ref.space == space))
        erased |= {ref for ref in parents if ref.space == space and ref.id in ids}
    return erased


def _new_row(item: NewMessage, erased: set[Ref], now: datetime) -> Mapping[str, object]:
    message = item.message
    verdict = item.decision.verdict
    parent = message.reply_to if message.reply_to not in erased else None
    return {
        "space": message.ref.space,
        "ref_id": message.ref.id,
        "url": message.ref.url,
        "network": item.network,
        "kind": message.kind,
        "visibility": message.visibility,
        "author_id": item.author_id,
        "post_id": item.post_id,
        "copy_id": item.copy_id,
        "reply_to": parent.id if parent else None,
        "written": message.written,
        "first_seen": now,
        "upstream": Upstream.LIVE,
        "revision": 1,
        "verdict": verdict,
        "shown": 1 if verdict == Verdict.APPROVE else None,
        "checked_at": now,
    }


def _revision_row(id_: int, number: int, message: Message, now: datetime) -> Mapping[str, object]:
    said = message.words
    return {
        "message_id": id_,
        "number": number,
        **words_to_columns(said),
        "edited": message.edited,
        "seen_at": now,
    }


def _decision_row(
    id_: int, revision: int, decision: Decision, verdict: str, shown: int | None, now: datetime
) -> dict[str, object]:
    return {
        "message_id": id_,
        "revision": revision,
        "verdict": decision.verdict,
        "by": decision.by,
        "rule": decision.rule,
        "trace": list(decision.trace),
        "reason": decision.reason,
        "before": {"verdict": verdict, "shown": shown},
        "at": now,
    }
