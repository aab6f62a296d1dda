"""Texts that were made before, while what they were made of is the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable


class Made:
    """At most so many characters; what was not asked for the longest goes first."""

    def __init__(self, characters: int) -> None:
        self._most, self._held = characters, 0
        self._texts: OrderedDict[Hashable, tuple[object, str]] = OrderedDict()

    def text(self, name: Hashable, of: object, make: Callable[[], str]) -> str:
        """The text that is called `name`, made anew where `of` equals no longer what it was."""
        known = self._texts.get(name)
        if known is not None and known[0] == of:
            self._texts.move_to_end(name)
            return known[1]
        made = make()
        self._held += len(made) - (len(known[1]) if known else 0)
        self._texts[name] = of, made
        self._texts.move_to_end(name)
        while self._held > self._most:
            _, (_, dropped) = self._texts.popitem(last=False)
            self._held -= len(dropped)
        return made
