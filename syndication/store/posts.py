"""Posts: what the site has published, each known by all the paths it ever had."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, func, literal, select, update

from syndication.model import Post
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.many import among

_T = tables.posts


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPost:
    """A post as the daemon remembers it."""

    id: int
    path: str
    url: str
    kind: str
    title: str
    language: str
    published: datetime
    digest: str
    comments: str
    audience: str
    missing_since: datetime | None

    def open_on(self, day: date) -> bool:
        """May people still comment on `day`?"""
        if self.comments in ("open", "closed"):
            return self.comments == "open"
        return day <= date.fromisoformat(self.comments)


_COLUMNS = [_T.c[name] for name in StoredPost.__dataclass_fields__]


def _stored(row: Any) -> StoredPost:
    return StoredPost(**{name: row._mapping[name] for name in StoredPost.__dataclass_fields__})


def everything(tx: Transaction) -> list[StoredPost]:
    """All posts; 10,000 rows take about 0.1 s."""
    return [_stored(row) for row in tx.execute(select(*_COLUMNS).order_by(_T.c.id))]


def count(tx: Transaction) -> int:
    """How many posts are known."""
    return tx.execute(select(func.count()).select_from(_T)).scalar_one()


def usual_language(tx: Transaction) -> str:
    """The language in which most posts are written; "" while there are none."""
    often = select(_T.c.language).group_by(_T.c.language)
    found = tx.execute(often.order_by(func.count().desc(), _T.c.language).limit(1)).scalar()
    return found or ""


def get(tx: Transaction, post_id: int) -> StoredPost | None:
    """One post."""
    row = tx.execute(select(*_COLUMNS).where(_T.c.id == post_id)).one_or_none()
    return _stored(row) if row else None


def by_id(tx: Transaction, ids: Iterable[int]) -> dict[int, StoredPost]:
    """Several posts."""
    rows = tx.execute(select(*_COLUMNS).where(among(tx, _T.c.id, ids)))
    return {row.id: _stored(row) for row in rows}


def ids_of_paths(tx: Transaction, paths: Iterable[str]) -> dict[str, int]:
    """path → post, for present and former paths."""
    table = tables.post_paths
    found = tx.execute(select(table).where(among(tx, table.c.path, paths)))
    return {row.path: row.post_id for row in found}


def all_paths(tx: Transaction) -> dict[str, int]:
    """Every present and former path → post."""
    return {row.path: row.post_id for row in tx.execute(select(tables.post_paths))}


def paths_of(tx: Transaction, post_id: int) -> list[str]:
    """Every path this post ever had."""
    table = tables.post_paths
    query = select(table.c.path).where(table.c.post_id == post_id).order_by(table.c.path)
    return list(tx.execute(query).scalars())


def insert(tx: Transaction, post: Post, *, now: datetime) -> int:
    """Remember a post that was not known, under its path and its former ones."""
    _vacate(tx, post.path)
    result = tx.execute(_T.insert().values(**_values(post), first_seen=now, export_due=now))
    post_id: int = result.inserted_primary_key[0]  # type: ignore[index]
    _remember_paths(tx, post_id, post)
    return post_id


def refresh(tx: Transaction, post_id: int, post: Post, *, now: datetime) -> None:
    """What the outbox says now, under the name it has now. A new path needs a new document."""
    _vacate(tx, post.path, owner=post_id)
    tx.execute(
        update(_T)
        .where(_T.c.id == post_id)
        .values(**_values(post), missing_since=None, export_due=now)
    )
    _remember_paths(tx, post_id, post)


def found_again(tx: Transaction, ids: Iterable[int]) -> None:
    """They are in the outbox again."""
    tx.execute(update(_T).where(among(tx, _T.c.id, ids)).values(missing_since=None))


def missing(tx: Transaction, ids: Iterable[int], *, now: datetime) -> None:
    """They are not in a complete outbox; the first time counts."""
    tx.execute(
        update(_T)
        .where(among(tx, _T.c.id, ids), _T.c.missing_since.is_(None))
        .values(missing_since=now)
    )


def mark_for_export(tx: Transaction, ids: Iterable[int | None], *, now: datetime) -> None:
    """Their documents may have changed."""
    wanted = {post_id for post_id in ids if post_id is not None}
    if wanted:
        tx.execute(update(_T).where(among(tx, _T.c.id, wanted)).values(export_due=now))


def mark_all_for_export(tx: Transaction, *, now: datetime) -> None:
    """Every document may have changed (a new account, a lost folder)."""
    tx.execute(update(_T).values(export_due=now))


def due_for_export(
    tx: Transaction, limit: int, *, now: datetime | None = None
) -> list[tuple[StoredPost, datetime]]:
    """Posts whose document is to be looked at (by `now`) and their marks; longest waiting first."""
    rows = tx.execute(
        select(*_COLUMNS, _T.c.export_due)
        .where(_is_due(now))
        .order_by(_T.c.export_due, _T.c.id)
        .limit(limit)
    )
    return [(_stored(row), row.export_due) for row in rows]


def count_due(tx: Transaction, *, now: datetime | None = None) -> int:
    """How many posts wait for `steps.export` (by `now`)."""
    return tx.execute(select(func.count()).select_from(_T).where(_is_due(now))).scalar_one()


def exported(
    tx: Transaction, post_id: int, due: datetime, *, again: datetime | None = None
) -> None:
    """Its document is on disk, to be looked at `again` then; a mark renewed meanwhile stays."""
    same = (_T.c.id == post_id, _T.c.export_due == due)
    tx.execute(update(_T).where(*same).values(export_due=again))


def _is_due(now: datetime | None) -> ColumnElement[bool]:
    return _T.c.export_due.is_not(None) if now is None else _T.c.export_due <= now


def audience_of(post: Post) -> str:
    """The networks that a post's front matter names, as they are kept; "" for all."""
    return "" if post.networks is None else json.dumps(sorted(post.networks))


def _values(post: Post) -> dict[str, object]:
    return {
        "path": post.path,
        "url": post.url,
        "kind": post.kind,
        "title": post.title,
        "language": post.language,
        "published": post.published,
        "digest": post.digest,
        "comments": post.comments,
        "audience": audience_of(post),
    }


def _vacate(tx: Transaction, path: str, *, owner: int | None = None) -> None:
    """Another post may still stand under this path: one that vanished, or that moves next."""
    elsewhere = literal("/.former/").concat(cast(_T.c.id, Text))
    where = (_T.c.path == path, _T.c.id != owner)
    tx.execute(update(_T).where(*where).values(path=elsewhere))


def _remember_paths(tx: Transaction, post_id: int, post: Post) -> None:
    """The post's own path leads to it, and its former ones where no other post stands now."""
    table = tables.post_paths
    paths = {post.path, *post.aliases}
    if post.aliases:
        taken = select(_T.c.path).where(among(tx, _T.c.path, post.aliases), _T.c.id != post_id)
        paths -= set(tx.execute(taken).scalars())
    tx.execute(delete(table).where(among(tx, table.c.path, paths)))
    tx.execute(table.insert(), [{"path": path, "post_id": post_id} for path in sorted(paths)])
