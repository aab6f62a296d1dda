"""People: authors of other networks as they showed themselves last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from syndication.model import Author, Ref
from syndication.store import tables
from syndication.store.database import Transaction

_T = tables.authors


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAuthor:
    """A person on one network."""

    id: int
    network: str
    name: str
    handle: str
    url: str | None
    ref_id: str
    picture: str | None
    emojis: dict[str, str]


_COLUMNS = [_T.c[name] for name in StoredAuthor.__dataclass_fields__]


def remember(
    tx: Transaction, authors: Iterable[Author], *, network: str, now: datetime
) -> dict[str, int]:
    """Store those that are new and what changed about the others; Ref.id → id."""
    newest = {author.ref.id: author for author in authors}
    old = _by_ref(tx, {author.ref for author in newest.values()})
    added = [author for ref_id, author in newest.items() if ref_id not in old]
    for ref_id, stored in old.items():
        values = _values(newest[ref_id])
        if any(getattr(stored, key) != value for key, value in values.items()):
            tx.execute(update(_T).where(_T.c.id == stored.id).values(**values, seen_at=now))
    ids = {ref_id: stored.id for ref_id, stored in old.items()}
    if added:
        rows = [
            {
                "space": author.ref.space,
                "ref_id": author.ref.id,
                "local": author.ref.local,
                "network": network,
                "seen_at": now,
                **_values(author),
            }
            for author in added
        ]
        result = tx.execute(_T.insert().returning(_T.c.id, sort_by_parameter_order=True), rows)
        ids |= {author.ref.id: row.id for author, row in zip(added, result, strict=True)}
    return ids


def by_id(tx: Transaction, ids: Iterable[int]) -> dict[int, StoredAuthor]:
    """Several authors."""
    rows = tx.execute(select(*_COLUMNS).where(_T.c.id.in_(set(ids))))
    return {row.id: StoredAuthor(**row._mapping) for row in rows}


def _by_ref(tx: Transaction, refs: set[Ref]) -> dict[str, StoredAuthor]:
    found = {}
    for space in {ref.space for ref in refs}:
        ids = {ref.id for ref in refs if ref.space == space}
        where = (_T.c.space == space, _T.c.ref_id.in_(ids))
        for row in tx.execute(select(*_COLUMNS).where(*where)):
            found[row.ref_id] = StoredAuthor(**row._mapping)
    return found


def _values(author: Author) -> dict[str, object]:
    return {
        "name": author.name,
        "handle": author.handle,
        "url": author.ref.url,
        "picture": author.picture,
        "emojis": dict(author.emojis),
    }
