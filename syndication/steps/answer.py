"""Answer: a member of staff speaks to a person, in public, where that person spoke.

Never automatic: the words and the name of who wrote them come from a person. The answer is stored
as a copy that is ready to leave; `steps.send` is the door.
"""

from __future__ import annotations

import re
from uuid import uuid4

from syndication.model import ANSWERABLE, CopyState, Draft, Upstream
from syndication.rules import compose
from syndication.steps.site import Site
from syndication.store import accounts, copies, events, messages, people


class CannotAnswer(Exception):
    """Nothing was stored; the message says why and what to do."""


def answer(site: Site, message_id: int, text: str, *, by: str, account: str | None = None) -> int:
    """Store an answer to a message; the id of the copy that will carry it.

    `account` is the one that saw the message unless another is named. Raises `CannotAnswer`.
    """
    text = text.strip()
    if not text:
        raise CannotAnswer("Write something first.")
    now = site.clock()
    with site.store.write() as tx:
        stored = messages.get(tx, message_id)
        if stored is None or stored.upstream != Upstream.LIVE:
            raise CannotAnswer("This message is not there any more.")
        if stored.visibility not in ANSWERABLE:
            raise CannotAnswer("This was written in private; answer it on its network.")
        seen = [name for name, _ in messages.seen_by(tx, message_id) if name in site.accounts]
        chosen = account or next(iter(seen), "")
        if account and account not in site.accounts:
            names = ", ".join(site.accounts) or "none"
            raise CannotAnswer(f"There is no account {account} here; there are: {names}.")
        if not chosen or site.network_of(chosen).space != stored.space:
            raise CannotAnswer("None of our accounts can answer there; connect one first.")
        network = site.network_of(chosen)
        author = people.by_id(tx, [stored.author_id])[stored.author_id]
        words = messages.words(tx, [(message_id, stored.revision)])
        language = words[message_id, stored.revision].language
        greeting = network.address(author.handle) if network.address else ""
        whole = text if _names(text, greeting.strip()) else greeting + text
        row = accounts.all_accounts(tx).get(chosen)
        limits = row.counting(network.limits) if row else network.limits
        if over := compose.overrun(whole, limits):
            raise CannotAnswer(
                f"This takes {over.size} {over.unit}, and {network.title} takes {over.limit} here."
            )
        source = f"answer:{uuid4()}"
        copy_id = copies.intend(
            tx,
            source=source,
            account=chosen,
            part="1",
            draft=Draft(
                text=whole, language=language, reply_to=messages.ref_for(tx, stored, chosen)
            ),
            key=source.removeprefix("answer:"),
            state=CopyState.READY,
            now=now,
            post_id=stored.post_id,
            answers_id=message_id,
            written_by=by,
        )
        events.record(tx, "answer", [f"message:{message_id}"], now=now, by=by, copy=copy_id)
    site.wake("send", chosen)
    return copy_id


def _names(text: str, mention: str) -> bool:
    """Does `text` address this very person, and not one whose handle only begins like theirs?"""
    return re.search(rf"{re.escape(mention)}(?![\w@-]|\.\w)", text) is not None
