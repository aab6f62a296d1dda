"""What stands around messages, for the cards of the desk: read for a whole list at a time.

Each function is one statement, whatever the number of messages (`conversation`: one a level).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from syndication.model import Verdict
from syndication.store import copies, messages, tables
from syndication.store.copies import Copy
from syndication.store.database import Transaction
from syndication.store.messages import StoredMessage

_M = tables.messages
_D = tables.decisions
_S = tables.sightings
_C = tables.copies

CONVERSATION = 500
"""Messages of one conversation that are read at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The last decision on a message."""

    id: int
    verdict: Verdict
    revision: int
    by: str
    rule: str
    at: datetime
    reason: str = ""  # what whoever wrote it is told

    @property
    def by_person(self) -> bool:
        """Did a member of staff decide, rather than the rules?"""
        return self.by not in ("rules", "visitor")


def by_id(tx: Transaction, ids: Iterable[int]) -> dict[int, StoredMessage]:
    """Several messages."""
    return {found.id: found for found in messages.select_messages(tx, _M.c.id.in_(set(ids)))}


def last_decisions(tx: Transaction, ids: Iterable[int]) -> dict[int, Decided]:
    """message → the newest decision on it, whoever made it."""
    newest = select(func.max(_D.c.id)).where(_D.c.message_id.in_(set(ids)))
    rows = tx.execute(select(_D).where(_D.c.id.in_(newest.group_by(_D.c.message_id))))
    return {
        row.message_id: Decided(
            id=row.id,
            verdict=Verdict(row.verdict),
            revision=row.revision,
            by=row.by,
            rule=row.rule,
            at=row.at,
            reason=row.reason,
        )
        for row in rows
    }


def previous_by_author(tx: Transaction, ids: Iterable[int]) -> dict[int, int]:
    """message → the one of the same author that came before it, where there is one."""
    older = _M.alias()
    before = (
        select(func.max(older.c.id))
        .where(older.c.author_id == _M.c.author_id, older.c.id < _M.c.id)
        .scalar_subquery()
    )
    rows = tx.execute(select(_M.c.id, before.label("before")).where(_M.c.id.in_(set(ids))))
    return {row.id: row.before for row in rows if row.before is not None}


def sightings(tx: Transaction, ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """message → (account, via) of every sighting, first one first."""
    query = select(_S.c.message_id, _S.c.account, _S.c.via).where(_S.c.message_id.in_(set(ids)))
    seen: dict[int, list[tuple[str, str]]] = {}
    for row in tx.execute(query.order_by(_S.c.seen_at, _S.c.account, _S.c.via)):
        seen.setdefault(row.message_id, []).append((row.account, row.via))
    return seen


def answers_to(tx: Transaction, ids: Iterable[int]) -> dict[int, list[Copy]]:
    """message → our answers to it, oldest first."""
    found: dict[int, list[Copy]] = {}
    for copy in copies.select_copies(tx, _C.c.answers_id.in_(set(ids)), limit=100_000):
        if copy.answers_id is not None:
            found.setdefault(copy.answers_id, []).append(copy)
    return found


def seen_at(tx: Transaction, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], datetime]:
    """(message, revision) → when those words first reached us."""
    table = tables.revisions
    wanted = set(pairs)
    query = select(table.c.message_id, table.c.number, table.c.seen_at)
    rows = tx.execute(query.where(table.c.message_id.in_({message for message, _ in wanted})))
    found = {(row.message_id, row.number): row.seen_at for row in rows}
    return {pair: found[pair] for pair in wanted if pair in found}


def conversation(tx: Transaction, stored: StoredMessage) -> list[StoredMessage]:
    """The messages of the conversation that `stored` belongs to, itself included.

    All under the same copy of ours; where there is none, what it answers and what answers that.
    """
    if stored.copy_id is not None:
        found = messages.select_messages(tx, _M.c.copy_id == stored.copy_id, limit=CONVERSATION)
        return found if stored in found else [*found, stored]
    top = stored
    seen = {top.id: top}
    while top.reply_to and len(seen) < CONVERSATION:
        parent = messages.known(tx, top.space, [top.reply_to]).get(top.reply_to)
        if parent is None or parent.id in seen:
            break
        seen[parent.id] = top = parent
    level = list(seen.values())
    while level and len(seen) < CONVERSATION:
        refs = {message.ref_id for message in level}
        replies = messages.select_messages(
            tx, _M.c.space == stored.space, _M.c.reply_to.in_(refs), limit=CONVERSATION - len(seen)
        )
        level = [reply for reply in replies if reply.id not in seen]
        seen |= {reply.id: reply for reply in level}
    return sorted(seen.values(), key=lambda message: message.id)
