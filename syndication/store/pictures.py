"""Pictures: which of others' pictures stand on our own site, and under which name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.encoding import identifier
from syndication.store.many import among

_T = tables.pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPicture:
    """What became of one URL; `file` is None when it could not be had."""

    url: str
    file: str | None
    width: int | None
    height: int | None
    fetched_at: datetime


def by_url(tx: Transaction, urls: Iterable[str]) -> dict[str, StoredPicture]:
    """URL → picture, for those that were fetched."""
    asked = {identifier(url): url for url in urls}
    rows = tx.execute(select(_T).where(among(tx, _T.c.url, asked)))
    return {asked[row.url]: StoredPicture(**row._mapping) for row in rows}


def put(tx: Transaction, picture: StoredPicture) -> None:
    """Remember what a URL gave, instead of what it gave before."""
    tx.execute(delete(_T).where(_T.c.url == picture.url))
    tx.execute(
        _T.insert().values(
            url=picture.url,
            file=picture.file,
            width=picture.width,
            height=picture.height,
            fetched_at=picture.fetched_at,
        )
    )


def keep_only(tx: Transaction, urls: Iterable[str]) -> None:
    """Forget every picture whose URL nothing shows any more."""
    kept = {identifier(url) for url in urls}
    known = {row.url for row in tx.execute(select(_T.c.url))}
    gone = known - kept
    if gone:
        tx.execute(delete(_T).where(among(tx, _T.c.url, gone)))
