"""The publications of one process that stays, timed from within."""

from __future__ import annotations

import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from blinker import signal

PAGE, TOUCHED = "the article's page", "all that is touched"
FIRST, AGAIN = "first", "again"
MARKS = (0.1, 0.5, 1.0)  # shares of the publications after which the memory is looked at
SETTLED_EVERY = 100  # publications: the daemon waits for a quiet moment
MEMORY = "memory held, MB"  # one value a mark
Times = dict[str, list[float]]  # milliseconds, if the name says nothing else
say = sys.stderr.write


def page_of(number: int) -> str:
    """The URL path of an article of the site."""
    return f"/es/article-{number}/" if number % 2 else f"/article-{number}/"


def visits(articles: int, publications: int) -> tuple[list[str], list[str]]:
    """Pages to publish: some, each for the first time, then those again, by lot.

    One of each translated pair alone: a page is rendered with its translation's.
    """
    dice = random.Random(1)
    pairs = dice.sample(range(articles // 2), max(1, min(articles, publications) // 2))
    first = [page_of(2 * pair + dice.randrange(2)) for pair in pairs]
    return first, dice.choices(first, k=publications - len(first))


def publish(
    folder: Path, articles: int, publications: int, discuss: Callable[[str, int], None]
) -> Times:
    """Read the site in `folder` and publish.

    `discuss(path, visit)` changes what is said there, for the first, second … time.
    """
    from pelican.plugins.fast_build.run import exchanged
    from pelican.plugins.fast_build.warm.speaking import publisher_of

    os.chdir(folder)
    began = time.perf_counter()
    with exchanged():
        child = _Child(publisher_of(["-q"]), discuss)
        child.times["the site, read"] = [_since(began)]
        child.look_ahead()
        first, again = visits(articles, publications)
        marks = {round(publications * share) for share in MARKS}
        for turn, path in enumerate([*first, *again], 1):
            child.publish(path, FIRST if turn <= len(first) else AGAIN)
            if turn % SETTLED_EVERY == 0 or turn == publications:
                child.settle()
                say(f"\r{turn} of {publications}")
            if turn in marks:
                child.times.setdefault(MEMORY, []).append(_memory())
    say("\r")
    return child.times


class _Child:
    def __init__(self, publisher: Any, discuss: Callable[[str, int], None]) -> None:
        self.times: Times = {}
        self._publisher, self._discuss = publisher, discuss
        pages = publisher.loaded.pages.values()
        self._visits: Counter[str] = Counter()
        self._files = {page.content: page.name for page in pages if page.content}

    def look_ahead(self) -> None:
        began = time.perf_counter()
        self._publisher.look_ahead(lambda: False)
        self._note("its lists, looked at", _since(began))

    def publish(self, path: str, visit: str) -> None:
        self._visits[path] += 1
        self._discuss(path, self._visits[path])
        name = self._files[self._publisher.loaded.contents[path]]
        with _watched(Path(self._publisher.loaded.writer.output_path, name)) as seen:
            began = time.perf_counter()
            change = self._publisher.publish([path])
            self._note(f"{TOUCHED}, {visit}", _since(began))
        self._note(f"{PAGE}, {visit}", (seen[0] - began) * 1000)
        self._note("files of a change", float(len(change.written)))
        self._publisher.rest()

    def settle(self) -> None:
        began = time.perf_counter()
        self._publisher.settle()
        self._note("what follows", _since(began))

    def _note(self, what: str, value: float) -> None:
        self.times.setdefault(what, []).append(value)


@contextmanager
def _watched(path: Path) -> Iterator[list[float]]:
    """When the file is on the disk, new."""
    seen: list[float] = []

    def see(confirmed: str) -> None:
        if Path(confirmed) == path:
            seen.append(time.perf_counter())

    with signal("output_confirmed").connected_to(see):
        yield seen


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _memory() -> float:
    """Of this process alone, MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1024 / 1024
