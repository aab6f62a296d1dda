"""Take in: the only door through which words of others come.

For one page of sightings, in one transaction:

1. leave out what was erased before, what an opt-out bars, and what we sent ourselves;
2. tie each message to a post: our stored Ref in its thread first, a link to one of our pages
   second (original post discovery);
3. leave out what another place has told already (`twins`), store what is new once; for what is
   known, keep edits as a new revision and make hidden again what became private;
4. judge each new revision by the ordered rules, with their trace.

Who calls it commits and then calls `tell`: whoever is woken must find what was stored.

Cost: a dozen statements a page, and four for each edit; no request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from syndication.model import Decision, Message, Upstream, Verdict
from syndication.rules import policy
from syndication.rules.people import barred_from_listening
from syndication.steps.placing import Known, better_place, look_up, place
from syndication.steps.site import Site
from syndication.steps.targets import adopt
from syndication.steps.twins import inherit, make_room, told_already
from syndication.store import Transaction, copies, events, messages, people, posts, tombstones
from syndication.store.copies import Copy
from syndication.store.messages import NewMessage, Revised, StoredMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one page of sightings."""

    new: int = 0
    edited: int = 0
    left_out: int = 0
    pages: int = 0  # of the site that may look different now

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            new=self.new + other.new,
            edited=self.edited + other.edited,
            left_out=self.left_out + other.left_out,
            pages=self.pages + other.pages,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sighting:
    """How one page of messages came to us."""

    account: str
    network: str
    via: str
    under: Copy | None
    rules: Sequence[policy.Rule]


def take_in(
    site: Site,
    tx: Transaction,
    found: Sequence[Message],
    *,
    account: str,
    via: str,
    listening: bool = False,
    under: Copy | None = None,
    rules: Sequence[policy.Rule] = policy.DEFAULT,
) -> Taken:
    """Store what `account` saw; `under` is our copy whose thread was read, if that is how.

    `listening` marks words that did not address us: they are kept only where their author has
    agreed to be found. `rules` judge new words.
    """
    wanted = _wanted(tx, found, listening=listening)
    if not wanted:
        return Taken(left_out=len(found))
    known = look_up(site, tx, wanted)
    kept = [m for m in wanted if m.ref.id in known.stored or m.ref.id not in known.copies]
    fresh = [m for m in kept if m.ref.id not in known.stored]
    places = {m.ref.id: place(site, m, known, under)[0] for m in fresh if m.names}
    told = told_already(tx, fresh, places)
    kept = [m for m in kept if m.ref.id not in told]
    how = _Sighting(
        account=account, network=site.network_of(account).name, via=via, under=under, rules=rules
    )
    renewed = people.renewed(tx, (message.author for message in kept))
    authors = people.remember(
        tx, (message.author for message in kept), network=how.network, now=site.clock()
    )
    touched: set[int | None] = set(messages.pages_of_authors(tx, renewed)) if renewed else set()
    fresh = [m for m in kept if m.ref.id not in known.stored]
    dissolved = make_room(tx, fresh)
    touched |= dissolved.places
    seen = [m for m in kept if m.ref.id in known.stored]
    new = 0
    if fresh:
        new = _add(site, tx, fresh, known, authors, how, dissolved.decisions, touched)
        inherit(tx, dissolved, space=fresh[0].ref.space)
    edited = _meet_again(site, tx, seen, known, authors, how, touched) if seen else 0
    touched.discard(None)
    posts.mark_for_export(tx, touched, now=site.clock())
    return Taken(new=new, edited=edited, left_out=len(found) - len(kept), pages=len(touched))


def tell(site: Site, taken: Taken) -> None:
    """Wake whoever has work now; to be called when the transaction is committed."""
    if taken.new or taken.edited:
        site.wake("desk", None)
    if taken.pages:
        site.wake("export", None)


def _wanted(tx: Transaction, found: Sequence[Message], *, listening: bool) -> list[Message]:
    """The newest sighting of each message that may be kept."""
    newest = {message.ref.id: message for message in found}
    erased: set[str] = set()
    objecting: set[str] = set()
    for space in {message.ref.space for message in found}:
        here = [m for m in newest.values() if m.ref.space == space]
        erased |= tombstones.among_ids(tx, space, (m.ref.id for m in here))
        authors = {m.author.ref.id for m in here}
        objecting |= tombstones.among_ids(tx, space, authors, of=tombstones.AUTHOR)
    return [
        message
        for message in newest.values()
        if message.ref.id not in erased
        and message.author.ref.id not in objecting
        and not message.opted_out
        and not (listening and barred_from_listening(message))
    ]


