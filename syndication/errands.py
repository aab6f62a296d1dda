"""Work of a plugin that needs no page, offered to whoever has a processor to spare.

For the plugins, beside whatever does such work while pages are rendered (fast_build does).
Standard library and blinker's signals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from blinker import signal

offered = signal("errand_offered")
"""Sent by a Pelican with `work`, and with `patience`: for how many seconds who asks for the answers
will wait. Who takes the errand answers with a function that returns them."""

PATIENCE = 20.0

Answer = TypeVar("Answer")
Work = Callable[[], Iterable[Answer]]


def errand(pelican: Any, work: Work[Answer], *, patience: float = PATIENCE) -> Work[Answer]:
    """What to call where the answers of `work` are needed: it does the work there and then, unless
    somebody has done it meanwhile.

    To be asked for when contents are read, or later. `work` follows from what is known when pages
    begin to be written, or then, and changes nothing: neither a file nor an object that anybody
    else looks at. Its answers can be pickled.
    """
    for _, fetch in offered.send(pelican, work=work, patience=patience):
        if fetch is not None:
            done: Work[Answer] = fetch
            return done
    return work
