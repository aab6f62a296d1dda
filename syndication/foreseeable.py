"""How a plugin vouches for its helpers, so that pages may be kept which they took part in.

For the plugins, beside whatever watches pages while they are rendered (fast_build does, where a
site asks to skip rendering). Standard library and blinker's signals.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from blinker import signal

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


class Parts:
    """Texts that many pages share, each made once. What its making looked at counts for each page
    that has it."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[str, Callable[[], None] | None]] = {}

    def text(self, name: Hashable, make: Callable[[], str]) -> str:
        """The text that is called `name`; `make` is asked for it where nobody knows it yet."""
        known = self._made.get(name)
        if known is None or (known[1] is None and part.receivers):
            known = self._made[name] = _watched(make)
        elif known[1] is not None:
            known[1]()
        return known[0]

    def forget(self) -> None:
        """Make all of them anew."""
        self._made.clear()


def _watched(make: Callable[[], str]) -> tuple[str, Callable[[], None] | None]:
    answers = part.send(make)
    if answers:
        known: tuple[str, Callable[[], None]] = answers[0][1]
        return known
    return make(), None
