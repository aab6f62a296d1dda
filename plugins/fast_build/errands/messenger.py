"""The other side of an errand: a copy of the build that does one piece of work and nothing else."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import IO, Any

from pelican.contents import Content

from ..twin.effects import Effect, Effects

DONE = b"!"  # all answers are there
# The texts of articles, which Pelican keeps for as long as it lives.
MEMOS = [vars(Content)[name] for name in ("get_content", "get_summary")]
PULSE = 0.5  # seconds between two looks whether the build still lives


def run(work: Callable[[], Iterable[Any]], answers: IO[bytes], going: int) -> None:
    """Write the answers of `work`; DONE to `going` when that was all it did.

    The process is of no other use afterwards. Where the work fails or says something, the build
    meets that again, and tells.
    """
    _leave_with(os.getppid())
    effects = Effects()
    effects.begin()
    # To free what the build has made would copy the memory that it lies in.
    _former = [memo.cache for memo in MEMOS]
    with suppress(Exception, Effect):
        for answer in work():
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            for memo in MEMOS:  # what led to this answer leads to no other
                memo.cache = {}
        answers.flush()
        if not effects.noted() and not effects.confirmed:
            os.write(going, DONE)


def _leave_with(build: int) -> None:
    """Clear up and end when told to, and soon after the build has ended in whatever way."""

    def leave(*signalled: Any) -> None:
        raise SystemExit

    def look(*signalled: Any) -> None:
        if os.getppid() != build:
            leave()

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, PULSE, PULSE)
