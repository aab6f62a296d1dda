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
from ..write import Render, Writer, confirmed
from .channel import END, Board, Channel, Text, digest_of, position_of
from .child import Twin, Walk
from .fitness import reason_against, runs_apart

TWINS = 3  # at most: the build itself has to keep up with them
FAREWELL = 1.0  # seconds that a twin has to finish what it is at

logger = logging.getLogger(__name__)


@contextmanager
def accompanied(site: Any) -> Iterator[None]:
    """While this lasts, `site`, a Pelican, has its pages rendered by twins where that is fit."""
    company = Company(site.settings)
    signals.all_generators_finalized.connect(company.expect)
    try:
        yield
    finally:
        signals.all_generators_finalized.disconnect(company.expect)
        company.part()


class Company:
    """One build's twins."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._walks: list[Walk] = []
        self._borrowed: list[tuple[Generator, Any]] = []
        self._attach: Callable[..., None] | None = None  # Pelican's own
        self._twins: dict[int, tuple[int, Channel]] = {}  # process and channel, by number
        self._began = False
        self._board: Board
        self._render: Render
        self._generator: int | None = None
        self._pages = 0

    def expect(self, generators: list[Generator]) -> None:
        """Be there when the first of these writes its first page."""
        if self._began or generators[0].settings is not self._settings:
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
        if not self._began and type(writer) is Writer:  # one that skips has to see what is rendered
            self._began = True
            self._begin(writer, self._walks[number:])
        self._generator, self._pages = number, 0
        try:
            generate_output(writer)
        finally:
            self._generator = None

    def _begin(self, writer: Writer, walks: list[Walk]) -> None:
        twins = min(processes(self._settings) - 1, TWINS)
        if twins < 1:
            return
        reason = reason_against(generator for generator, _ in self._borrowed)
        if reason is not None:
            if reason:
                logger.info("Pages are rendered by one process: %s", reason)
            return
        try:
            self._fork(twins, writer, walks)
        except OSError as error:
            logger.info("Pages are rendered by one process: %s", error)
        else:
            self._render, writer.render = writer.render, self._page

    def _fork(self, twins: int, writer: Writer, walks: list[Walk]) -> None:
        gc.freeze()  # nobody looks through what is there any more, nor copies it by looking
        self._board = Board(len(self._walks), twins)
        for number in range(twins):
            channel = Channel(self._board, number)
            with warnings.catch_warnings():
                # A thread may draw the spinner; a twin neither draws nor waits for one.
                warnings.simplefilter("ignore", DeprecationWarning)
                process = os.fork()
            if process == 0:
                for _, other in self._twins.values():
                    other.close()
                channel.close_receiving()
                Twin(number, twins, self._board, channel).run(writer, walks)
            channel.close_sending()
            self._twins[number] = process, channel
        self._attach = attach = Static.attach_to

        def attaching(static: Static, content: Any) -> None:
            for number in list(self._twins):
                self._end(number)  # none of them would know
            attach(static, content)

        Static.attach_to = attaching

    def _page(self, template: Any, variables: dict[str, Any]) -> str:
        """In the place of the Writer's `render`."""
        found = self._text(variables)
        if found is None or found.text is None:
            return self._render(template, variables)
        for path in found.confirmed:
            confirmed.send(path)
        return found.text

    def _text(self, variables: dict[str, Any]) -> Text | None:
        """What a twin made of this page, if one took it."""
        if self._generator is None:
            return None
        position = position_of(self._generator, self._pages)
        self._pages += 1
        self._board.at = position
        number = self._board.taken(position)
        if number is None or number not in self._twins:
            return None
        found = self._twins[number][1].receive(position)
        if found is None or found.name != digest_of(variables["output_file"]):
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
