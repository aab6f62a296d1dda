"""How a plugin vouches for its helpers, so that pages may be kept which they took part in.

For the plugins, beside whatever watches pages while they are rendered (fast_build does, where a
site asks to skip rendering). Standard library and blinker's signals.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar
from weakref import ref

from blinker import Signal, signal

part = signal("rendering_part")
"""Sent with a function that makes a text which further pages will have too. Whoever watches pages
answers with that text, and with a function that tells of each such page what was looked at."""

Helper = TypeVar("Helper", bound=Callable[..., Any])


def foreseeable(helper: Helper) -> Helper:
    """Vouch for what templates call: what it answers follows from its arguments, the settings, what
    it looks at of articles, lists and variables, and what it announces by `rendering_saw`.
    """
    helper.foreseeable = True  # type: ignore[attr-defined]
    return helper


def tell(of: Signal, about: str) -> None:
    """`of.send(about)`, for what is announced a hundred times a page and heard by whoever listens
    at all: nobody may be connected to one sender. Cost: a fifth, 0.5 µs for one listener."""
    for known in tuple(of.receivers.values()) if of.receivers and not of.is_muted else ():
        if (receiver := known() if isinstance(known, ref) else known) is not None:
            receiver(about)


class Parts:
    """Texts that many pages share, each made once. What its making looked at counts for each page
    that has it."""

    def __init__(self) -> None:
        self._made: dict[Hashable, _Made] = {}

    def text(self, name: Hashable, make: Callable[[], str], now: Hashable = None) -> str:
        """The text that is called `name`; `make` is asked for it where nobody knows it yet.

        `now`: what else it says, which may be another thing the next time. The latest is kept.
        """
        known = self._made.get(name)
        if known is None or known.now != now or (known.again is None and part.receivers):
            known = self._made[name] = _watched(make, now)
        elif known.again is not None:
            known.again()
        return known.text

    def forget(self) -> None:
        """Make all of them anew."""
        self._made.clear()


class _Made(NamedTuple):
    text: str
    again: Callable[[], None] | None  # tells of another page what was looked at
    now: Hashable


def _watched(make: Callable[[], str], now: Hashable) -> _Made:
    answers = part.send(make)
    if answers:
        text, again = answers[0][1]
        return _Made(text, again, now)
    return _Made(make(), None, now)
