"""What a page looked at while it was rendered.

Templates see the whole site, and so do the helpers that plugins give them. So nobody is asked what
a page depends on: while it is rendered, each name that is looked up, each attribute of an article
and each list that is read is noted. What cannot be watched (files, the day, somebody's documents)
is announced by whoever looks at it, with the signal `rendering_saw`:

    signal("rendering_saw").send("file", about=str(path))

A text that is made once for many pages is made by whoever listens to `rendering_part`, here: each
of those pages looked at what its making looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from blinker import signal
from jinja2 import Environment
from jinja2.runtime import Context, missing
from pelican.contents import Content

from ..warm.change import READ
from ..write import confirmed

saw = signal("rendering_saw")
read = signal(READ)
part = signal("rendering_part")

# Whoever asks an article for one of these sees its words; for all others, what surrounds them.
WORDS = frozenset({"_content", "content", "get_content", "_summary", "summary", "get_summary"})
SUMMARY = frozenset({"summary", "get_summary"})
EVERYTHING = "__dict__"


Kept = tuple[tuple[str, tuple[Any, ...]], ...]  # names of what `Seen` has, and what is in it


class Seen:
    """What one page looked at. `reasons`: why it has to be rendered in each build, if it has to."""

    __slots__ = ("brought", "facts", "frames", "lists", "names", "reasons", "templates", "words")

    def __init__(self) -> None:
        self.names: set[str] = set()  # of variables
        self.templates: set[tuple[Environment, str]] = set()  # that others asked for
        self.frames: set[Content] = set()  # contents, except their words
        self.words: set[Content] = set()
        self.lists: set[tuple[str, str]] = set()  # (what was asked, of which)
        self.facts: set[tuple[str, str]] = set()  # (who says so, about what)
        self.brought: set[str] = set()  # files that whoever rendered it put into the output folder
        self.reasons: set[str] = set()

    def kept(self) -> Kept:
        """What was looked at, in a quarter of the room: there are as many parts as articles."""
        looked = ((what, getattr(self, what)) for what in self.__slots__)
        return tuple((what, tuple(members)) for what, members in looked if members)

    def add(self, kept: Kept) -> None:
        """What a part looked at, too."""
        for what, members in kept:
            getattr(self, what).update(members)


_now: Seen | None = None
_unforeseeable: dict[str, str] = {}  # attributes of articles that plugins added → why
_announced: Callable[[str, str], None]


def spoil(reason: str) -> None:
    """The page that is being rendered has to be rendered in each build."""
    if _now is not None:
        _now.reasons.add(reason)


def note_template(environment: Environment, name: str) -> None:
    """A template asks for another one, which may not be there."""
    if _now is not None:
        _now.templates.add((environment, name))


def note_list(asked: str, token: str) -> None:
    """A list was read."""
    if _now is not None:
        _now.lists.add((asked, token))


@contextmanager
def watching(
    unforeseeable: dict[str, str], announced: Callable[[str, str], None]
) -> Iterator[Seen]:
    """What is looked at while this lasts. `unforeseeable`: attributes that nobody vouches for.
    `announced`: told of each fact, who says so and about what, before it is looked at."""
    global _now, _unforeseeable, _announced
    before, seen, handler = _now, Seen(), _Messages()
    own = vars(Content).get("__getattribute__")
    Content.__getattribute__ = _attribute
    logging.getLogger().addHandler(handler)
    _now, _unforeseeable, _announced = seen, unforeseeable, announced
    with (
        saw.connected_to(_note_fact),
        read.connected_to(_note_read),
        confirmed.connected_to(_note_file),
        part.connected_to(_make_part),
    ):
        try:
            yield seen
        finally:
            _now = before
            logging.getLogger().removeHandler(handler)
            if own is None:
                del Content.__getattribute__
            else:
                Content.__getattribute__ = own


class Looking(Context):
    """Jinja's variables of a template, which note what is asked for."""

    def resolve_or_missing(self, key: str) -> Any:
        """Jinja's own."""
        if _now is not None:
            _now.names.add(key)
        if key in self.vars:
            return self.vars[key]
        return self.parent.get(key, missing)


def _attribute(content: Content, name: str) -> Any:
    seen = _now
    if seen is not None:
        if name not in WORDS or (name in SUMMARY and _says_it_itself(content)):
            seen.frames.add(content)
        else:
            seen.words.add(content)
        if name == EVERYTHING:
            seen.words.add(content)
        elif name in _unforeseeable:
            seen.reasons.add(_unforeseeable[name])
    return object.__getattribute__(content, name)


def _says_it_itself(content: Content) -> bool:
    """Whether the summary stands in the front matter, and is not made of the words."""
    return "summary" in object.__getattribute__(content, "metadata")


def _note_fact(name: str, about: str = "") -> None:
    if _now is not None and (name, about) not in _now.facts:
        _now.facts.add((name, about))
        _announced(name, about)


def _note_read(page: str) -> None:
    _note_fact(READ, page)


def _note_file(path: Any) -> None:
    if _now is not None:
        _now.brought.add(str(path))


def _make_part(make: Callable[[], str]) -> tuple[str, Callable[[], None]]:
    """A text that further pages will have, and what tells them what it rests on."""
    global _now
    page, _now = _now, (seen := Seen())
    try:
        text = make()
    finally:
        _now = page
    looked = seen.kept()

    def again() -> None:
        if _now is not None:
            _now.add(looked)

    again()
    return text, again


class _Messages(logging.Handler):
    """What is logged while a page is rendered has to be told by the next build too."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        spoil("")
