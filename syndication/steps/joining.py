"""Joining: staff say that two authors are one person, or that they are not; always undone again.

What a person said stands above all evidence: who was parted by hand is never joined by a profile.
"""

from __future__ import annotations

from collections.abc import Iterable

from syndication.steps.site import Site
from syndication.store import Transaction, events, messages, people, persons, posts


class CannotJoin(Exception):
    """These two cannot be joined or parted; the message says why, for who asked for it."""


def join(site: Site, one: int, other: int, *, by: str) -> None:
    """These two authors are one person: what they said in the same words is told once.

    Raises `CannotJoin`.
    """
    with site.store.write() as tx:
        if one == other or set(people.by_id(tx, [one, other])) != {one, other}:
            raise CannotJoin("One of these two is not there any more, or they are the same.")
        if other in persons.person_of(tx, one):
            return
        persons.put(tx, one, other, "same", now=site.clock(), evidence=persons.HAND, by=by)
        if other not in persons.person_of(tx, one):
            raise CannotJoin("Somebody said that one of these is not the same person as another.")
        changed(site, tx, [one, other], "joined", by=by)
    _wake(site)


def part(site: Site, one: int, other: int, *, by: str) -> None:
    """These two are not one person, whatever joined them. Raises `CannotJoin`."""
    with site.store.write() as tx:
        if other not in persons.person_of(tx, one) or one == other:
            raise CannotJoin("These two are not joined; perhaps somebody undid it before you.")
        persons.put(tx, one, other, "apart", now=site.clock(), evidence=persons.HAND, by=by)
        changed(site, tx, [one, other], "parted", by=by)
    _wake(site)


def changed(site: Site, tx: Transaction, authors: Iterable[int], kind: str, *, by: str) -> None:
    """Write in the log that these were joined or parted; their pages are written anew."""
    ids = list(authors)
    now = site.clock()
    events.record(tx, kind, [f"author:{id_}" for id_ in ids], now=now, by=by)
    posts.mark_for_export(tx, messages.pages_of_authors(tx, ids), now=now)


def _wake(site: Site) -> None:
    site.wake("export", None)
    site.wake("desk", None)
