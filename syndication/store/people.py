"""People: authors of other networks as they showed themselves last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from syndication.model import Author, Ref
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.encoding import cleaned, identifier
from syndication.store.many import among

_T = tables.authors


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAuthor:
    """A person on one network."""

    id: int
    network: str
    name: str
    handle: str
    url: str | None
    space: str
    ref_id: str
    local: str | None  # what the server of the account that met them first calls them
    picture: str | None
    emojis: dict[str, str]
    shown_name: str | None  # as it was approved with words of theirs
    shown_picture: str | None
    shown_emojis: dict[str, str] | None

    @property
    def ref(self) -> Ref:
        """How adapters name them."""
        return Ref(space=self.space, id=self.ref_id, url=self.url, local=self.local)


_COLUMNS = [_T.c[name] for name in StoredAuthor.__dataclass_fields__]


def remember(
    tx: Transaction, authors: Iterable[Author], *, network: str, now: datetime
) -> dict[str, int]:
    """Store those that are new and what changed about the others; Ref.id → id."""
    newest = {(author.ref.space, identifier(author.ref.id)): author for author in authors}
    old = _by_name(tx, newest)
    added = [author for name, author in newest.items() if name not in old]
    for name, stored in old.items():
        values = _values(newest[name])
        if any(getattr(stored, key) != value for key, value in values.items()):
            tx.execute(update(_T).where(_T.c.id == stored.id).values(**values, seen_at=now))
    ids = {newest[name].ref.id: stored.id for name, stored in old.items()}
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
        result = tx.execute(_T.insert().returning(_T.c.space, _T.c.ref_id, _T.c.id), rows)
        ids |= {newest[row.space, row.ref_id].ref.id: row.id for row in result}
    return ids


def met(
    tx: Transaction, authors: Iterable[Author], *, network: str, now: datetime
) -> dict[tuple[str, str], int]:
    """Store those that are new, leave the others as they show themselves; (space, Ref.id) → id."""
    newest = {(author.ref.space, author.ref.id): author for author in authors}
    names = {(space, identifier(id_)): (space, id_) for space, id_ in newest}
    ids = {names[name]: stored.id for name, stored in _by_name(tx, names).items()}
    new = [author for name, author in newest.items() if name not in ids]
    for space in {author.ref.space for author in new}:
        here = [author for author in new if author.ref.space == space]
        stored_now = remember(tx, here, network=network, now=now)
        ids |= {(space, ref_id): id_ for ref_id, id_ in stored_now.items()}
    return ids


def renewed(tx: Transaction, authors: Iterable[Author]) -> set[int]:
    """Those known ones who show themselves otherwise now: another name, another picture."""
    newest = {(author.ref.space, identifier(author.ref.id)): author for author in authors}
    return {
        stored.id
        for name, stored in _by_name(tx, newest).items()
        if any(getattr(stored, key) != value for key, value in _values(newest[name]).items())
    }


def approved(tx: Transaction, ids: Iterable[int]) -> None:
    """Somebody read words of theirs and approved them: so they may be shown, name and picture too.

    What they change later stands on no page before words of theirs are approved again.
    """
    shown = {"shown_name": _T.c.name, "shown_picture": _T.c.picture, "shown_emojis": _T.c.emojis}
    tx.execute(update(_T).where(among(tx, _T.c.id, set(ids))).values(**shown))


def by_id(tx: Transaction, ids: Iterable[int]) -> dict[int, StoredAuthor]:
    """Several authors."""
    rows = tx.execute(select(*_COLUMNS).where(among(tx, _T.c.id, ids)))
    return {row.id: StoredAuthor(**row._mapping) for row in rows}


def _by_name(
    tx: Transaction, names: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], StoredAuthor]:
    """(space, ref_id as it is kept) → author."""
    wanted = set(names)
    found = {}
    for space in {space for space, _ in wanted}:
        where = (_T.c.space == space, among(tx, _T.c.ref_id, (id_ for _, id_ in wanted)))
        for row in tx.execute(select(*_COLUMNS).where(*where)):
            if (space, row.ref_id) in wanted:
                found[space, row.ref_id] = StoredAuthor(**row._mapping)
    return found


def _values(author: Author) -> dict[str, Any]:
    """What is kept of how they show themselves, as the columns will give it back."""
    values: dict[str, Any] = cleaned(
        {
            "name": author.name,
            "handle": author.handle,
            "url": author.ref.url,
            "picture": author.picture,
            "emojis": author.emojis,
        }
    )
    return values
