"""A copy of the child that looks at every page once, beside it, when nobody else needs the time.

What a page shows is taken to be what some pages of its template show (see `reach`). One page in
thousands may look further, because of a word in its source; only rendering it tells. The scout
does that with less priority than others and tells of those pages alone; then it ends, and the
memory that so many pages took ends with it.

It does not hold the output lock: who publishes or builds meanwhile must not wait for it. So it
changes nothing. A page that would make a file, because a build has taken away since what the page
shows, is not looked at here but by the child, when that has the lock. What is found of documents
that change meanwhile is no less true than what was found before: a page that is written is looked
at anew.

Cost: that of rendering the site once, in another process.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NoReturn

from ..crew import can_fork
from ..twin.effects import Effect, comes_from, is_effect, is_harmless
from .pages import Page
from .reach import Reach

LESS = 10  # of Unix's priorities: others go first, and yet it gets somewhere
BREATH = 0.05  # seconds between two looks at whether somebody is in a hurry
END = b"end\n"


class Scout:
    """One look at all pages that were not looked at."""

    def __init__(self, reach: Reach) -> None:
        """Begins at once, where there is anything to look at and this system can fork."""
        self._reach, self._pages = reach, list(reach.assumed)
        self._coming = -1
        self._told = b""
        if self._pages and can_fork():
            self._fork()

    def is_back(self, hurried: Callable[[], bool]) -> bool:
        """Wait for the scout, until somebody is in a hurry. False: ask again later."""
        while self._coming >= 0:
            if select.select([self._coming], [], [], BREATH)[0]:
                some = os.read(self._coming, 1 << 16)
                self._told += some
                if not some:
                    self.end()
            elif hurried():
                return False
        return True

    def found(self) -> Iterator[tuple[Page, frozenset[str]]]:
        """The pages that show more than was taken for granted, and what, when the scout is back.

        What it did not come to is looked at here. Raises what templates raise then.
        """
        *told, end = self._told.splitlines(keepends=True) or [b""]
        if end == END:
            for number, reads in map(json.loads, told):
                if reads is None:
                    yield from self._found_here(self._pages[number])
                else:
                    yield self._pages[number], frozenset(reads)
            return
        for page in self._pages:
            yield from self._found_here(page)

    def _found_here(self, page: Page) -> Iterator[tuple[Page, frozenset[str]]]:
        if reads := self._reach.beyond(page):
            yield page, reads

    def end(self) -> None:
        """Whatever it is at."""
        if self._coming >= 0:
            os.close(self._coming)
            self._coming = -1
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)

    def _fork(self) -> None:
        self._coming, going = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a copy of other threads' locks
            self._process = os.fork()
        if self._process == 0:
            _look(self._reach, self._pages, going)
        os.close(going)


def _look(reach: Reach, pages: list[Page], going: int) -> NoReturn:
    """The scout's own life; it leaves without its parent's farewells."""
    try:
        parent = os.getppid()
        _be_apart(going)
        with os.fdopen(going, "wb") as pipe:
            sys.addaudithook(_forbid)
            for number, page in enumerate(pages):
                if os.getppid() != parent:
                    os._exit(0)
                if (reads := _beyond(reach, page)) != []:
                    pipe.write(json.dumps([number, reads]).encode() + b"\n")
            pipe.write(END)
    finally:
        os._exit(0)


def _beyond(reach: Reach, page: Page) -> list[str] | None:
    """What a page shows more than is known of it; None where it would have made a file."""
    try:
        return sorted(reach.beyond(page))
    except Effect:
        return None


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    if is_effect(event, arguments) and not comes_from(is_harmless):
        raise Effect(event)


def _be_apart(going: int) -> None:
    """In nobody's way: neither processors, nor what the parent listens to, says and holds."""
    os.nice(LESS)
    logging.disable()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nothing, stream)
    os.closerange(3, going)
    os.closerange(going + 1, os.sysconf("SC_OPEN_MAX"))
