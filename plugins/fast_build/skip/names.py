"""In what state the variables are that a page's template asks for by name.

Pages of one template ask for the same forty names and find mostly what the page before them found:
only what is another object is told anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress, count
from operator import is_not
from typing import Any, NamedTuple

from .state import State
from .told import PLAIN

MISSING = "-"


class Given(NamedTuple):
    """What a page's template finds by name."""

    variables: dict[str, Any]
    globals: Mapping[str, Any]  # of Jinja's environment

    def beyond(self) -> Mapping[str, Any]:
        """What is found where there is no variable of a name."""
        own, *others = getattr(self.globals, "maps", [self.globals])
        if not others:
            return own
        flat: dict[str, Any] = {}  # a chain of mappings is slow to ask
        for part in reversed([own, *others] if own else others):
            flat |= part
        return flat


class Names:
    """Variables that some pages ask for, in the order of their names, as the last page had them."""

    def __init__(self, line: str) -> None:
        """`line`: the names, with commas between them."""
        self._names = line.split(",")
        self._given: list[bool] = []  # which of them were variables
        self._last: list[Any] = []
        self._told = [""] * len(self._names)

    def told(self, given: Given, state: State) -> str:
        """One line for each. Raises `Unforeseeable`; functions vouch for themselves when they are
        asked."""
        variables, beyond = given.variables, given.beyond()
        are_given = [name in variables for name in self._names]
        if are_given != self._given:  # the same object may say two things, inside and beyond
            self._given, self._last = are_given, [self] * len(self._names)
        found = [
            variables[name] if is_given else beyond.get(name)
            for name, is_given in zip(self._names, are_given, strict=True)
        ]
        for place in compress(count(), map(is_not, found, self._last)):
            self._tell(place, found[place], state)
        return "\n".join(self._told)

    def _tell(self, place: int, value: Any, state: State) -> None:
        absent = not self._given[place] and (value is None or callable(value))
        self._last[place] = self  # nobody is given this
        self._told[place] = MISSING if absent else state.told(value)
        if absent or type(value) in PLAIN or state.is_shared(value):
            self._last[place] = value  # all others may say something else to the next page
