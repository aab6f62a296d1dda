"""The twin: a copy of the build that renders pages ahead of it and does nothing else.

It goes through the generators that it may go through, from the one at which the build is, with the
build's own Writer, which here writes nothing. Of the pages that the build has not come to it takes
one whenever it leaves the build enough to do until that page is ready: so neither waits for the
other, whichever has more to do besides rendering.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pelican.writers
from pelican.contents import Static

from ..write import Render, Writer
from .channel import END, Board, Channel, Text, digest_of, position_of
from .effects import Effect, Effects
from .fitness import silence_others

# Pages that the build has still to render before the next one is taken: at first, and at most. The
# system may let a twin rest for longer than a few pages take, and a build must not wait meanwhile;
# on a small site nothing would be left to take. One more for each so many that were taken.
LEAVES, LEAVES_AT_MOST, GROWING = 3, 24, 32
LEADS = 3  # so many times as many pages give the build as much to do, rendered though they are

Walk = tuple[int, Callable[[Any], None]]  # a generator's number, and what writes its pages


class Twin:
    """The `number`th of `twins`, in a process of its own."""

    def __init__(self, number: int, twins: int, board: Board, channel: Channel) -> None:
        self.number, self.twins, self.board, self.channel = number, twins, board, channel
        self._parent = os.getppid()
        # Positions between the build and this twin; 1 for each that the build has to render.
        self._ahead: deque[tuple[int, int]] = deque()
        self._left = 0  # the sum of those
        self._taken = 0  # pages, so far
        self._generator = self._pages = 0
        self._claims: list[int] = []  # the position that is taken if the page has to be rendered
        self._effects: Effects
        self._render: Render
        self._make: Render
        self._account: Callable[[str], Any]

    def run(self, writer: Writer, walks: Sequence[Walk]) -> None:
        """Render what is left to render. The process is of no other use afterwards."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        silence_others()
        self._effects = Effects()
        self._render, self._make, self._account = writer.render, writer.make, writer.account
        _write_nothing(writer, self)
        with suppress(Exception, Effect):  # the build meets it too, and tells
            for self._generator, generate_output in walks:
                self._pages = 0
                generate_output(writer)

    def page(self, template: Any, variables: dict[str, Any]) -> str:
        """In the place of the Writer's `render`."""
        position = position_of(self._generator, self._pages)
        self._pages += 1
        if self._takes(position):
            self._hand_over(position, template, variables)
        return ""

    def make(self, template: Any, variables: dict[str, Any]) -> str:
        """In the place of the Writer's `make`."""
        while self._claims:
            self.board.take(self._claims.pop(), self.number)
        return self._make(template, variables)

    def _takes(self, position: int) -> bool:
        at = self.board.at
        if at == END:
            raise BrokenPipeError
        while self._ahead and self._ahead[0][0] < at:
            self._left -= self._ahead.popleft()[1]
        if position <= at:
            return False
        leaves = min(LEAVES + self._taken // GROWING, LEAVES_AT_MOST)
        mine = position % self.twins == self.number and (
            self._left >= leaves or len(self._ahead) >= LEADS * leaves
        )
        self._ahead.append((position, int(not mine)))
        self._left += not mine
        self._taken += mine
        return mine

    def _hand_over(self, position: int, template: Any, variables: dict[str, Any]) -> None:
        effects, self._claims = self._effects, [position]
        text: str | None = None
        effects.begin()
        try:
            with suppress(Exception):  # the build meets it again, and tells
                text = self._render(template, variables)
        finally:
            if not self._claims:
                done = Text(
                    position=position,
                    name=digest_of(str(variables["output_file"])),
                    text=None if effects.noted() else text,
                    confirmed=effects.confirmed,
                    account=self._account(str(variables["output_file"])),
                )
                self.channel.send(done, self._is_wanted)

    def _is_wanted(self) -> bool:
        return os.getppid() == self._parent


def _write_nothing(writer: Any, twin: Twin) -> None:
    """Let the Writer go through everything but the disk, in this process."""
    writer.render, writer.make = twin.page, twin.make
    nowhere = _Nowhere()
    writer._open_w = lambda *arguments, **named: nowhere
    writer.write_feed = lambda *arguments, **named: None
    pelican.writers.os = SimpleNamespace(
        path=os.path, devnull=os.devnull, makedirs=lambda *arguments, **named: None
    )
    Static.attach_to = _move_nothing


class _Nowhere:
    """An open page that nobody will see: its text was handed over, or is made by the build."""

    def __enter__(self) -> _Nowhere:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is open."""

    def write(self, text: str) -> None:
        """Forget it."""


def _move_nothing(static: Static, content: Any) -> None:
    raise Effect(f"{content.source_path} moves {static.source_path}")
