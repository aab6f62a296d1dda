"""Take in: the only door through which words of others come.

For one page of sightings, in one transaction:

1. leave out what was erased before, what an opt-out bars, and what we sent ourselves;
2. tie each message to a post: our stored Ref in its thread first, a link to one of our pages
   second (original post discovery);
3. store what is new once; for what is known, keep edits as a new revision and make hidden again
   what became private;
4. judge each new revision by the ordered rules, with their trace.

Cost: a dozen statements a page, whatever its number of messages; no request.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from syndication.model import Message, Ref, Upstream
from syndication.rules import discovery, policy
from syndication.rules.people import barred_from_listening
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, copies, events, messages, people, posts
from syndication.store.copies import Copy
from syndication.store.messages import NewMessage, Revised, StoredMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one page of sightings."""

    new: int = 0
    edited: int = 0
    left_out: int = 0


@dataclass(slots=True, kw_only=True)
class _Known:
    """What the database knows about one page, looked up at once."""

    stored: dict[str, StoredMessage]
    digests: dict[int, str]
    parents: dict[str, StoredMessage]
    copies: dict[str, Copy]
    answered: dict[int, StoredMessage]
    paths: dict[str, int]
    ours: set[str]
    places: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)


def take_in(
    site: Site,
    tx: Transaction,
    found: Sequence[Message],
    *,
    account: str,
    via: str,
    listening: bool = False,
    under: Copy | None = None,
) -> Taken:
    """Store what `account` saw; `under` is our copy whose thread was read, if that is how.

    `listening` marks words that did not address us: they are kept only where their author has
    agreed to be found.
    """
    wanted = _wanted(tx, found, listening=listening)
    if not wanted:
        return Taken(left_out=len(found))
    known = _look_up(site, tx, wanted)
    fresh = [m for m in wanted if m.ref.id not in known.stored and m.ref.id not in known.copies]
    seen = [m for m in wanted if m.ref.id in known.stored]
    new = _add(site, tx, fresh, known, account=account, via=via, under=under)
    edited = _meet_again(site, tx, seen, known, account=account, via=via, under=under)
    if new or edited:
        site.wake("desk", None)
    return Taken(new=new, edited=edited, left_out=len(found) - len(fresh) - len(seen))


def _wanted(tx: Transaction, found: Sequence[Message], *, listening: bool) -> list[Message]:
    """The newest sighting of each message that may be kept."""
    newest = {message.ref.id: message for message in found}
    erased: set[str] = set()
    for space in {message.ref.space for message in found}:
        ids = [m.ref.id for m in newest.values() if m.ref.space == space]
        erased |= messages.tombstoned(tx, space, ids)
    return [
        message
        for message in newest.values()
        if message.ref.id not in erased
        and not message.opted_out
        and not (listening and barred_from_listening(message))
    ]


def _look_up(site: Site, tx: Transaction, wanted: Sequence[Message]) -> _Known:
    space = wanted[0].ref.space
    ids = [message.ref.id for message in wanted]
    around = {ref.id for message in wanted for ref in _context(message)}
    stored = messages.known(tx, space, ids)
    paths = {p for m in wanted for p in discovery.site_paths(m.links, site.url)}
    ours = copies.by_ref(tx, space, around | set(ids))
    return _Known(
        stored=stored,
        digests=messages.digests(tx, stored.values()),
        parents=messages.known(tx, space, around),
        copies=ours,
        answered=messages.by_id(tx, (c.answers_id for c in ours.values() if c.answers_id)),
        paths=posts.ids_of_paths(tx, paths | {f"{path}/" for path in paths}) if paths else {},
        ours={row.ref_id for row in accounts.all_accounts(tx).values() if row.ref_id},
    )


