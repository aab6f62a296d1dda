"""Who answers whom in an archive, once what cannot be is set right. Pure; linear.

Nothing is dropped for it: an entry whose place cannot be is a top-level one, and is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from syndication.archives.nouns import Deleted, Entry

MISSING = "what it answers is not in the file"
ELSEWHERE = "what it answers stands under another page"
RING = "it answers itself, by way of others"


class Node(NamedTuple):
    """Where one entry stands, as the file says."""

    page: str
    parent: str | None
    deleted: bool


@dataclass(slots=True)
class Threads:
    """The skeleton of an archive: ids only, so that a long one fits in memory."""

    nodes: dict[str, Node] = field(default_factory=dict)

    def add(self, entry: Entry | Deleted) -> bool:
        """Remember where it stands; False where its id was there before: the first one counts."""
        if entry.id in self.nodes:
            return False
        self.nodes[entry.id] = Node(entry.page, entry.parent, isinstance(entry, Deleted))
        return True

    def entries_by_page(self) -> Counter[str]:
        """How many entries each page has, those that were deleted left out."""
        return Counter(node.page for node in self.nodes.values() if not node.deleted)

    def gather(self, pages: Mapping[str, str]) -> None:
        """Each page name in `pages` means the page of the other name."""
        for id_, node in self.nodes.items():
            if node.page in pages:
                self.nodes[id_] = node._replace(page=pages[node.page])

    def settle(self, known: Iterable[str] = ()) -> tuple[dict[str, str], dict[str, str]]:
        """(id → what it answers, id → what is wrong with its place).

        What answers a deleted entry hangs on the nearest one above that was not. `known` are ids
        that may be answered though they are not in the file; any other may come with another file,
        so it is kept as what is answered, and is wrong all the same.
        """
        there = set(known)
        wrong: dict[str, str] = {}
        cut = self._rings()
        parents: dict[str, str] = {}
        for id_, node in self.nodes.items():
            if node.deleted:
                continue
            parent, problem = self._above(id_, node, cut, there)
            if parent is not None:
                parents[id_] = parent
            if problem:
                wrong[id_] = problem
        return parents, wrong

    def _above(
        self, id_: str, node: Node, cut: set[str], there: set[str]
    ) -> tuple[str | None, str]:
        """(what an entry answers, what is wrong with that)"""
        if id_ in cut:
            return None, RING
        passed = []
        parent = node.parent
        while parent is not None and parent not in there:
            above = self.nodes.get(parent)
            if above is None:
                return parent, MISSING
            if above.page != node.page:
                return None, ELSEWHERE
            if not above.deleted:
                break
            passed.append(parent)
            parent = None if parent in cut else above.parent
        for deleted in passed:  # whoever comes by again need not walk
            self.nodes[deleted] = self.nodes[deleted]._replace(parent=parent)
        return parent, ""

    def _rings(self) -> set[str]:
        """One entry of each ring, the first in the file: it becomes a beginning."""
        order = {id_: number for number, id_ in enumerate(self.nodes)}
        cut: set[str] = set()
        done: set[str] = set()
        for start in self.nodes:
            path: dict[str, None] = {}
            at: str | None = start
            while at is not None and at in self.nodes and at not in done and at not in path:
                path[at] = None
                at = self.nodes[at].parent
            if at in path:
                names = list(path)
                cut.add(min(names[names.index(at) :], key=order.__getitem__))
            done.update(path)
        return cut
