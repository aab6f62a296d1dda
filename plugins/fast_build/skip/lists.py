"""Lists of the whole site that note who reads them.

A page that shows the newest of its topic depends on the first few of a list, one that counts
them on its length; most pages look at no list of articles at all. Each list is known by a token
that means the same list in the next build.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..lists import Members
from . import seen

SHOWN = ("articles", "dates", "pages", "categories", "tags", "authors", "period_archives")
READING = (
    "__add__", "__contains__", "__eq__", "__ge__", "__gt__", "__iter__", "__le__", "__lt__",
    "__mul__", "__ne__", "__repr__", "__reversed__", "__rmul__", "copy", "count", "index",
)  # fmt: skip
READING_PAIRS = (
    "__contains__", "__eq__", "__getitem__", "__iter__", "__ne__", "__or__", "__repr__",
    "__reversed__", "copy", "get", "items", "keys", "values",
)  # fmt: skip
MEMBERS, EMPTY, LENGTH = "", "empty", "length"  # what may be asked of a list


class Watched(Members):
    """A list that notes who reads it, by its token."""

    __slots__ = ("token",)
    token: str

    def __bool__(self) -> bool:
        seen.note_list(EMPTY, self.token)
        return list.__len__(self) > 0

    def __len__(self) -> int:
        seen.note_list(LENGTH, self.token)
        return list.__len__(self)

    def __getitem__(self, which: Any) -> Any:
        part = isinstance(which, slice)
        asked = f"{which.start}:{which.stop}:{which.step}" if part else str(which)
        seen.note_list(asked, self.token)
        return list.__getitem__(self, which)

    def __radd__(self, before: list[Any]) -> list[Any]:
        return [*before, *self]

    def answer(self, asked: str) -> object:
        """What somebody was told who asked for `asked`."""
        if asked == MEMBERS:
            return list(list.__iter__(self))
        if asked in (EMPTY, LENGTH):
            return list.__len__(self) if asked == LENGTH else list.__len__(self) == 0
        bounds = [None if bound == "None" else int(bound) for bound in asked.split(":")]
        which: Any = slice(*bounds) if len(bounds) > 1 else bounds[0]
        return list.__getitem__(self, which)


class WatchedPairs(dict[Any, Any]):
    """A mapping that does so."""

    __slots__ = ("token",)
    token: str

    def __bool__(self) -> bool:
        seen.note_list(EMPTY, self.token)
        return dict.__len__(self) > 0

    def __len__(self) -> int:
        seen.note_list(LENGTH, self.token)
        return dict.__len__(self)

    def answer(self, asked: str) -> object:
        """What somebody was told who asked for `asked`."""
        if asked == MEMBERS:
            return list(dict.items(self))
        return dict.__len__(self) if asked == LENGTH else dict.__len__(self) == 0


def _noting(kind: type, name: str) -> Callable[..., Any]:
    own = getattr(kind, name)

    def noting(self: Any, *arguments: Any) -> Any:
        seen.note_list(MEMBERS, self.token)
        return own(self, *arguments)

    return noting


for _name in READING:
    setattr(Watched, _name, _noting(Members, _name))
for _name in READING_PAIRS:
    setattr(WatchedPairs, _name, _noting(dict, _name))


class Lists:
    """The watched lists of one build, by token."""

    def __init__(self) -> None:
        self.by_token: dict[str, Watched | WatchedPairs] = {}
        self._made: dict[int, tuple[Any, Any]] = {}  # by id of what it was made of

    def watch(self, context: dict[str, Any]) -> None:
        """Exchange the lists that templates see: in the shared context, and in the editions that a
        plugin for languages may have put there."""
        for language, edition in dict(context.get("editions") or {}).items():
            for name in SHOWN:
                watched = self._watched(getattr(edition, name), f"{language} {name}")
                object.__setattr__(edition, name, watched)  # an edition is frozen for others
            self._exchange(edition.context, language)
        self._exchange(context, "")

    def _exchange(self, variables: dict[str, Any], language: str) -> None:
        for name in SHOWN:
            if name in variables:
                variables[name] = self._watched(variables[name], f"{language} {name} shown")

    def _watched(self, value: Any, token: str) -> Any:
        """`value` as a watched list; the one that was made of it before, if there is one."""
        if id(value) in self._made:
            return self._made[id(value)][1]
        made: Watched | WatchedPairs
        if isinstance(value, list):
            made = Watched(self._member(member, token) for member in value)
        elif isinstance(value, dict):
            pairs = (self._member(pair, token) for pair in value.items())
            made = WatchedPairs(pairs)
        else:
            return value
        made.token = token
        self.by_token[token] = made
        self._made[id(value)] = value, made
        self._made[id(made)] = made, made
        return made

    def _member(self, member: Any, token: str) -> Any:
        """A term and its articles, each with a list of its own; anything else as it is."""
        if isinstance(member, tuple) and len(member) == 2 and hasattr(member[0], "slug"):
            term, listed = member
            return term, self._watched(listed, f"{token} {term.slug}")
        return member

    def answer(self, asked: str, token: str) -> object:
        """What a page was told; raises `KeyError` for a list that is no more."""
        return self.by_token[token].answer(asked)
