"""What plugins work out without any page, done by further processes while pages are written.

When all is read and every plugin has had its say, the build forks a process for each errand that a
plugin has offered (`errand_offered`), and later for one that is offered then. It holds the same
site, does the work, and leaves the answers in a file without a name; the plugin fetches them at the
place where it would have done the work.

* `errand`: the build's side, from the fork to the answers.
* `messenger`: the other side, which stays without effect.

Invariants: what follows from the answers the plugin does itself, in its own turn. An errand that
says a message, fails, dies or hangs costs time and nothing else: its work is done in its place. So
it is on a site that has no twin (`twin.fitness`), for there a page may change what the work rests
on, or nothing is gained.

Cost: a fork, and the memory of what the work touches.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from blinker import signal

from .errand import Errand

__all__ = ["errands"]

offered = signal("errand_offered")
"""Sent by a Pelican, once it has read its contents, with `work`, a function, and `patience`, in
seconds. The answer is a function that returns the same as `work`, maybe sooner."""


class Errands:
    """Those of one build."""

    def __init__(self) -> None:
        self._waiting: list[Errand] = []
        self._sent: list[Errand] = []
        self._is_fit = False

    def take(self, pelican: Any, work: Callable[[], Iterable[Any]], patience: float) -> Errand:
        """A plugin offers one; it is sent out now or before the first page."""
        del pelican
        errand = Errand(work, patience)
        self._waiting.append(errand)
        if self._is_fit:
            self.send_out()
        return errand

    def send_out(self) -> None:
        """The first page is about to be written, on a site that errands are fit for."""
        self._is_fit = True
        waiting, self._waiting = self._waiting, []
        if waiting:
            gc.freeze()  # nobody looks through what is there any more, nor copies it by looking
        for errand in waiting:
            self._sent.append(errand)
            errand.begin()

    def end(self) -> None:
        """Nobody fetches any more."""
        for errand in self._sent:
            errand.end()
        if self._sent:
            gc.unfreeze()


@contextmanager
def errands(pelican: Any) -> Iterator[Callable[[], None]]:
    """While this lasts, errands are taken for `pelican`; yields what sends them out."""
    running = Errands()
    offered.connect(running.take, sender=pelican)
    try:
        yield running.send_out
    finally:
        offered.disconnect(running.take, sender=pelican)
        running.end()
