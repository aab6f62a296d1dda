"""A build makes next to no unreachable cycles: Python's collector of them looks less often.

When the process ends, it does not look at all. Python would walk through all that was read, half
a second for 10,000 articles, to give back one by one what the system takes as a whole; and it
promises nobody that what stands in a cycle is ended then.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects, younger collections, middle ones until it looks again; Python's own is 700, 10, 10.
RARELY = (50_000, 20, 50)


@contextmanager
def collected_rarely() -> Iterator[None]:
    """While this lasts; thousands of articles are not walked through for a handful of cycles."""
    former = gc.get_threshold()
    gc.set_threshold(*RARELY)
    atexit.unregister(gc.freeze)  # many builds may be made in one process
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*former)
