"""A change of discussions → the files that show it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from ..output import Output
from . import change as told
from . import sources, twins
from .ahead import Ahead
from .change import Change
from .disk import sync
from .loading import Loaded
from .pages import Page
from .reach import WHOLE_SITE
from .scout import Scout

BREATH = 100  # publications after which the memory is tidied, whoever waits


class StaleError(Exception):
    """The site must be built as a whole; the message says why."""


class Publisher:
    """Writes what changed, for as long as the site is the one that was built."""

    def __init__(self, loaded: Loaded, of_sources: str, *, alone: bool = False) -> None:
        """`of_sources`: the digest of what `loaded` was read from. `alone`: not the whole site."""
        self.loaded, self._alone = loaded, alone
        self._sources = of_sources
        self._lock: Any = getattr(loaded.pelican, "output_lock", None)
        self._seen = sources.moment(loaded.pelican)
        self._owed = {} if alone else dict.fromkeys(sources.owed(loaded.pelican))
        self._published: dict[str, None] = {}  # again, after a build by hand
        self._unsettled: dict[str, None] = {}
        self._gone: dict[str, None] = {}
        self._came: dict[str, None] = {}  # since the last build remembered what there is
        self._since_rest = 0
        self._scout: Scout | None = None
        self._ahead = Ahead(() if alone else loaded.reach.assumed)
        gc.disable()  # a page need not wait for it: `rest` does it when nobody asks

    def look_around(self) -> None:
        """Begin to look at every page, beside. The first quiet `settle` waits for it."""
        self._scout = Scout(self.loaded.reach)

    def look_ahead(self, hurried: Callable[[], bool]) -> None:
        """Render what nobody asked for, until somebody is in a hurry. Raises what templates do."""
        self._ahead.go_on(hurried, self._undisturbed)

    def end(self) -> None:
        """Nobody will ask any more."""
        if self._scout is not None:
            self._scout.end()

    def publish(self, paths: Iterable[str]) -> Change:
        """Write every page that shows one of these discussions.

        Raises `StaleError`, and `OSError` with each file old or new, whole.
        """
        with self._lock or nullcontext():
            late = self._owed.keys() - self._published.keys()
            wanted = dict.fromkeys([*paths, *sorted(late)])
            if self._others_wrote():
                wanted |= self._published
            change = self._change(wanted)
            told.changed.send(self.loaded.pelican, change=change)
            if change.whole:
                raise StaleError(change.whole)
            held, others = self._touched(wanted)
            self._write(held)
            with self._names_together() as folders:
                self._write(others)
                told.published.send(self.loaded.pelican, change=change)
            self._finish(change, folders)
            self._published |= wanted
            self._unsettled |= wanted
            self._gone |= change.removed
            self._came |= change.written
            self._since_rest += 1
            return change

    def settle(self, hurried: Callable[[], bool] = lambda: False) -> Change:
        """Write what could wait. Raises as `publish`.

        `hurried`: whether somebody waits for another publication, which will be settled too.
        """
        scouted = self._is_scouted(hurried)  # no build need wait for that
        with self._lock or nullcontext():
            if self._others_wrote():
                self._unsettled |= self._published
            change = self._change(self._unsettled)
            change.gone = list(self._gone)
            with self._names_together() as folders:
                self._write(self._overlooked() if scouted else ())
                told.settled.send(self.loaded.pelican, change=change)
            self._finish(change, folders)
            self._came |= change.written
            self.vouch(change.removed)
            self._unsettled, self._gone = {}, {}
            self._pay()
            self._since_rest = BREATH
            return change

    def vouch(self, removed: Iterable[str] = ()) -> None:
        """Tell the next build that what was written is the site's. Cost: that of a long list."""
        output = Output.of(self.loaded.pelican)
        names = {*self._came, *self._gone, *removed}
        touched = {os.path.join(output.folder, name) for name in names}
        there = set(filter(os.path.exists, touched))
        output.vouch(there, touched - there)
        self._came = {}

    def rest(self, *, hurried: bool = False) -> None:
        """Tidy the memory while nobody waits; `hurried`: somebody does, so only when it must be.

        Mostly what the last publication left is looked through. To look through everything takes
        its time, and what pages are made with is in no cache of the processor afterwards.
        """
        if self._since_rest >= BREATH:
            gc.collect()
            self._since_rest = 0
        elif not hurried:
            gc.collect(0)

    def check_sources(self) -> None:
        """Raises `StaleError` when content, theme, settings or plugins are not as they were."""
        if sources.digest_of(self.loaded.pelican) != self._sources:
            raise StaleError("content, theme, settings or plugins have changed")

    def _touched(self, paths: Iterable[str]) -> tuple[list[Page], list[Page]]:
        """What shows these discussions: the pages where they are held, and others."""
        contents = self.loaded.contents
        at = {id(contents[path]) for path in paths if path in contents}
        held: list[Page] = []
        others: list[Page] = []
        for page in self.loaded.reach.showing([*paths, WHOLE_SITE]):
            (held if id(page.content) in at else others).append(page)
        return held, others

    @contextmanager
    def _undisturbed(self) -> Iterator[bool]:
        """While nobody else may write; whether nobody did since this process did last."""
        with self._lock or nullcontext():
            yield sources.moment(self.loaded.pelican) == self._seen

    @contextmanager
    def _names_together(self) -> Iterator[set[str]]:
        """While this lasts, the names of pages are not seen to; the folders where they are."""
        writer = self.loaded.writer
        writer.unsynced = set()
        try:
            yield writer.unsynced
        finally:
            writer.unsynced = None

    def _is_scouted(self, hurried: Callable[[], bool]) -> bool:
        """Whether there is news of all pages; what nobody knew matters to what was published."""
        return bool(self._scout and self._published and self._scout.is_back(hurried))

    def _overlooked(self) -> Iterator[Page]:
        """Pages that show what was published before anybody knew that they do."""
        scout, self._scout = self._scout, None
        for page, reads in scout.found() if scout else ():
            self.loaded.reach.learn_more(page, reads)
            if not reads.isdisjoint((*self._published, WHOLE_SITE)):
                yield page

    def _write(self, pages: Iterable[Page]) -> None:
        for page in pages:
            with self.loaded.reach.rewriting(page):
                page.write(self.loaded.writer)

    def _change(self, paths: Iterable[str]) -> Change:
        contents = self.loaded.contents
        self.loaded.writer.changed.clear()
        return Change(
            contents=[contents[path] for path in paths if path in contents],
            generators=self.loaded.generators,
            writer=self.loaded.writer,
            output=os.path.abspath(self.loaded.pelican.output_path),
            alone=self._alone,
        )

    def _pay(self) -> None:
        """What was owed is shown everywhere, if it was published by now."""
        if self._owed and self._owed.keys() <= self._published.keys():
            sources.forget_owed(self.loaded.pelican)
            self._owed = {}

    def _finish(self, change: Change, folders: Iterable[str]) -> None:
        safe = {change.wrote(path) for path in sorted(self.loaded.writer.changed)}
        for name in list(change.written):
            for twin in twins.renew(os.path.join(change.output, name)):
                (change.wrote if os.path.exists(twin) else change.took_away)(twin)
        for name in list(change.removed):
            for twin in twins.of(os.path.join(change.output, name)):
                twins.remove(twin)
                change.took_away(twin)
            _leave(os.path.dirname(os.path.join(change.output, name)), change.output)
        hasty = {*change.written, *change.removed} - safe
        sync((os.path.join(change.output, name) for name in hasty), folders)

    def _others_wrote(self) -> bool:
        """Has somebody built the site since? Raises `StaleError` when it became another one."""
        now = sources.moment(self.loaded.pelican)
        if now == self._seen:
            return False
        if sources.built(self.loaded.pelican) != self._sources:
            raise StaleError("a build of other sources, or one that failed, has written pages")
        self._seen = now
        return True


def _leave(folder: str, output: str) -> None:
    """Remove a folder that is empty now, and those above it that are so then."""
    with suppress(OSError):  # it holds something
        while folder != output:
            os.rmdir(folder)
            folder = os.path.dirname(folder)
