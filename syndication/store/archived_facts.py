"""What an archive carries beside words, as rows: copies, reactions, who is who.

What is put back never overwrites what is known.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, select, update

from syndication.model import CopyState, Draft, Ref
from syndication.store import copies, tables
from syndication.store.copies import Copy
from syndication.store.database import Transaction
from syndication.store.encoding import draft_to_json


def put_copy(
    tx: Transaction,
    *,
    source: str,
    account: str,
    part: str,
    post_id: int,
    draft: Draft,
    ref: Ref,
    sent: datetime,
) -> int | None:
    """A copy that is out there; None where one is known that left, or its place is taken.

    An intent that never left becomes it, in the words that it would have: no edit leaves.
    """
    if ref.id in copies.by_ref(tx, ref.space, [ref.id]):
        return None
    old = next((c for c in copies.of_source(tx, source) if _is(c, account, part)), None)
    if old is not None and not old.never_left:
        return None
    out = {
        "state": CopyState.PUBLISHED,
        "brake": "",
        "error": "",
        "space": ref.space,
        "ref_id": ref.id,
        "url": ref.url,
        "local": ref.local,
        "sent_at": sent,
        "check_at": sent,  # its thread is read again when its turn comes
        "news_at": sent,
        "sent_digest": old.digest if old else draft.digest,
    }
    table = tables.copies
    if old is not None:
        tx.execute(update(table).where(table.c.id == old.id).values(**out))
        return old.id
    new = {"draft": draft_to_json(draft), "digest": draft.digest, "written_at": sent, "key": ref.id}
    named = {"source": source, "account": account, "part": part, "post_id": post_id}
    result = tx.execute(table.insert().values(**out, **new, **named))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def reactions_told(tx: Transaction, post_id: int) -> list[Row[tuple[object, ...]]]:
    """Likes, reposts and bookmarks that others' pages tell of this post."""
    table = tables.arrivals
    where = (table.c.post_id == post_id, table.c.kind != "")
    return list(tx.execute(select(table).where(*where).order_by(table.c.ref_id)))


def put_reaction(
    tx: Transaction,
    *,
    account: str,
    ref_id: str,
    source: str,
    target: str,
    host: str,
    kind: str,
    who: str,
    post_id: int,
    again: datetime,
) -> bool:
    """Somebody's page tells a reaction; it is looked at `again` then. False: known."""
    table = tables.arrivals
    where = (table.c.account == account, table.c.ref_id == ref_id)
    if tx.execute(select(table.c.id).where(*where)).first():
        return False
    named = {"account": account, "ref_id": ref_id, "source": source, "target": target, "host": host}
    facts = {"kind": kind, "who": who, "post_id": post_id, "due_at": again}
    tx.execute(table.insert().values(**named, **facts))
    return True


def relations(tx: Transaction) -> list[Row[tuple[object, ...]]]:
    """What was found out or said by hand about who is who, with the names of both."""
    table, one, other = tables.identities, tables.authors.alias(), tables.authors.alias()
    both = table.join(one, one.c.id == table.c.first_id).join(
        other, other.c.id == table.c.second_id
    )
    names = (
        one.c.space.label("space"),
        one.c.ref_id.label("id"),
        other.c.space.label("other_space"),
        other.c.ref_id.label("other_id"),
    )
    facts = (table.c.state, table.c.evidence, table.c.by, table.c.at)
    query = select(*names, *facts).select_from(both).where(table.c.state.in_(("same", "apart")))
    return list(tx.execute(query.order_by("space", "id", "other_space", "other_id")))


def author_id(tx: Transaction, space: str, ref_id: str) -> int | None:
    """The author of that name, where we know them."""
    table = tables.authors
    where = (table.c.space == space, table.c.ref_id == ref_id)
    return tx.execute(select(table.c.id).where(*where)).scalar()


def _is(copy: Copy, account: str, part: str) -> bool:
    return copy.account == account and copy.part == part
