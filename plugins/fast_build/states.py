"""In what state a file of the site is, told when a build has written it or found it the same.

Whoever looks later might see what somebody else did to it meanwhile.
"""

from __future__ import annotations

import os
from contextlib import suppress

from blinker import signal

placed = signal("output_placed")
"""Sent with the path of each file that this process has written, or found the same, and `state`:
what the file was at that moment."""
met = signal("output_met")
"""Sent with the path of a file that another process confirmed, and its `state` at that moment."""


def state_of(found: os.stat_result) -> str:
    """In words: who changes a file cannot have all of that back. Only a change in the same tick of
    the clock, of as many bytes, looks like none."""
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"


def tell(path: str, found: os.stat_result) -> None:
    """A file is what it is to be, and somebody may want to know."""
    if placed.receivers:
        placed.send(path, state=state_of(found))


def tell_put(path: str, made: os.stat_result) -> None:
    """A file took this name just now. `made`: what it was before, when nobody else knew it; by a
    new name no more is changed than the moment at which its entry was."""
    with suppress(OSError):
        found = os.lstat(path)
        kept = found.st_mtime_ns, found.st_size, found.st_ino
        if kept == (made.st_mtime_ns, made.st_size, made.st_ino):
            made = found
    tell(path, made)


def absolute(path: str | os.PathLike[str], inside: str) -> str:
    """`os.path.abspath`, which most paths that begin with `inside`, absolute itself, need not be
    given to. Cost: 0.3 µs instead of 2."""
    if isinstance(path, str) and path.startswith(inside) and "/." not in path and "//" not in path:
        return path
    return os.path.abspath(path)
