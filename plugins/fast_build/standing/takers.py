"""Whoever takes part in a build and has not said that one may be left out.

`may_be_left_out = True` in a plugin's module, or as an attribute of a receiver, says: what I do in
a build follows from files, the settings and what was there when I was registered, and not from what
I find of mine where builds write; what else it follows from I announce by `next_build_due`; and
nobody misses it when nothing has changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from blinker import NamedSignal
from pelican.plugins import signals

from ..twin.fitness import receivers_of

SAID = "may_be_left_out"
OURS = __name__.rsplit(".", 2)[0]


def unsaid(plugins: list[Any]) -> str:
    """The name of somebody who has not said so; "" where all have."""
    if plugins and plugins[-1].__name__ != OURS:
        return f"{plugins[-1].__name__}, which is registered after fast_build,"
    said = {plugin.__name__ for plugin in plugins if getattr(plugin, SAID, False)}
    for plugin in plugins:
        if plugin.__name__ not in said:
            return str(plugin.__name__)
    for receiver in _receivers():
        module = str(getattr(receiver, "__module__", ""))
        if not getattr(receiver, SAID, False) and not _is_of(module, said):
            return f"{module}.{getattr(receiver, '__qualname__', type(receiver).__qualname__)}"
    return ""


def _is_of(module: str, said: set[str]) -> bool:
    """Whether it is a plugin's, or a part of one, or says so itself."""
    if getattr(sys.modules.get(module), SAID, False):
        return True
    parts = module.split(".")
    return any(".".join(parts[:end]) in said for end in range(1, len(parts) + 1))


def _receivers() -> Iterator[Any]:
    for each in vars(signals).values():
        if isinstance(each, NamedSignal):
            yield from receivers_of(each)
