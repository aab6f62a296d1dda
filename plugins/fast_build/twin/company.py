"""The build's side: it forks twins, takes their texts, and sees to their end."""

from __future__ import annotations

import gc
import logging
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from pelican.contents import Static
from pelican.generators import Generator
from pelican.plugins import signals

from ..crew import processes
from ..states import met
from ..write import Render, Writer, confirmed
from .channel import END, Board, Channel, Text, digest_of, position_of
from .child import Twin, Walk
from .fitness import reason_against, runs_apart

TWINS = 3  # at most: the build itself has to keep up with them
FIRST = 6  # pages that the build renders alone, and with them what is worked out once for all
FAREWELL = 1.0  # seconds that a twin has to finish what it is at

logger = logging.getLogger(__name__)


@contextmanager
def accompanied(site: Any, when_fit: Callable[[], None]) -> Iterator[None]:
    """While this lasts, `site`, a Pelican, has its pages rendered by twins where that is fit;
    `when_fit` is called then, before the first page."""
    company = Company(site.settings, when_fit)
    signals.all_generators_finalized.connect(company.expect)
    try:
        yield
    finally:
        signals.all_generators_finalized.disconnect(company.expect)
        company.part()


class Company:
    """One build's twins."""

    def __init__(self, settings: dict[str, Any], when_fit: Callable[[], None]) -> None:
        self._settings, self._when_fit = settings, when_fit
        self._walks: list[Walk] = []
        self._borrowed: list[tuple[Generator, Any]] = []
        self._attach: Callable[..., None] | None = None  # Pelican's own
        self._twins: dict[int, tuple[int, Channel]] = {}  # process and channel, by number
        self._writer: Any = None  # the Writer of this build, once it writes
        self._board: Board
        self._render: Render
        self._make: Render
        self._rendered = 0  # pages, by this process
        self._forked = False
        self._generator: int | None = None
        self._pages = 0

    def expect(self, generators: list[Generator]) -> None:
        """Be there when these write their pages."""
        if self._walks or generators[0].settings is not self._settings:
            return
        for generator in filter(runs_apart, generators):
            generate_output = generator.generate_output
            number = len(self._walks)
            self._walks.append((number, generate_output))
            walked = partial(self._walk, number, generate_output)
            self._borrowed.append((generator, walked))
            generator.generate_output = walked

    def part(self) -> None:
        """End what is left of the twins, and leave no trace in the generators."""
        if self._twins:
            self._board.at = END
        for number in list(self._twins):
            self._twins[number][1].wait_for_end(FAREWELL)
            self._end(number)
        if self._attach is not None:
            Static.attach_to, self._attach = self._attach, None
            gc.unfreeze()
        for generator, walked in self._borrowed:
            if vars(generator).get("generate_output") is walked:
                del vars(generator)["generate_output"]
        self._borrowed, self._walks = [], []

    def _walk(self, number: int, generate_output: Callable[[Any], None], writer: Any) -> None:
        """One generator's turn."""
        if self._writer is None and isinstance(writer, Writer):
            self._writer = writer
            if self._is_fit():
                self._render, self._make = writer.render, writer.make
                writer.render, writer.make = self._page, self._made
                self._when_fit()
        self._generator, self._pages = number, 0
        try:
            generate_output(writer)
        finally:
            self._generator = None

    def _is_fit(self) -> bool:
        if processes(self._settings) < 2:
            return False
        reason = reason_against(generator for generator, _ in self._borrowed)
        if reason:
            logger.info("Pages are rendered by one process: %s", reason)
        return reason is None

    def _page(self, template: Any, variables: dict[str, Any]) -> str:
        """In the place of the Writer's `render`."""
        found = self._text(variables)
        if found is None or found.text is None:
            return self._render(template, variables)
        self._writer.adopt(str(variables["output_file"]), found.account)
        for path, state in found.confirmed.items():
            met.send(path, state=state)
            confirmed.send(path)
        return found.text

    def _made(self, template: Any, variables: dict[str, Any]) -> str:
        """In the place of the Writer's `make`."""
        self._rendered += 1
        return self._make(template, variables)

    def _fork(self, position: int) -> None:
        """The build is at the page of this position."""
        self._forked = True
        gc.freeze()  # nobody looks through what is there any more, nor copies it by looking
        self._guard_files()
        try:
            self._board = Board(len(self._walks), TWINS)
            self._board.at = position
            twins = min(processes(self._settings) - 1, TWINS)
            for number in range(twins):
                self._bear(number, twins)
        except OSError as error:
            logger.info("Pages are rendered by fewer processes: %s", error)

    def _bear(self, number: int, twins: int) -> None:
        channel = Channel(self._board, number)
        with warnings.catch_warnings():
            # A thread may draw the spinner; a twin neither draws nor waits for one.
            warnings.simplefilter("ignore", DeprecationWarning)
            process = os.fork()
        if process == 0:
            try:
                for _, other in self._twins.values():
                    other.close()
                channel.close_receiving()
                self._writer.render, self._writer.make = self._render, self._make
                here = self._generator or 0
                Twin(number, twins, self._board, channel).run(self._writer, self._walks[here:])
            finally:
                os._exit(0)
        channel.close_sending()
        self._twins[number] = process, channel

    def _guard_files(self) -> None:
        """An attachment that nobody foresaw moves a file, and no twin would know."""
        self._attach = attach = Static.attach_to

        def attaching(static: Static, content: Any) -> None:
            for number in list(self._twins):
                self._end(number)
            attach(static, content)

        Static.attach_to = attaching

    def _text(self, variables: dict[str, Any]) -> Text | None:
        """What a twin made of this page, if one took it."""
        if self._generator is None:
            return None
        position = position_of(self._generator, self._pages)
        self._pages += 1
        if self._rendered >= FIRST and not self._forked:
            self._fork(position)
        if not self._twins:
            return None
        self._board.at = position
        number = self._board.taken(position)
        if number is None or number not in self._twins:
            return None
        found = self._twins[number][1].receive(position)
        if found is None or found.name != digest_of(str(variables["output_file"])):
            self._end(number)
            return None
        return found

    def _end(self, number: int) -> None:
        """It has no effect, so that it may be stopped wherever it is."""
        process, channel = self._twins.pop(number)
        channel.close()
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(process, 0)
