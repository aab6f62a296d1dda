"""Our answers to a message that was erased name neither it nor its author any more."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import select, update

from syndication.model import CopyState, Ref
from syndication.store import tables
from syndication.store.copies.intents import move
from syndication.store.copies.rows import IN_DOUBT, WAITING, Copy, select_copies
from syndication.store.database import Transaction
from syndication.store.encoding import draft_to_json

_T = tables.copies


def lose_addressee(tx: Transaction, message_id: int, *, handle: str, parent: Ref | None) -> None:
    """The message that these answer is erased: they name neither it nor its author any more.

    An answer that has not left stays home; one whose outcome is unknown must be found first.
    """
    for copy in select_copies(tx, _T.c.answers_id == message_id):
        if copy.state in IN_DOUBT:
            continue
        text = re.sub(rf"@{re.escape(handle)}(?![\w@-]|\.\w)\s*", "", copy.draft.text)
        draft = replace(copy.draft, reply_to=parent, text=text)
        tx.execute(update(_T).where(_T.c.id == copy.id).values(draft=draft_to_json(draft)))
        if copy.state in (*WAITING, CopyState.FAILED):
            move(tx, copy, CopyState.SKIPPED, error="what it answers was deleted", left=None)


def answer_instead(tx: Transaction, message_id: int, *, heir_id: int, heir: Ref) -> None:
    """What these answer is told by another message now: the one that its network calls `heir`."""
    for copy in select_copies(tx, _T.c.answers_id == message_id):
        parent = copy.draft.reply_to
        # Where its account finds what it answers (url, local) stays as it is.
        parent = replace(parent, space=heir.space, id=heir.id) if parent else None
        draft = draft_to_json(replace(copy.draft, reply_to=parent))
        tx.execute(update(_T).where(_T.c.id == copy.id).values(answers_id=heir_id, draft=draft))


def forget_addressee(tx: Transaction, copy: Copy) -> None:
    """What this answers was erased while nobody knew whether the answer had left."""
    if copy.answers_id is None:
        return
    table = tables.messages
    if tx.execute(select(table.c.id).where(table.c.id == copy.answers_id)).first():
        return
    text = re.sub(r"^(?:@\S+\s+)+", "", copy.draft.text)
    draft = draft_to_json(replace(copy.draft, text=text, reply_to=None))
    tx.execute(update(_T).where(_T.c.id == copy.id).values(draft=draft))
