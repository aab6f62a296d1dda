"""Messages: the words of others, their revisions and what was decided about them.

`known`, `add`, `revise` work on whole pages of a network at a time: a handful of statements for a
page of messages, whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, update

from syndication.model import PUBLIC, Decision, Message, Ref, Upstream, Verdict, Words
from syndication.store import copies, people, tables, tombstones
from syndication.store.database import Transaction
from syndication.store.encoding import identifier, pictures_from_json, pictures_to_json
from syndication.store.many import among

_T = tables.messages


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """One row of `messages`: where it stands, without its words."""

    id: int
    space: str
    ref_id: str
    url: str | None
    network: str
    kind: str
    visibility: str
    author_id: int
    post_id: int | None
    copy_id: int | None
    reply_to: str | None
    written: datetime
    first_seen: datetime
    upstream: Upstream
    missing_since: datetime | None
    revision: int
    verdict: Verdict
    shown: int | None

    @property
    def visible(self) -> bool:
        """May the page show it? Some revision is approved, it is public and still there."""
        public = self.visibility in PUBLIC and self.upstream == Upstream.LIVE
        return public and self.shown is not None


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


_COLUMNS = [_T.c[name] for name in StoredMessage.__dataclass_fields__]


def _stored(row: Row[tuple[object, ...]]) -> StoredMessage:
    value = dict(row._mapping)
    value["upstream"] = Upstream(row.upstream)
    value["verdict"] = Verdict(row.verdict)
    return StoredMessage(**value)


def select_messages(
    tx: Transaction, *where: ColumnElement[bool], limit: int = 100_000
) -> list[StoredMessage]:
    """Messages that fulfil all conditions, in the order in which they came."""
    query = select(*_COLUMNS).where(*where).order_by(_T.c.id).limit(limit)
    return [_stored(row) for row in tx.execute(query)]


def get(tx: Transaction, message_id: int) -> StoredMessage | None:
    """One message."""
    found = select_messages(tx, _T.c.id == message_id)
    return found[0] if found else None


def of_author(tx: Transaction, author_id: int) -> list[StoredMessage]:
    """All that one person said, as far as it is stored."""
    return select_messages(tx, _T.c.author_id == author_id)


def never_shown(tx: Transaction, *, before: datetime, limit: int) -> list[StoredMessage]:
    """What came in before then and stands on no page: words that nobody approved, or private."""
    return select_messages(tx, _T.c.shown.is_(None), _T.c.first_seen < before, limit=limit)


def by_id(tx: Transaction, ids: Iterable[int]) -> dict[int, StoredMessage]:
    """Several messages."""
    return {message.id: message for message in select_messages(tx, among(tx, _T.c.id, ids))}


def known(tx: Transaction, space: str, ids: Iterable[str]) -> dict[str, StoredMessage]:
    """Ref.id → message, for those that are stored."""
    asked = {identifier(ref_id): ref_id for ref_id in ids}
    found = select_messages(tx, _T.c.space == space, among(tx, _T.c.ref_id, asked))
    return {asked[message.ref_id]: message for message in found}


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
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def restore(tx: Transaction, stored: StoredMessage, *, verdict: Verdict, shown: int | None) -> None:
    """Undo: what was decided before is so again."""
    tx.execute(update(_T).where(_T.c.id == stored.id).values(verdict=verdict, shown=shown))


def last_decision(tx: Transaction, message_id: int) -> Row[tuple[object, ...]] | None:
    """The newest decision on a message, whoever made it."""
    table = tables.decisions
    query = select(table).where(table.c.message_id == message_id).order_by(table.c.id.desc())
    return tx.execute(query.limit(1)).one_or_none()


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


def words(tx: Transaction, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Words]:
    """(message, revision) → its words."""
    table = tables.revisions
    pairs = set(wanted)
    query = select(table).where(among(tx, table.c.message_id, (message for message, _ in pairs)))
    found = {}
    for row in tx.execute(query):
        if (row.message_id, row.number) in pairs:
            found[row.message_id, row.number] = Words(
                html=row.html,
                text=row.text,
                language=row.language,
                warning=row.warning,
                pictures=pictures_from_json(row.pictures),
                emojis=row.emojis,
            )
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


# --- where they stand upstream ---------------------------------------------------------------


def alive(tx: Transaction, ids: Iterable[int], *, now: datetime) -> None:
    """The network has them."""
    tx.execute(
        update(_T)
        .where(among(tx, _T.c.id, ids))
        .values(upstream=Upstream.LIVE, missing_since=None, checked_at=now)
    )


def went_missing(tx: Transaction, message_id: int, *, now: datetime) -> None:
    """The network said it has it no more: hidden from now on, erased when that is confirmed."""
    tx.execute(
        update(_T)
        .where(_T.c.id == message_id)
        .values(
            upstream=Upstream.MISSING,
            missing_since=func.coalesce(_T.c.missing_since, now),
            checked_at=now,
        )
    )


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


def under_copy(tx: Transaction, copy_id: int) -> list[StoredMessage]:
    """Everything known under one copy that is not known to be gone, longest unchecked first."""
    where = (_T.c.copy_id == copy_id, _T.c.upstream != Upstream.GONE)
    query = select(*_COLUMNS).where(*where).order_by(_T.c.checked_at, _T.c.id)
    return [_stored(row) for row in tx.execute(query)]


def to_verify(
    tx: Transaction,
    account: str,
    *,
    checked_before: datetime,
    missing_before: datetime,
    limit: int,
    covered_before: datetime | None = None,
) -> list[StoredMessage]:
    """Messages of this account to be asked for by their ids, longest unchecked first.

    Those that stand under no copy of ours and were checked before `checked_before`, those that
    no thread has shown since `covered_before`, and missing ones due for confirmation.
    """
    table = tables.sightings
    seen = exists().where(table.c.message_id == _T.c.id, table.c.account == account)
    loose = and_(_T.c.copy_id.is_(None), _T.c.checked_at < checked_before)
    if covered_before is not None:
        loose = or_(loose, _T.c.checked_at < covered_before)
    missing = and_(
        _T.c.upstream == Upstream.MISSING,
        _T.c.missing_since < missing_before,
        _T.c.checked_at < missing_before,
    )
    query = (
        select(*_COLUMNS).where(seen, or_(loose, missing)).order_by(_T.c.checked_at).limit(limit)
    )
    return [_stored(row) for row in tx.execute(query)]


def of_post(tx: Transaction, post_id: int) -> list[StoredMessage]:
    """All messages of one post, shown or not: the page's tree is made of them."""
    return select_messages(tx, _T.c.post_id == post_id)


