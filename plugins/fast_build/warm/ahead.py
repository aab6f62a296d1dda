"""Lists that nobody wanted yet, rendered once while nobody wants anything.

A list that is rendered for the first time makes what many lists share (each article as it stands in
all of them) and looks into documents that it has not seen. Nothing is written; what is remembered
is, as ever, remembered under what it depends on.

Cost: 0.5 ms and 12 KB a page, once in the life of the child, in pieces of one page.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from .pages import Page

MOST = 5_000  # pages; of a larger site the first ones of all lists, where new articles stand


class Ahead:
    """What is left to be rendered."""

    def __init__(self, pages: Iterable[Page]) -> None:
        """`pages`: those that may be written some day."""
        lists = [
            page for page in pages if page.content is None and any(True for _ in page.listed())
        ]
        self._left = sorted(lists, key=lambda page: page.number)[MOST - 1 :: -1]

    def go_on(
        self, hurried: Callable[[], bool], undisturbed: Callable[[], AbstractContextManager[bool]]
    ) -> None:
        """Render until somebody is in a hurry, or all is done. Raises what templates raise.

        `undisturbed`: around each page, which may put a picture where it is shown; yields whether
        the output folder still is what the pages were read for. Where it is not, nothing is done.
        """
        if not self._left:
            return
        with _unheard():
            while self._left and not hurried():
                with undisturbed() as may:
                    if not may:
                        return
                    self._left.pop().render()
        if not self._left:
            gc.collect()
            gc.freeze()  # it stays: it need not be looked through again and again


@contextmanager
def _unheard() -> Iterator[None]:
    """What these pages log, they log when they are written."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(before)
