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
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissolved:
    """Words of pages that made room, and for whom: for messages that are not stored yet."""

    decisions: dict[str, Decision] = field(default_factory=dict)  # Ref.id → what was decided
    heirs: list[tuple[StoredMessage, str]] = field(default_factory=list)  # who made room, Ref.id

    @property
    def places(self) -> set[int | None]:
        """The posts where those words stood."""
        return {stored.post_id for stored, _ in self.heirs}


def make_room(tx: Transaction, fresh: Sequence[Message]) -> Dissolved:
    """Dissolve the words of pages that these networks tell themselves now.

    `inherit` is to be called when `fresh` is stored.
    """
    found = Dissolved()
    claims = messages.names_elsewhere(tx, fresh)
    for message in fresh:
        for stored in claims.get(message.ref.id, ()):
            if _words_of(tx, stored) != said(message.words):
                continue
            verdict = Verdict.APPROVE if stored.shown else stored.verdict
            if verdict != Verdict.HOLD:
                trace = (f"the same words were decided as message {stored.id}",)
                found.decisions[message.ref.id] = Decision(
                    verdict=verdict, by="rules", rule=RULE, trace=trace
                )
            messages.dissolve(tx, stored)
            found.heirs.append((stored, message.ref.id))
    return found


def inherit(tx: Transaction, dissolved: Dissolved, *, space: str) -> None:
    """What answered the words that made room answers those of the network now, ours too."""
    heirs = messages.known(tx, space, (ref_id for _, ref_id in dissolved.heirs))
    for stored, ref_id in dissolved.heirs:
        messages.inherit(tx, stored, heirs[ref_id])


def _words_of(tx: Transaction, stored: StoredMessage) -> str:
    number = stored.shown or stored.revision
    return said(messages.words(tx, [(stored.id, number)])[stored.id, number])