def pages_of_authors(tx: Transaction, authors: Iterable[int]) -> set[int]:
    """The posts whose pages show words of these authors."""
    where = (among(tx, _T.c.author_id, authors), _T.c.shown.is_not(None))
    query = select(_T.c.post_id).where(*where, _T.c.post_id.is_not(None)).distinct()
    return set(tx.execute(query).scalars())


def visible(
    tx: Transaction, *, newest: int | None = None, placed: bool = False
) -> list[StoredMessage]:
    """What may be shown, newest first; `newest` bounds how many, `placed`: only what has a page."""
    shown = [_T.c.shown.is_not(None), _T.c.upstream == Upstream.LIVE, _T.c.visibility.in_(PUBLIC)]
    if placed:
        shown.append(_T.c.post_id.is_not(None))
    query = (
        select(*_COLUMNS).where(*shown).order_by(_T.c.written.desc(), _T.c.id.desc()).limit(newest)
    )
    return [_stored(row) for row in tx.execute(query)]


def replies_to(tx: Transaction, space: str, ref_id: str) -> list[StoredMessage]:
    """What answers this message directly."""
    return select_messages(tx, _T.c.space == space, _T.c.reply_to == ref_id)


def counts(tx: Transaction) -> dict[str, int]:
    """verdict → how many live messages stand so."""
    query = (
        select(_T.c.verdict, func.count())
        .where(_T.c.upstream == Upstream.LIVE)
        .group_by(_T.c.verdict)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def erase(tx: Transaction, stored: StoredMessage, *, now: datetime) -> None:
    """Remove words, name and address; a tombstone without content keeps it from returning.

    What answered it, our answers too, hangs on what it had answered itself.
    """
    tx.execute(
        update(_T)
        .where(_T.c.space == stored.space, _T.c.reply_to == stored.ref_id)
        .values(reply_to=stored.reply_to)
    )
    author = people.by_id(tx, [stored.author_id])[stored.author_id]
    parent = Ref(space=stored.space, id=stored.reply_to) if stored.reply_to else None
    copies.lose_addressee(tx, stored.id, handle=author.handle, parent=parent)
    tx.execute(_T.delete().where(_T.c.id == stored.id))
    tombstones.put(tx, stored.space, stored.ref_id, now=now)
    others = select(func.count()).select_from(_T).where(_T.c.author_id == stored.author_id)
    if tx.execute(others).scalar_one() == 0:
        tx.execute(tables.authors.delete().where(tables.authors.c.id == stored.author_id))


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
        "digest": said.digest,
        "html": said.html,
        "text": said.text,
        "language": said.language,
        "warning": said.warning,
        "pictures": pictures_to_json(said.pictures),
        "emojis": dict(said.emojis),
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
        "before": {"verdict": verdict, "shown": shown},
        "at": now,
    }
