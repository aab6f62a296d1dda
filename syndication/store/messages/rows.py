"""Messages as rows: where each stands, without its words, and the lists that steps ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select

from syndication.model import PUBLIC, Upstream, Verdict
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.encoding import identifier
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


def by_id(tx: Transaction, ids: Iterable[int]) -> dict[int, StoredMessage]:
    """Several messages."""
    return {message.id: message for message in select_messages(tx, among(tx, _T.c.id, ids))}


def known(tx: Transaction, space: str, ids: Iterable[str]) -> dict[str, StoredMessage]:
    """Ref.id → message, for those that are stored."""
    asked = {identifier(ref_id): ref_id for ref_id in ids}
    found = select_messages(tx, _T.c.space == space, among(tx, _T.c.ref_id, asked))
    return {asked[message.ref_id]: message for message in found}


def known_ids(tx: Transaction, ids: Iterable[str]) -> set[str]:
    """Those of these ids, whatever their space, that are stored."""
    query = select(_T.c.ref_id).where(among(tx, _T.c.ref_id, ids))
    return set(tx.execute(query).scalars())


def of_ref(tx: Transaction, ref_id: str) -> list[StoredMessage]:
    """The messages of that id, in whatever naming space."""
    return select_messages(tx, _T.c.ref_id == identifier(ref_id))


def of_author(tx: Transaction, author_id: int) -> list[StoredMessage]:
    """All that one person said, as far as it is stored."""
    return select_messages(tx, _T.c.author_id == author_id)


def never_shown(tx: Transaction, *, before: datetime, limit: int) -> list[StoredMessage]:
    """What came in before then and stands on no page: words that nobody approved, or private."""
    return select_messages(tx, _T.c.shown.is_(None), _T.c.first_seen < before, limit=limit)


def of_post(tx: Transaction, post_id: int) -> list[StoredMessage]:
    """All messages of one post, shown or not: the page's tree is made of them."""
    return select_messages(tx, _T.c.post_id == post_id)


def pages_of_authors(tx: Transaction, authors: Iterable[int]) -> set[int]:
    """The posts whose pages show words of these authors."""
    where = (among(tx, _T.c.author_id, authors), _T.c.shown.is_not(None))
    query = select(_T.c.post_id).where(*where, _T.c.post_id.is_not(None)).distinct()
    return set(tx.execute(query).scalars())


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
