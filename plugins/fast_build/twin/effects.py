"""What a page did besides becoming a text, as far as Python can tell.

A twin must have no effect. A message, a line on the screen and a number drawn by chance are noted:
the page is left to the build, where they belong. Files, folders, programs and connections are not
even begun, unless a module has declared that its files may be written by anybody; `Effect` then
ends the twin.
"""

from __future__ import annotations

import io
import logging
import os
import random
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import Any

from pelican.log import console

from ..states import placed, state_of
from ..write import confirmed
from .fitness import receivers_of

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
EVENTS = frozenset(
    {
        *("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"),
        *("os.symlink", "os.truncate", "os.utime", "os.exec", "os.fork", "os.posix_spawn"),
        *("os.spawn", "os.system", "os.kill", "subprocess.Popen", "socket.connect"),
        *("socket.bind", "sqlite3.connect"),
    }
)
# What they write is compiled code, kept for the next time, in one step.
HARMLESS = {"jinja2.bccache", "importlib._bootstrap_external", "_frozen_importlib_external"}


class Effect(BaseException):
    """A page was about to change more than itself; the message says what."""


class Effects(logging.Handler):
    """Notes what pages do from now on, in this process for good: for a twin."""

    def __init__(self) -> None:
        super().__init__()
        self.confirmed: dict[str, str] = {}  # in what state, if anybody wants to know
        self._states: dict[str, str] = {}  # the same of all pages, as it was first seen
        self._noted = False
        self._numbers = 0
        self._chance = random.Random()  # noqa: S311 - it draws what the page's would if nobody did
        self._agree()
        logging.getLogger().handlers = [self]
        sys.stdout, sys.stderr = _Screen(self), _Screen(self)
        # Its lock may be held by the thread that draws the spinner, which is not in this process.
        console.print = lambda *arguments, **named: self.note()
        for receiver in receivers_of(confirmed):
            confirmed.disconnect(receiver)
        confirmed.connect(self._confirm)
        sys.addaudithook(_forbid)

    def begin(self) -> None:
        """Before a page is rendered."""
        self.confirmed, self._noted = {}, False

    def noted(self) -> bool:
        """Whether the page, now rendered, has to be rendered by the build."""
        if random.random() != self._chance.random():  # noqa: S311
            self._agree()
            return True
        return self._noted

    def _agree(self) -> None:
        """Let both draw the same from now on. To compare their states takes a hundred times as
        long as to draw once."""
        random.seed(self._numbers)
        self._chance.seed(self._numbers)
        self._numbers += 1

    def note(self) -> None:
        """Something was said."""
        self._noted = True

    def emit(self, record: logging.LogRecord) -> None:
        """A message."""
        del record
        self.note()

    def _confirm(self, path: object) -> None:
        name = os.path.abspath(str(path))
        if name not in self._states:
            self._states[name] = _state(name) if placed.receivers else ""
        self.confirmed[name] = self._states[name]


def _state(path: str) -> str:
    with suppress(OSError):
        return state_of(os.stat(path))
    return ""


class _Screen(io.TextIOBase):
    """In the place of standard output and standard error."""

    def __init__(self, effects: Effects) -> None:
        super().__init__()
        self._effects = effects

    def write(self, text: str) -> int:
        self._effects.note()
        return len(text)


def is_effect(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether what Python announces to its audit hooks would change more than a text."""
    if event == "open":
        path, _, flags = arguments
        return bool(flags & WRITING) and path != os.devnull
    return event in EVENTS


def is_harmless(names: Mapping[str, Any]) -> bool:
    """Whether the module of these names writes compiled code and nothing else."""
    return names.get("__name__") in HARMLESS


def comes_from(known: Callable[[Mapping[str, Any]], bool]) -> bool:
    """For an audit hook: whether a module on the way to what it hears is `known` by its names."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if known(frame.f_globals):
            return True
        frame = frame.f_back
    return False


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    if is_effect(event, arguments) and not comes_from(_is_declared):
        raise Effect(f"{event} {arguments[0] if arguments else ''}")


def _is_declared(names: Mapping[str, Any]) -> bool:
    """Whether a module has declared that its files may be written by anybody."""
    return names.get("renders_apart") is True or is_harmless(names)
