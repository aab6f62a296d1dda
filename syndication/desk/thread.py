"""The conversation around a message: who said what above it, and all of it as one tree.

Our own words are told apart by our stored copies, never by names: anybody can call themselves us.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from syndication.model import ANSWERABLE, CopyState, Upstream, Verdict
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, context, copies, messages, people
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage

ABOVE = 8
"""How many voices a card shows above a message; the page of the message shows all."""

_SAID = (CopyState.PUBLISHED, CopyState.UPDATING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One contribution to a conversation, theirs or ours."""

    ours: bool
    name: str
    handle: str
    html: str  # as stored: reduce it before showing; "" for plain text
    text: str  # plain
    language: str
    url: str | None
    at: datetime
    message_id: int | None  # None: ours
    private: bool = False
    verdict: Verdict | None = None  # None: ours
    depth: int = 0


def above(
    site: Site, tx: Transaction, wanted: Sequence[StoredMessage]
) -> dict[int, tuple[Voice, ...]]:
    """message → what stands above it, the oldest first, at most `ABOVE` of the nearest."""
    chains: dict[int, list[StoredMessage | Copy]] = {m.id: [] for m in wanted}
    climbing = {m.id: (m.space, m.reply_to) for m in wanted if m.reply_to}
    for _ in range(ABOVE):
        found = _by_ref(tx, climbing.values())
        for id_, place in list(climbing.items()):
            one = found.get(place)
            if one is None or one in chains[id_]:
                del climbing[id_]
                continue
            chains[id_].insert(0, one)
            next_ = _answered(one)
            if next_ is None:
                del climbing[id_]
            else:
                climbing[id_] = (place[0], next_)
    voices = _Voices(site, tx, [one for chain in chains.values() for one in chain])
    return {id_: tuple(voices.of(one) for one in chain) for id_, chain in chains.items()}


def whole(site: Site, tx: Transaction, stored: StoredMessage) -> list[Voice]:
    """The whole conversation, each voice after what it answers, with its depth."""
    theirs = context.conversation(tx, stored)
    answers = context.answers_to(tx, [message.id for message in theirs])
    ours = [copy for sent in answers.values() for copy in sent if copy.state in _SAID]
    if stored.copy_id is not None:
        root = copies.get(tx, stored.copy_id)
        ours = [root, *ours] if root and root.id not in {c.id for c in ours} else ours
    everything: list[StoredMessage | Copy] = [*ours, *theirs]
    voices = _Voices(site, tx, everything)
    return [voices.of(one, depth) for one, depth in _in_order(everything)]


def _in_order(everything: Iterable[StoredMessage | Copy]) -> list[tuple[StoredMessage | Copy, int]]:
    """Parents before children, brothers by time; a circle is cut where it was entered."""
    by_ref = {_ref_id(one): one for one in everything}
    children: dict[str | None, list[StoredMessage | Copy]] = {}
    for one in sorted(by_ref.values(), key=_moment):
        parent = _answered(one)
        children.setdefault(parent if parent in by_ref else None, []).append(one)
    ordered: list[tuple[StoredMessage | Copy, int]] = []
    placed: set[str] = set()
    for root in [*children.get(None, []), *sorted(by_ref.values(), key=_moment)]:
        stack = [(root, 0)]
        while stack:
            one, depth = stack.pop()
            if _ref_id(one) not in placed:
                placed.add(_ref_id(one))
                ordered.append((one, depth))
                answers = reversed(children.get(_ref_id(one), []))
                stack += [(child, depth + 1) for child in answers]
    return ordered


def _by_ref(
    tx: Transaction, places: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], StoredMessage | Copy]:
    by_space: dict[str, set[str]] = {}
    for space, ref_id in places:
        by_space.setdefault(space, set()).add(ref_id)
    found: dict[tuple[str, str], StoredMessage | Copy] = {}
    for space, ids in by_space.items():
        found |= {(space, id_): one for id_, one in messages.known(tx, space, ids).items()}
        found |= {(space, id_): one for id_, one in copies.by_ref(tx, space, ids).items()}
    return found


def _answered(one: StoredMessage | Copy) -> str | None:
    if isinstance(one, StoredMessage):
        return one.reply_to
    return one.draft.reply_to.id if one.draft.reply_to else None


def _ref_id(one: StoredMessage | Copy) -> str:
    if isinstance(one, StoredMessage):
        return one.ref_id
    return one.ref.id if one.ref else f"copy:{one.id}"


def _moment(one: StoredMessage | Copy) -> datetime:
    return one.written if isinstance(one, StoredMessage) else one.sent_at or one.written_at


class _Voices:
    """Names and words of messages and copies, read at once for all of them."""

    def __init__(self, site: Site, tx: Transaction, everything: list[StoredMessage | Copy]) -> None:
        theirs = [one for one in everything if isinstance(one, StoredMessage)]
        self._site = site
        self._accounts = accounts.all_accounts(tx) if len(theirs) < len(everything) else {}
        self._authors = people.by_id(tx, {one.author_id for one in theirs}) if theirs else {}
        self._words = messages.words(tx, {(m.id, m.revision) for m in theirs}) if theirs else {}

    def of(self, one: StoredMessage | Copy, depth: int = 0) -> Voice:
        return self._ours(one, depth) if isinstance(one, Copy) else self._theirs(one, depth)

    def _ours(self, copy: Copy, depth: int) -> Voice:
        account = self._accounts.get(copy.account)
        return Voice(
            ours=True,
            name=copy.written_by or self._site.name,
            handle=account.handle if account else "",
            html="",
            text=copy.draft.text,
            language=copy.draft.language,
            url=copy.ref.url if copy.ref else None,
            at=_moment(copy),
            message_id=None,
            depth=depth,
        )

    def _theirs(self, message: StoredMessage, depth: int) -> Voice:
        author, words = self._authors[message.author_id], self._words[message.id, message.revision]
        gone = message.upstream == Upstream.GONE
        return Voice(
            ours=False,
            name=author.name,
            handle=author.handle,
            html="" if gone else words.html,
            text="" if gone else words.text,
            language=words.language,
            url=message.url,
            at=message.written,
            message_id=message.id,
            private=message.visibility not in ANSWERABLE,
            verdict=message.verdict,
            depth=depth,
        )
