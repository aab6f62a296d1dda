"""In what state a build has found what its pages look at, each asked for once."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import filterfalse

from pelican.contents import Content

from ..fingerprint import Unforeseeable
from .memory import Memory
from .state import FRAME, WORDS, State, fact_line
from .told import reference


class Found:
    """Of one build. `states`: what was asked for, by the number of its line in the memory."""

    def __init__(self, state: State, former: Memory) -> None:
        """`former`: what was remembered, with the lines that this build numbers its own by."""
        self._state, self._former = state, former
        self.states: dict[int, str] = {}
        self._contents: dict[Content, str] = {}  # the same of articles and pages
        self._stood: set[str] = set()  # numbers of lines that name what is as it was

    def of(self, number: int) -> str:
        """The state of what a line names. Raises `Unforeseeable`."""
        known = self.states.get(number)
        if known is None:
            known = self.states[number] = self._state.of(self._former.lines[number])
        return known

    def of_content(self, content: Content) -> str:
        """The state of an article or page, words and all around them; "" where that cannot be
        told."""
        known = self._contents.get(content)
        if known is None:
            known = self._contents[content] = self._of_content(content)
        return known

    def look_around(self, contents: Iterable[Content]) -> None:
        """Tell of all these what surrounds them. One after the other that takes half as long as
        between two pages, and processes that begin afterwards have it in common."""
        for content in contents:
            with suppress(Unforeseeable):  # told when a page looks at it
                self.of(self._former.lines.of(f"{FRAME}\t{reference(content)}"))

    def is_unchanged(self, looked: str) -> bool:
        """Whether all is as it was remembered that these lines name, by their numbers with spaces
        between. Raises `Unforeseeable`."""
        for line in filterfalse(self._stood.__contains__, looked.split()):
            number = int(line)
            if self.of(number) != self._former.states.get(number):
                return False
            self._stood.add(line)
        return True

    def look_first(self, name: str, about: str) -> None:
        """Note a fact's state before a page looks at it: what changes meanwhile was not shown."""
        with suppress(Unforeseeable):  # told when the page is noted
            self.of(self._former.lines.of(fact_line(name, about)))

    def still_is(self, name: str, about: str) -> bool:
        """Whether a fact is as it was before the first page looked at it. What came since may be
        gone before the next build, which would then find nothing changed."""
        line = fact_line(name, about)
        return self._state.of(line) == self.states[self._former.lines.of(line)]

    def _of_content(self, content: Content) -> str:
        if not self._state.has(content):
            return ""
        name, number = reference(content), self._former.lines.of
        try:
            around = self.of(number(f"{FRAME}\t{name}"))
            return around + self.of(number(f"{WORDS}\t{name}"))
        except Unforeseeable:
            return ""