def _add(
    site: Site,
    tx: Transaction,
    fresh: Sequence[Message],
    known: _Known,
    *,
    account: str,
    via: str,
    under: Copy | None,
) -> int:
    if not fresh:
        return 0
    now = site.clock()
    network = site.network_of(account).name
    by_ref = people.remember(tx, (m.author for m in fresh), network=network, now=now)
    rows = []
    for message in _parents_first(fresh):
        post_id, copy_id = _place(site, message, known, under)
        known.places[message.ref.id] = (post_id, copy_id)
        decision = policy.judge(_facts(message, None, known))
        rows.append(
            NewMessage(
                message=message,
                network=network,
                author_id=by_ref[message.author.ref.id],
                post_id=post_id,
                copy_id=copy_id,
                decision=decision,
            )
        )
    ids = messages.add(tx, rows, account=account, via=via, now=now)
    events.record(tx, "taken-in", [f"message:{id_}" for id_ in ids], now=now, via=via)
    copies.has_news(tx, (row.copy_id for row in rows if row.copy_id), now=now)
    shown = (row.post_id for row in rows if row.decision.verdict == "approve")
    posts.mark_for_export(tx, shown, now=now)
    return len(ids)


def _meet_again(
    site: Site,
    tx: Transaction,
    seen: Sequence[Message],
    known: _Known,
    *,
    account: str,
    via: str,
    under: Copy | None,
) -> int:
    """Known messages: edits, changed visibility, a place that became known, back from missing."""
    if not seen:
        return 0
    now = site.clock()
    network = site.network_of(account).name
    people.remember(tx, (message.author for message in seen), network=network, now=now)
    pairs = [(known.stored[message.ref.id], message) for message in seen]
    refs = [(stored.id, message.ref.local) for stored, message in pairs]
    messages.sighted(tx, refs, account=account, via=via, now=now)
    messages.alive(tx, (stored.id for stored, _ in pairs), now=now)
    edits = []
    touched: set[int | None] = set()
    for stored, message in pairs:
        if stored.upstream != Upstream.LIVE:
            touched.add(stored.post_id)
        if stored.visibility != message.visibility:
            messages.set_visibility(tx, stored.id, message.visibility)
            touched.add(stored.post_id)
        if stored.post_id is None:
            post_id, copy_id = _place(site, message, known, under)
            if post_id is not None:
                messages.place(tx, stored.id, post_id=post_id, copy_id=copy_id)
                touched.add(post_id)
        if known.digests[stored.id] != message.words.digest:
            decision = policy.judge(_facts(message, stored, known))
            edits.append(Revised(stored=stored, message=message, decision=decision))
            touched.add(stored.post_id)
    messages.revise(tx, edits, now=now)
    events.record(tx, "edited", [f"message:{e.stored.id}" for e in edits], now=now, via=via)
    posts.mark_for_export(tx, touched, now=now)
    if any(touched):
        site.wake("export", None)
    return len(edits)


def _facts(message: Message, stored: StoredMessage | None, known: _Known) -> policy.Facts:
    refused = stored is not None and stored.verdict in ("reject", "spam")
    return policy.Facts(
        message=message,
        ours=message.author.ref.id in known.ours,
        approved_before=stored is not None and stored.shown is not None,
        rejected_before=stored.verdict if stored is not None and refused else None,
    )


def _place(
    site: Site, message: Message, known: _Known, under: Copy | None
) -> tuple[int | None, int | None]:
    """(post, copy) that a message belongs to, as far as it can be told."""
    if under is not None:
        return under.post_id, under.id
    for ref in _context(message):
        if ref.id in known.copies:
            return _place_of_copy(known, known.copies[ref.id])
        if ref.id in known.places:
            return known.places[ref.id]
        if ref.id in known.parents:
            parent = known.parents[ref.id]
            return parent.post_id, parent.copy_id
    for path in discovery.site_paths(message.links, site.url):
        for name in (path, f"{path}/"):
            if name in known.paths:
                return known.paths[name], None
    return None, None


def _place_of_copy(known: _Known, copy: Copy) -> tuple[int | None, int | None]:
    """Words under an answer of ours belong to the thread that the answer stands in."""
    answered = known.answered.get(copy.answers_id or 0)
    return copy.post_id, answered.copy_id if answered and answered.copy_id else copy.id


def _context(message: Message) -> list[Ref]:
    return [ref for ref in (message.reply_to, message.quotes) if ref is not None]


def _parents_first(fresh: Iterable[Message]) -> list[Message]:
    """An order in which what is answered comes before its answers; linear, and rings end."""
    waiting = {message.ref.id: message for message in fresh}
    ordered: list[Message] = []
    while waiting:
        chain = [waiting.pop(next(iter(waiting)))]
        while (parent := chain[-1].reply_to) and parent.id in waiting:
            chain.append(waiting.pop(parent.id))
        ordered += reversed(chain)
    return ordered
