"""In what state articles and pages are, as told by whoever watches them (fast_build does, where a
site asks to skip rendering): so that what was worked out of one need not be hashed to be found.

For the plugins; standard library and blinker's signals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from blinker import signal

told = signal("content_states")
"""Sent by a Pelican that is about to write, with `of`, a function: a content → a text that is the
same in two builds when its words and all that surrounds them are, "" where nobody can tell; and
`given`, the names of what plugins gave all contents, which is not in that."""


class States:
    """Of the contents of one Pelican."""

    def __init__(self, pelican: Any, asked: Iterable[str]) -> None:
        """`asked`: the attributes of contents that are looked at."""
        self._asked = frozenset(asked)
        self._of: Callable[[Any], str] | None = None
        told.connect(self.note, sender=pelican)

    def forget(self) -> None:
        """Before each run."""
        self._of = None

    def note(self, pelican: Any, of: Callable[[Any], str], given: frozenset[str]) -> None:
        """Somebody can tell."""
        del pelican
        self._of = None if given & self._asked else of

    def of(self, contents: Iterable[Any]) -> str:
        """The state of all these; "" where nobody can tell."""
        if self._of is None:
            return ""
        states = [*map(self._of, contents)]
        return " ".join(states) if all(states) else ""
