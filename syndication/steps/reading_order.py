"""In which order a page tells its conversation: each on what it answers, and the same words once.

What was withheld leaves no trace but this: its children hang on their nearest shown ancestor. What
one person said in the same words on several networks is one entry, and the answers to it stand
together whichever network they came from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from types import MappingProxyType

from syndication.exchange import Syndicated, Utterance
from syndication.rules.sameness import Speech, suspects, told_once


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The entries of one page, and who may be one person for all that they said."""

    messages: tuple[Utterance, ...]
    alike: frozenset[tuple[int, int]] = frozenset()  # pairs of authors


def reading_order(
    utterances: Iterable[Utterance],
    parents: Mapping[str, str | None],
    speeches: Mapping[str, Speech] = MappingProxyType({}),
) -> Reading:
    """Depth first, oldest first, each on its nearest shown ancestor; rings become roots.

    `parents` maps every known id, shown or not, to what it answers; `speeches` tells of those whom
    others may have said again elsewhere. Linear but for the sorting.
    """
    by_id = {u.id: u for u in sorted(utterances, key=_age)}
    ancestors = _shown_ancestors(by_id, parents)
    below: dict[str | None, list[Utterance]] = {}
    for id_, said in by_id.items():
        below.setdefault(ancestors[id_], []).append(said)
    ordered: list[Utterance] = []
    alike: set[tuple[int, int]] = set()
    waiting = _entries([None], below, speeches, alike)
    while waiting:
        place, (first, *others) = waiting.pop()
        also = tuple(_elsewhere(said) for said in others)
        ordered.append(replace(first, reply_to=place, also=also))
        waiting += _entries([first.id, *(said.id for said in others)], below, speeches, alike)
    return Reading(messages=tuple(ordered), alike=frozenset(alike))


def _entries(
    place: Sequence[str | None],
    below: Mapping[str | None, Sequence[Utterance]],
    speeches: Mapping[str, Speech],
    alike: set[tuple[int, int]],
) -> list[tuple[str | None, tuple[Utterance, ...]]]:
    """(the entry's first name, what is told as one) for all that hangs on one entry, newest first.

    Who may be one person goes into `alike`.
    """
    here = sorted(chain.from_iterable(below.get(name, ()) for name in place), key=_age)
    alike.update(suspects(speeches[said.id] for said in here if said.id in speeches))
    told = list(told_once(here, lambda said: speeches.get(said.id)))
    return [(place[0], entry) for entry in reversed(told)]


def _age(said: Utterance) -> tuple[datetime, str]:
    return said.published, said.id


def _elsewhere(said: Utterance) -> Syndicated:
    return Syndicated(network=said.network, account=said.author.handle, url=said.url)


def _shown_ancestors(
    shown: Collection[str], parents: Mapping[str, str | None]
) -> dict[str, str | None]:
    """id → the nearest shown one above it. Linear: each step upwards is taken once."""
    above: dict[str, str | None] = {}
    for start in shown:
        path: dict[str, None] = {}  # ordered, and quick to look up
        at: str | None = start
        while at is not None and at not in above and at not in path:
            path[at] = None
            at = parents.get(at)
        ring = at in path
        for id_ in reversed(path):
            parent = parents.get(id_)
            above[id_] = None if ring else parent if parent in shown else above.get(parent or "")
            ring = ring and id_ != at
    return above
