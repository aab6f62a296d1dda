"""A build that would find nothing to do is left out, on request, as `make` does.

With `FAST_BUILD_SKIP = True` a build that ended well writes down in what state everything is that
it looked at (`watch`, `places`, `memory`), and in what state it left each file of the output folder
(`handiwork`). The next one compares. If all stands it says so and ends; else it runs as ever.

A build is remembered only if

* it said nothing: what it warned of, each build has to tell;
* no page has to be rendered each time, no source has to be read each time;
* it began no program that nobody vouches for, and opened no connection;
* nothing was changed since it began, by the clock that dates files, but for what it made itself;
* all who took part have said that they may be left out (`takers`), and nobody announced by
  `next_build_due` that the next build has to run.

docs/fast_build.md tells it from outside, docs/decisions/0015 and 0016 why.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blinker import signal
from pelican.contents import Article, Content
from pelican.contents import Page as PageContent
from pelican.log import console
from pelican.plugins import signals
from pelican.utils import maybe_pluralize

from ..fingerprint import Unforeseeable
from ..output import Output
from ..skip import Skipping, house
from ..warm import sources
from . import watch
from .handiwork import Handiwork
from .memory import Memory, looked_at, recalled, remember
from .moments import Clock, Due, dates, due_of, noted
from .places import Places, surroundings
from .stamps import Stamps, YoungError
from .takers import unsaid
from .watch import DUE, Watch, watching

if TYPE_CHECKING:
    from pelican import Pelican

logger = logging.getLogger(__name__)

due = signal("next_build_due")
"""Sent during a build with the reason why the next one has to run though nothing has changed; with
`at`, seconds since 1970, from that moment on."""


class Standing:
    """Whether the site of one Pelican stands as its last build left it."""

    def __init__(self, pelican: Pelican, looked_at: Watch | None) -> None:
        """`looked_at`: what plugins looked at since they were registered; None where no build is to
        be left out, and all this does nothing."""
        self._pelican = pelican
        self._watch = looked_at
        self._file = Path(sources.memory(pelican, "standing", ".json"))
        self._contents: dict[str, Content | None] = {}
        self._surroundings = ""
        self._handiwork: Handiwork  # known while it builds
        # Set by who knows it, while a build runs:
        self.output: Output | None = None  # knows which files stood there
        self.skipping: Skipping | None = None  # knows which pages were foreseen

    def holds(self) -> bool:
        """Whether a build would change nothing and say nothing; that is said instead.

        Cost: a look at each file of the site, some 4 µs.
        """
        began = time.monotonic()
        if self._watch is None:
            return False
        try:
            self._surroundings = surroundings(self._pelican.settings)
            memory = recalled(self._file)
            reason = self._change(memory) if memory else "none is known that ended well"
        except (OSError, Unforeseeable) as error:
            memory, reason = None, str(error)
        if memory is None or reason:
            logger.info("fast_build: the build is not left out: %s", reason)
            return False
        took = time.monotonic() - began
        console.print(
            f"Done: Nothing has changed, {memory.told} stand; seen in {took:.2f} seconds."
        )
        return True

    def _change(self, memory: Memory) -> str:
        """Why a build may have something to do, the cheapest to find first. Raises `OSError`."""
        now = time.time()
        if memory.moment != sources.moment(self._pelican) or sources.owed(self._pelican):
            return "somebody else has written pages since"
        if not memory.since <= now < (inf if memory.until is None else memory.until):
            return "its time has come"
        if memory.surroundings != self._surroundings:
            return "settings, templates or environment have changed"
        return unsaid(self._pelican.plugins) or memory.change(Places(self._pelican))

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Around a build. If it ends well, the next one knows."""
        if self._watch is None:
            yield
            return
        clock, heard = Clock(), _Heard()
        logging.getLogger().addHandler(heard)
        signals.all_generators_finalized.connect(self._note_contents)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(heard)
            signals.all_generators_finalized.disconnect(self._note_contents)
        try:
            reason = heard.reason or self._remember(clock, self._watch)
        except (OSError, YoungError) as error:
            reason = str(error)
        self._contents = {}
        if reason:
            logger.info("fast_build: the next build is not left out: %s", reason)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While this lasts it is noted what the build looks at."""
        if self._watch is None:
            yield
            return
        places = Places(self._pelican)
        self._watch.aside = places.beginnings
        self._watch.output = os.path.join(places.output, "")
        self._handiwork = Handiwork(places)
        with due.connected_to(self._note_due), self._handiwork.noting(), watching(self._watch):
            yield

    def _remember(self, clock: Clock, watch: Watch) -> str:
        """Write down the state of everything; or why the build does not count.

        Raises `OSError`, and `YoungError` when anything was changed since it began."""
        places, programs = Places(self._pelican), house.programs()
        moment, seen = sources.moment(self._pelican), watch.seen()
        reason = self._reason_against(seen[DUE], clock) or places.reason_against()
        if reason or programs is None or not (moment and self._surroundings and self.output):
            return reason or "nobody can tell in what state all is"
        # Where temporary files lie there may be another clock than where the site does.
        before = min(watch.began, self.output.began)
        state = looked_at(places, seen, Stamps(self._handiwork, before), self.output)
        until, reason = self._due(seen[DUE], clock.began)
        if until <= clock.began:
            return reason
        memory = Memory(
            told=self._told(),
            since=clock.began,
            until=None if until == inf else until,
            moment=moment,
            surroundings=self._surroundings,
            programs=programs,
            **state,
        )
        remember(self._file, memory)
        return ""

    def _reason_against(self, announced: Iterable[str], clock: Clock) -> str:
        """Why this build does not count, as far as it is quickly found."""
        if clock.was_set_back():
            return "the clock was set back"
        if not (self.skipping and self.skipping.foresaw_all):
            return "there are pages that each build renders"
        until, reason = min(map(due_of, announced), default=(inf, ""))
        return reason if until <= clock.began else unsaid(self._pelican.plugins)

    def _due(self, announced: Iterable[str], began: float) -> Due:
        """When the next build has to run at the latest."""
        contents = self._contents.values()
        if not any(isinstance(content, Article) for content in contents):
            return -inf, "feeds without articles say when they were built"
        return min((*map(due_of, announced), *dates(contents, began)), default=(inf, ""))

    def _told(self) -> str:
        """How many articles and pages there are."""
        contents = list(self._contents.values())
        articles = sum(isinstance(content, Article) for content in contents)
        pages = sum(isinstance(content, PageContent) for content in contents)
        return (
            f"{maybe_pluralize(articles, 'article', 'articles')} and"
            f" {maybe_pluralize(pages, 'page', 'pages')}"
        )

    def _note_contents(self, generators: Iterable[Any]) -> None:
        for generator in generators:
            if getattr(generator, "settings", None) is self._pelican.settings:  # some have none
                self._contents = generator.context["generated_content"]

    def _note_due(self, reason: str, at: float | None = None) -> None:
        if self._watch is not None:
            self._watch.note(DUE, noted(reason, at))


class _Heard(logging.Handler):
    """What is said has to be said by each build."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.reason = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.reason = f"there was a message of level {record.levelname}"


def look_from_now_on() -> None:
    """Plugins are registered, and may look at files that they will not look at again."""
    watch.begin()


def standing_of(pelican: Pelican, *, wanted: bool) -> Standing:
    """What knows whether a build may be left out, if that is `wanted`."""
    looked_at = watch.end()
    if wanted:
        house.look()  # what is loaded by now may be edited while this waits for another build
    return Standing(pelican, looked_at if wanted else None)
