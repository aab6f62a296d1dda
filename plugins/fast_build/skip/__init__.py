"""Rendering is skipped, on request, for pages that cannot have changed.

With `FAST_BUILD_SKIP = True` a page's file is left as it is when everything is as it was that the
page looked at when it was last rendered (`seen`), the house that it was rendered in stands
(`house`), and nobody wrote to the file meanwhile (`memory`). All signals are sent as ever, those of
pages that were left included. Who keeps a page from being foreseen is said once (`foreign`).

docs/fast_build.md tells it from outside, docs/decisions/0014 why.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blinker import signal
from pelican.contents import Article, Content
from pelican.log import console

from ..fingerprint import Unforeseeable
from ..states import placed
from ..write import Writer, confirmed
from . import foreign, house
from .lists import Lists
from .memory import Memory, numbered, recalled, remember
from .pages import Pages
from .state import State

if TYPE_CHECKING:
    from pelican import Pelican

logger = logging.getLogger(__name__)

SETTING = "FAST_BUILD_SKIP"
asked = signal("rendering_facts")
"""Sent once a build with a dictionary `facts`. A plugin adds, under a name of its own, plain data
that all pages depend on, or a function that answers what `rendering_saw` was sent about."""
states = signal("content_states")
"""Sent before pages are written with a function `of`, which tells of a content in what state it is:
a text that is the same in two builds when its words and all that surrounds them are, "" where that
cannot be told. `given`: names of attributes that plugins gave all contents, which are not in it."""


class SettingError(ValueError):
    """FAST_BUILD_SKIP is neither True nor False."""


def wanted(settings: Any) -> bool:
    """Whether the site asks for it. Raises `SettingError`."""
    value = settings.get(SETTING, False)
    if not isinstance(value, bool):
        raise SettingError(f"{SETTING} = {value!r}: write True to skip rendering, or False")
    return value


class Skipping:
    """What one run of `pelican` leaves as it is."""

    def __init__(self, pelican: Pelican) -> None:
        self._pelican = pelican
        self._settings: Any = pelican.settings
        name = hashlib.sha256(os.path.abspath(pelican.output_path).encode()).hexdigest()[:16]
        self._file = Path(self._settings["CACHE_PATH"]) / "fast_build" / f"pages-{name}.json"
        self._pages: Pages | None = None
        self._rest = self._templates = ""
        self.foresaw_all = False  # whether the next build need not render any page again
        house.look()

    def writer(self, context: dict[str, Any], environments: Iterable[Any]) -> type[Writer]:
        """All content is read, and pages are about to be written."""
        facts: dict[str, Any] = {}
        asked.send(self._pelican, facts=facts)
        constant = {"": foreign.constants()}
        constant |= {name: fact for name, fact in facts.items() if not callable(fact)}
        answering = {name: fact for name, fact in facts.items() if callable(fact)}
        try:
            for reason in foreign.announced():
                raise Unforeseeable(reason)
            self._templates = house.templates(self._settings)
            self._rest, sources = house.rest(self._settings, constant)
            house.look(sources)
        except Unforeseeable as what:
            line = f"fast_build: no rendering is skipped, because of {what}"
            console.print(line, soft_wrap=True, markup=False, highlight=False)
            return Writer
        lists = Lists()
        lists.watch(context)
        state = State(lists, answering, context, house.folders(self._settings))
        state.add(_contents(context))
        articles = [one for one in _contents(context) if isinstance(one, Article)]
        self._pages = Pages(self._pelican.output_path, state, self._former(), articles)
        for environment in environments:
            self._pages.is_watchable(environment)
        if self._pages.follows():  # else what a plugin kept may be another program's
            states.send(self._pelican, of=self._pages.found.of_content, given=foreign.given())
        return _writer_of(self._pages)

    def _former(self) -> Memory:
        """The last build, if the house is the same."""
        memory = recalled(self._file, self._is_ours)
        if memory is None:
            return Memory()
        house.look(memory.programs)  # also at those that only a page loads which is left now
        return memory

    def _is_ours(self, programs: house.Stamps, rest: str) -> bool:
        return rest == self._rest and house.unchanged(programs)

    def end(self) -> None:
        """The build went well."""
        if self._pages is None:
            return
        kept, made = len(self._pages.kept), len(self._pages.made)
        logger.info("fast_build: %s of %s pages were left as they are", kept, made)
        programs = house.programs()
        self.foresaw_all = programs is not None and self._pages.foresaw_all
        if programs is not None and self._templates == house.templates(self._settings):
            memory = self._pages.memory(programs, self._rest)
            if not memory.says_no_more_than(self._pages.former):
                remember(self._file, memory)


@contextmanager
def skipping(pelican: Pelican) -> Iterator[Skipping | None]:
    """While this lasts, `pelican` renders what may have changed, if it was asked to."""
    if not wanted(pelican.settings):
        yield None
        return
    _running.append(Skipping(pelican))
    try:
        yield _running[-1]
        _running[-1].end()
    finally:
        _running.pop()


_running: list[Skipping] = []


def writer_for(pelican: Pelican, generators: Iterable[Any]) -> type[Writer]:
    """The Writer of a build whose `generators` are about to write."""
    generators = list(generators)
    context = next((generator.context for generator in generators), None)
    if not _running or context is None or _running[-1]._pelican is not pelican:
        return Writer
    environments = (generator.env for generator in generators if hasattr(generator, "env"))
    return _running[-1].writer(context, environments)


def _contents(context: dict[str, Any]) -> Iterator[Content]:
    for known in (context["generated_content"], context["static_content"]):
        yield from dict.fromkeys(one for one in known.values() if one is not None)


def _writer_of(pages: Pages) -> type[Writer]:
    class SkippingWriter(Writer):
        """The Writer, which leaves the files of pages that were kept."""

        def __init__(self, output_path: str, settings: Any = None) -> None:
            super().__init__(output_path, settings)
            inner = self.render
            self.render = lambda template, variables: pages.text(template, variables, inner)
            self._put: dict[str, bytes] = {}

        def account(self, name: str) -> Any:
            return pages.account(name)

        def adopt(self, name: str, account: Any) -> None:
            pages.adopt(name, account)

        def write_file(self, name: Any, template: Any, *arguments: Any, **named: Any) -> None:
            super().write_file(name, template, *arguments, **named)
            put, self._put = self._put, {}
            for path, data in put.items():
                pages.written(path, data)

        def put(self, path: str, data: bytes) -> bool:
            if path in pages.kept:
                placed.send(path, state=numbered(pages.kept[path].signature))
                confirmed.send(path)
                return False
            self._put[path] = data
            return super().put(path, data)

    return SkippingWriter
