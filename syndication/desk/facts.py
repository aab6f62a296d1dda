"""What a card says about one message, gathered for a whole list in a score of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syndication.desk.answering import Speaker, speakers
from syndication.desk.thread import Voice, above
from syndication.model import (
    ANSWERABLE,
    PUBLIC,
    WITHHELD,
    Upstream,
    Verdict,
    Words,
    digest_of,
)
from syndication.rules.roles import ANSWER
from syndication.rules.vouching import voucher_in
from syndication.steps.site import Site
from syndication.store import (
    Transaction,
    accounts,
    comments,
    context,
    hidings,
    messages,
    people,
    posts,
    reports,
    watches,
)
from syndication.store.context import Decided
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage
from syndication.store.people import StoredAuthor
from syndication.store.posts import StoredPost

EARLIER = 3
"""How many of an author's earlier messages a card recalls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Something the same person wrote to us before."""

    message_id: int
    text: str
    written: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What we said to a message, or are about to."""

    text: str
    by: str
    account: str
    state: str  # CopyState
    error: str
    url: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything on one card, before it is put into a language."""

    message: StoredMessage
    hidden_by_us: bool  # upstream, since staff rejected it
    author: StoredAuthor
    network: str  # as people call it
    words: Words
    seen_at: datetime  # when these words reached us
    approved: Words | None  # other words than these, which the page still shows
    post: StoredPost | None
    closed: bool  # comments on that post
    thread: tuple[Voice, ...]  # what stands above, the oldest first
    earlier: tuple[Earlier, ...]  # the newest first
    watches: tuple[str, ...]  # the queries that found it
    decision: Decided | None
    answers: tuple[Answer, ...]
    speakers: tuple[Speaker, ...]  # accounts of ours that can answer
    reports: tuple[str, ...] = ()  # what readers say against it, while nobody answered them
    form: bool = False  # written in our own form: its writer sees what was decided, and why

    @property
    def private(self) -> bool:
        """Written to us alone: never shown on the site."""
        return self.message.visibility not in ANSWERABLE

    @property
    def withheld(self) -> bool:
        """Said in public, and kept off pages by its author, a label or the network."""
        return self.message.visibility == WITHHELD and not self.hidden_by_us

    @property
    def missing(self) -> bool:
        """Its network does not have it any more, which awaits confirmation."""
        return self.message.upstream == Upstream.MISSING

    @property
    def showable(self) -> bool:
        """Is there a page that could show it?"""
        public = self.message.visibility in PUBLIC
        return self.post is not None and (public or self.hidden_by_us)

    @property
    def actions(self) -> tuple[str, ...]:
        """What can be done about it now, for those who may."""
        if self.undoable:
            offered = ["undo"]
        else:
            offered = ["approve"] if self.showable else []
            offered += ["reject", "spam"]
            offered = [action for action in offered if action != self.message.verdict]
        if self.reports:
            offered = ["report", *offered]
        return (*offered, ANSWER) if self.speakers else tuple(offered)

    @property
    def sorted_out(self) -> str:
        """The rule by which a filter took it for advertising, or ""."""
        last = self.decision
        filtered = last is not None and last.by == "rules" and last.verdict == Verdict.SPAM
        return last.rule if last is not None and filtered else ""

    @property
    def voucher(self) -> str:
        """The site that vouches for whoever is unknown here, or ""."""
        return voucher_in(self.decision.rule) if self.decision is not None else ""

    @property
    def undoable(self) -> bool:
        """Can the last decision be taken back?"""
        last = self.decision
        return (
            last is not None
            and last.by_person
            and last.rule != "undo"
            and self.message.verdict != Verdict.HOLD
            and last.revision == self.message.revision
        )

    @property
    def digest(self) -> str:
        """SHA-256 over all of it: another digest, another card."""
        return digest_of(repr(self))


