"""Placing: which post, and which copy of ours, do somebody's words belong to?

The thread decides first: what a message answers or quotes is a copy of ours, or a message whose
place is known. A link to one of our pages decides second (original post discovery), by any path
that the page ever had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from syndication.model import Message, Ref
from syndication.rules import discovery
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, copies, messages, posts
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage

Place = tuple[int | None, int | None]
"""(post, copy), each as far as it can be told."""


@dataclass(slots=True, kw_only=True)
class Known:
    """What the database knows about one page of messages, looked up at once."""

    stored: dict[str, StoredMessage]  # by Ref.id: those that were seen before
    digests: dict[int, str]  # of their newest words
    parents: dict[str, StoredMessage]  # by Ref.id: what they answer or quote
    copies: dict[str, Copy]  # by Ref.id: what is ours among all these
    answered: dict[int, StoredMessage]  # what those of our copies that are answers answer
    paths: dict[str, int]  # pages of ours that they link to → post
    ours: set[str]  # Ref.id of our accounts
    places: dict[str, Place] = field(default_factory=dict)  # of this page's new ones, by Ref.id


def look_up(site: Site, tx: Transaction, wanted: Sequence[Message]) -> Known:
    """Everything that is known around `wanted`, which are of one naming space; seven statements."""
    space = wanted[0].ref.space
    ids = [message.ref.id for message in wanted]
    around = {ref.id for message in wanted for ref in _context(message)}
    stored = messages.known(tx, space, ids)
    paths = {p for m in wanted for p in discovery.site_paths(m.links, site.url)}
    ours = copies.by_ref(tx, space, around | set(ids))
    return Known(
        stored=stored,
        digests=messages.digests(tx, stored.values()),
        parents=messages.known(tx, space, around),
        copies=ours,
        answered=messages.by_id(tx, (c.answers_id for c in ours.values() if c.answers_id)),
        paths=posts.ids_of_paths(tx, paths | {f"{path}/" for path in paths}) if paths else {},
        ours={row.ref_id for row in accounts.all_accounts(tx).values() if row.ref_id},
    )


def better_place(
    site: Site, stored: StoredMessage, message: Message, known: Known, under: Copy | None
) -> Place | None:
    """Where a known message belongs, if more is known now; else None.

    A thread tells more than a link, and a link more than nothing.
    """
    if stored.copy_id is not None:
        return None
    post_id, copy_id = place(site, message, known, under)
    if copy_id is None and (post_id is None or stored.post_id is not None):
        return None
    return (post_id if post_id is not None else stored.post_id), copy_id


def place(site: Site, message: Message, known: Known, under: Copy | None) -> Place:
    """(post, copy) that a message belongs to, as far as it can be told."""
    post_id, copy_id = _place_in_thread(message, known, under)
    if post_id is None:
        for path in discovery.site_paths(message.links, site.url):
            post_id = known.paths.get(path) or known.paths.get(f"{path}/")
            if post_id is not None:
                break
    return post_id, copy_id


def _place_in_thread(message: Message, known: Known, under: Copy | None) -> Place:
    if under is not None:
        return under.post_id, under.id
    for ref in _context(message):
        if ref.id in known.copies:
            return _place_of_copy(known, known.copies[ref.id])
        if ref.id in known.places:
            around = known.places[ref.id]
        elif ref.id in known.parents:
            around = known.parents[ref.id].post_id, known.parents[ref.id].copy_id
        else:
            continue
        if around != (None, None):
            return around
    return None, None


def _place_of_copy(known: Known, copy: Copy) -> Place:
    """Words under an answer of ours belong to the thread that the answer stands in."""
    answered = known.answered.get(copy.answers_id or 0)
    return copy.post_id, answered.copy_id if answered and answered.copy_id else copy.id


def _context(message: Message) -> list[Ref]:
    return [ref for ref in (message.reply_to, message.quotes) if ref is not None]
