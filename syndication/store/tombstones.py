"""Tombstones: what was erased, and whose words are not wanted any more. No words, no names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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


def digests(tx: Transaction) -> list[str]:
    """All of them, for an archive: whoever reads it keeps out the same."""
    return list(tx.execute(select(_T.c.digest).order_by(_T.c.digest)).scalars())


def put_digests(tx: Transaction, wanted: Iterable[str], *, now: datetime) -> set[str]:
    """What was erased where an archive was made is not wanted here either; those that are new."""
    digests_ = set(wanted)
    old = set(tx.execute(select(_T.c.digest).where(among(tx, _T.c.digest, digests_))).scalars())
    if new := sorted(digests_ - old):
        tx.execute(_T.insert(), [{"digest": digest, "at": now} for digest in new])
    return set(new)


def standing(tx: Transaction, digests_: Collection[str]) -> set[int]:
    """The messages that these bar, or whose authors they bar. Reads the name of every message."""
    said, by = tables.messages, tables.authors
    query = select(said.c.id, said.c.space, said.c.ref_id, by.c.space, by.c.ref_id)
    return {
        id_
        for id_, space, ref_id, author_space, author in tx.execute(query.join(by))
        if _digest(space, ref_id, MESSAGE) in digests_
        or _digest(author_space, author, AUTHOR) in digests_
    }


def among_ids(tx: Transaction, space: str, ids: Iterable[str], *, of: str = MESSAGE) -> set[str]:
    """Those of `ids` that have a tombstone."""
    by_digest = {_digest(space, ref_id, of): ref_id for ref_id in ids}
    found = tx.execute(select(_T.c.digest).where(among(tx, _T.c.digest, by_digest)))
    return {by_digest[row.digest] for row in found}


def _digest(space: str, ref_id: str, of: str) -> str:
    name = [space, identifier(ref_id)]
    return digest_of([*name, of] if of else name)
