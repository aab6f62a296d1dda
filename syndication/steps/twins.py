"""Twins: the same words told by a page and by a network are one entry, and keep their approval.

A page claims other addresses for its words (canonical address, copies on networks). Anybody can
claim anything, so a claim only ever costs the one who makes it:

- what a network told first is not told again by a page that claims it;
- what a page told first makes room for the network's own telling, which takes over the decision if
  the words are the same. Are they not, each waits for its own decision, and of two that are
  approved the page shows the network's.

Cost: a statement for each page of messages; one more where something claims something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from syndication.model import Decision, Message, Verdict
from syndication.rules.sameness import said
from syndication.store import Transaction, messages
from syndication.store.messages import StoredMessage

RULE = "same-words"


def told_already(
    tx: Transaction, fresh: Iterable[Message], posts: Mapping[str, int | None]
) -> set[str]:
    """Ref.id of those that a network told before; `posts`: the page that each belongs to."""
    found = set()
    for message in fresh:
        post_id = posts.get(message.ref.id)
        if message.names and post_id is not None:
            others = messages.known_as(tx, message.ref.space, message.names, [post_id])
            if others:
                found.add(message.ref.id)
    return found


def decided_already(
    tx: Transaction, fresh: Sequence[Message]
) -> tuple[dict[str, Decision], set[int | None]]:
    """(Ref.id → the decision on the same words of a page, which are dissolved into these; where
    those words stood)."""
    decisions, places = {}, set()
    claims = messages.names_elsewhere(tx, fresh)
    for message in fresh:
        for stored in claims.get(message.ref.id, ()):
            if _words_of(tx, stored) != said(message.words):
                continue
            verdict = Verdict.APPROVE if stored.shown else stored.verdict
            if verdict != Verdict.HOLD:
                trace = (f"the same words were decided as message {stored.id}",)
                decisions[message.ref.id] = Decision(
                    verdict=verdict, by="rules", rule=RULE, trace=trace
                )
            messages.dissolve(tx, stored)
            places.add(stored.post_id)
    return decisions, places


def _words_of(tx: Transaction, stored: StoredMessage) -> str:
    number = stored.shown or stored.revision
    return said(messages.words(tx, [(stored.id, number)])[stored.id, number])
