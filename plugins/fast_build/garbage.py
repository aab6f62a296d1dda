"""A build makes next to no unreachable cycles: Python's collector of them looks less often."""

from __future__ import annotations

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
    try:
        yield
    finally:
        gc.set_threshold(*former)
