"""Waiting for what others do, and saying what did not happen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 90.0
"""Seconds that any one thing may take before the demonstration says that it did not happen."""
ARRIVAL = 30.0
"""Seconds that the visitors' words may take to the desk before a person is invited all the same."""
BETWEEN = 0.3


class DemoError(Exception):
    """Something that the demonstration waits for did not happen; the message says what."""


def until(
    what: str, look: Callable[[], T | None], *, patience: float, stop: threading.Event, log: Path
) -> T:
    """What `look` gives as soon as it gives something.

    `DemoError` after `patience` seconds, naming the file `log`, or at once when `stop` is set.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        if stop.wait(BETWEEN):
            raise DemoError("ended before the end")
    raise DemoError(f"waited {patience:.0f} s in vain for {what}; {log} says why")
