"""By what clock: when a build began, whether it was set meanwhile, and when the next one is due."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from pelican.contents import Content

Due = tuple[float, str]  # seconds since 1970 (infinite: always), and why

STEP = 0.001  # seconds; what is slewed is slewed in both clocks


class Clock:
    """Tells whether the clock was set back since this was made."""

    def __init__(self) -> None:
        self.began = time.time()
        self._offset = self.began - time.monotonic()

    def was_set_back(self) -> bool:
        """By more than a millisecond."""
        return time.time() - time.monotonic() < self._offset - STEP


def dates(contents: Iterable[Content | None], began: float) -> Iterator[Due]:
    """The moments to come that front matter names: a draft until then, or a newest article."""
    for content in contents:
        for value in content.metadata.values() if content is not None else ():
            if isinstance(value, datetime):
                with suppress(OverflowError, ValueError, OSError):
                    moment = value.timestamp()
                    if moment >= began - 1:
                        yield moment, f"{content} is dated in the future"


def due_of(words: str) -> Due:
    """What `noted` made words of."""
    moment, _, reason = words.partition(" ")
    return float(moment), reason


def noted(reason: str, at: float | None = None) -> str:
    """A moment and why, in words."""
    return f"{'-inf' if at is None else at} {reason}"
