"""What became of a file, for the person who imports it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A page that is no article of ours, as far as can be told."""

    address: str
    title: str
    entries: int


@dataclass(slots=True, kw_only=True)
class Imported:
    """What became of a file."""

    verdicts: Counter[str] = field(default_factory=Counter)  # new ones, as they were decided
    counts: Counter[str] = field(default_factory=Counter)  # of those that were not, by why
    facts: Counter[str] = field(default_factory=Counter)  # new copies, reactions, watches, people
    orphans: list[Orphan] = field(default_factory=list)
    misplaced: dict[str, str] = field(default_factory=dict)  # id → what is wrong with its place
    left_behind: Counter[str] = field(default_factory=Counter)  # emails, addresses, mended

    @property
    def new(self) -> int:
        """How many entries were stored, or would be."""
        return self.verdicts.total()
