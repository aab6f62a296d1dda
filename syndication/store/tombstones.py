"""Tombstones: what was erased, and whose words are not wanted any more. No words, no names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from syndication.model import digest_of
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.encoding import identifier
from syndication.store.many import among

_T = tables.tombstones
MESSAGE = ""
AUTHOR = "author"


def put(tx: Transaction, space: str, ref_id: str, *, now: datetime, of: str = MESSAGE) -> None:
    """A message must not return, or (`of=AUTHOR`) nothing that this author says."""
    digest = _digest(space, ref_id, of)
    if tx.execute(select(_T.c.at).where(_T.c.digest == digest)).one_or_none() is None:
        tx.execute(_T.insert().values(digest=digest, at=now))


def among_ids(tx: Transaction, space: str, ids: Iterable[str], *, of: str = MESSAGE) -> set[str]:
    """Those of `ids` that have a tombstone."""
    by_digest = {_digest(space, ref_id, of): ref_id for ref_id in ids}
    found = tx.execute(select(_T.c.digest).where(among(tx, _T.c.digest, by_digest)))
    return {by_digest[row.digest] for row in found}


def _digest(space: str, ref_id: str, of: str) -> str:
    name = [space, identifier(ref_id)]
    return digest_of([*name, of] if of else name)