def gather(site: Site, tx: Transaction, ids: Iterable[int]) -> list[Facts]:
    """The facts of these messages, in the given order; those that are not there are left out."""
    wanted = list(ids)
    stored = context.by_id(tx, wanted)
    present = [stored[id_] for id_ in wanted if id_ in stored]
    if not present:
        return []
    said = messages.words(tx, _revisions(present))
    seen = context.seen_at(tx, [(m.id, m.revision) for m in present])
    authors = people.by_id(tx, {m.author_id for m in present})
    pages = posts.by_id(tx, {m.post_id for m in present if m.post_id is not None})
    sighted = context.sightings(tx, stored)
    answers = context.answers_to(tx, stored)
    decisions = context.last_decisions(tx, stored)
    reported = reports.open_on(tx, stored)
    written_here = comments.among_messages(tx, stored)
    threads = above(site, tx, present)
    earlier = _earlier(tx, present)
    queries = {watch.id: _query(watch.kind, watch.query) for watch in watches.everything(tx)}
    known = accounts.all_accounts(tx)
    hidden = hidings.ours(tx, stored)
    today = site.clock().date()
    found = []
    for message in present:
        network = site.networks.get(message.network)
        author = authors[message.author_id]
        post = pages.get(message.post_id) if message.post_id is not None else None
        seen_through = sighted.get(message.id, [])
        found.append(
            Facts(
                message=replace(message, missing_since=None),
                hidden_by_us=message.id in hidden,
                author=author,
                network=network.title if network else message.network,
                words=said[message.id, message.revision],
                seen_at=seen[message.id, message.revision],
                approved=_approved(message, said),
                post=replace(post, digest="", missing_since=None) if post else None,
                closed=post is not None and not post.open_on(today),
                thread=threads.get(message.id, ()),
                earlier=earlier.get(message.id, ()),
                watches=_watches(seen_through, queries),
                decision=decisions.get(message.id),
                answers=tuple(_answer(copy) for copy in answers.get(message.id, [])),
                speakers=speakers(site, message, author, seen_through, known),
                reports=tuple(one.reason for one in reported.get(message.id, [])),
                form=message.id in written_here,
            )
        )
    return found


def _revisions(present: Sequence[StoredMessage]) -> list[tuple[int, int]]:
    newest = [(m.id, m.revision) for m in present]
    return newest + [(m.id, m.shown) for m in present if m.shown is not None]


def _approved(message: StoredMessage, said: Mapping[tuple[int, int], Words]) -> Words | None:
    if message.shown is None or message.shown == message.revision:
        return None
    return said.get((message.id, message.shown))


def _earlier(tx: Transaction, present: Sequence[StoredMessage]) -> dict[int, tuple[Earlier, ...]]:
    """message → the last few of the same author before it: one step back at a time, for all."""
    steps: list[dict[int, int]] = []
    at = {m.id: m.id for m in present}
    for _ in range(EARLIER):
        before = context.previous_by_author(tx, set(at.values()))
        at = {id_: before[place] for id_, place in at.items() if place in before}
        steps.append(at)
    recalled = context.by_id(tx, {place for step in steps for place in step.values()})
    said = messages.words(tx, [(m.id, m.revision) for m in recalled.values()])
    found: dict[int, tuple[Earlier, ...]] = {}
    for step in steps:
        for id_, place in step.items():
            one = recalled[place]
            earlier = Earlier(
                message_id=one.id,
                text=said[one.id, one.revision].text,
                written=one.written,
                verdict=one.verdict,
            )
            found[id_] = (*found.get(id_, ()), earlier)
    return found


def _watches(seen: Iterable[tuple[str, str]], queries: Mapping[int, str]) -> tuple[str, ...]:
    named = []
    for _, via in seen:
        kind, _, name = via.partition(":")
        if kind == "search":
            named.append(queries.get(int(name), "") if name.isdecimal() else name)
    return tuple(dict.fromkeys(named))


def _query(kind: str, query: str) -> str:
    return f"#{query.lstrip('#')}" if kind == "hashtag" else query


def _answer(copy: Copy) -> Answer:
    return Answer(
        text=copy.draft.text,
        by=copy.written_by,
        account=copy.account,
        state=copy.state,
        error=copy.error,
        url=copy.ref.url if copy.ref else None,
        at=copy.sent_at or copy.written_at,
    )
