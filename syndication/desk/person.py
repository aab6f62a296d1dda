"""Who somebody is elsewhere: for the page of one message, with whom they could be joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from syndication.steps.site import Site
from syndication.store import Transaction, accounts, messages, people, persons
from syndication.store.messages import StoredMessage
from syndication.store.people import StoredAuthor

AT_MOST = 500
"""People of one conversation who are offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody, as one network shows them."""

    id: int
    name: str
    handle: str
    network: str  # as people call it
    url: str | None
    evidence: str = ""  # hand | rel-me | "": joined through somebody else
    by: str = ""  # who of the staff joined them

    @property
    def label(self) -> str:
        """What is chosen from a list: a handle alone may stand for two people."""
        return f"{self.handle} ({self.network})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The author of a message, with whom they are one, and who else takes part."""

    author_id: int
    elsewhere: tuple[Known, ...] = ()
    others: tuple[Known, ...] = ()


def person_of(site: Site, tx: Transaction, stored: StoredMessage) -> Person:
    """Who wrote this message. A handful of statements."""
    me = stored.author_id
    mine = persons.person_of(tx, me)
    joined = {pair.ids: pair for pair in persons.pairs(tx, [me]) if pair.state == "same"}
    elsewhere = []
    for author in people.by_id(tx, mine).values():
        if author.id != me:
            pair = joined.get((min(me, author.id), max(me, author.id)))
            how = (pair.evidence, pair.by) if pair else ("", "")
            elsewhere.append(_known(site, author, *how))
    return Person(
        author_id=me,
        elsewhere=tuple(elsewhere),
        others=tuple(_known(site, author) for author in _company(tx, stored, mine)),
    )


def chosen(person: Person, label: str) -> Known | None:
    """The one of the others whom `label` names, written whole or as the handle alone."""
    wanted = label.strip().lstrip("@").casefold()
    exact = [one for one in person.others if one.label.casefold() == wanted]
    named = [one for one in person.others if one.handle.casefold() == wanted]
    found = exact or named
    return found[0] if len(found) == 1 else None


def _company(tx: Transaction, stored: StoredMessage, mine: Iterable[int]) -> list[StoredAuthor]:
    """Who else speaks under the same post, by name; neither they themselves nor we."""
    if stored.post_id is None:
        return []
    ours = {account.ref_id for account in accounts.all_accounts(tx).values()}
    ids = {message.author_id for message in messages.of_post(tx, stored.post_id)} - set(mine)
    found = [one for one in people.by_id(tx, ids).values() if one.ref_id not in ours]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))[:AT_MOST]


def _known(site: Site, author: StoredAuthor, evidence: str = "", by: str = "") -> Known:
    network = site.networks.get(author.network)
    return Known(
        id=author.id,
        name=author.name.strip() or author.handle,
        handle=author.handle.lstrip("@"),
        network=network.title if network else author.network,
        url=author.url,
        evidence=evidence,
        by=by,
    )