def _add(
    site: Site,
    tx: Transaction,
    fresh: Sequence[Message],
    known: Known,
    authors: Mapping[str, int],
    how: _Sighting,
    decided: Mapping[str, Decision],
    touched: set[int | None],
) -> int:
    """Store what is new; the pages that show it at once go into `touched`."""
    now = site.clock()
    rows = []
    for message in _parents_first(fresh):
        post_id, copy_id = place(site, message, known, how.under)
        known.places[message.ref.id] = (post_id, copy_id)
        rows.append(
            NewMessage(
                message=message,
                network=how.network,
                author_id=authors[message.author.ref.id],
                post_id=post_id,
                copy_id=copy_id,
                decision=decided.get(message.ref.id)
                or policy.judge(_facts(message, None, known), how.rules),
            )
        )
    ids = messages.add(tx, rows, account=how.account, via=how.via, now=now)
    for id_, row in zip(ids, rows, strict=True):
        if row.message.names:
            messages.called(tx, id_, row.message.names)
        if row.post_id is not None:
            adopt(site, tx, row.message, row.post_id)
    events.record(tx, "taken-in", [f"message:{id_}" for id_ in ids], now=now, via=how.via)
    news = {row.copy_id for row in rows if row.copy_id}
    copies.has_news(tx, news, now=now, check_by=now + site.cadence.shortest)
    touched.update(row.post_id for row in rows if row.decision.verdict == Verdict.APPROVE)
    return len(ids)


def _meet_again(
    site: Site,
    tx: Transaction,
    seen: Sequence[Message],
    known: Known,
    authors: Mapping[str, int],
    how: _Sighting,
    touched: set[int | None],
) -> int:
    """Known messages: edits, changed visibility, a place that became known, back from missing."""
    now = site.clock()
    pairs = [(known.stored[message.ref.id], message) for message in seen]
    refs = [(stored.id, message.ref.local) for stored, message in pairs]
    messages.sighted(tx, refs, account=how.account, via=how.via, now=now)
    messages.alive(tx, (stored.id for stored, _ in pairs), now=now)
    edits = []
    others = _somebody_elses(tx, pairs, authors)
    for stored, message in pairs:
        if stored.upstream != Upstream.LIVE:
            touched.add(stored.post_id)
        if message.names:
            messages.called(tx, stored.id, message.names)
        if stored.visibility != message.visibility:
            messages.set_visibility(tx, stored.id, message.visibility)
            touched.add(stored.post_id)
        if moved := better_place(site, stored, message, known, how.under):
            messages.place(tx, stored.id, post_id=moved[0], copy_id=moved[1])
            touched |= {stored.post_id, moved[0]}
        if stored.id in others:
            stored = messages.reattribute(tx, stored, authors[message.author.ref.id])
        if stored.id in others or known.digests[stored.id] != message.words.digest:
            decision = policy.judge(_facts(message, stored, known), how.rules)
            edits.append(Revised(stored=stored, message=message, decision=decision))
            touched.add(stored.post_id)
    messages.revise(tx, edits, now=now)
    events.record(tx, "edited", [f"message:{e.stored.id}" for e in edits], now=now, via=how.via)
    return len(edits)


def _somebody_elses(
    tx: Transaction, pairs: Sequence[tuple[StoredMessage, Message]], authors: Mapping[str, int]
) -> set[int]:
    """Those that are told as another person's now, on another host: a page that leads elsewhere."""
    changed = [(s, m.author) for s, m in pairs if s.author_id != authors[m.author.ref.id]]
    former = people.by_id(tx, (stored.author_id for stored, _ in changed)) if changed else {}
    return {s.id for s, author in changed if former[s.author_id].handle != author.handle}


def _facts(message: Message, stored: StoredMessage | None, known: Known) -> policy.Facts:
    refused = stored is not None and stored.verdict in ("reject", "spam")
    return policy.Facts(
        message=message,
        ours=message.author.ref.id in known.ours,
        approved_before=stored is not None and stored.shown is not None,
        rejected_before=stored.verdict if stored is not None and refused else None,
    )


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
