"""The build's side of an errand: it begins it, and fetches the answers or does the work itself."""

from __future__ import annotations

import os
import pickle
import select
import signal
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, Any

from .messenger import DONE, run

FAREWELL = 1.0  # seconds that an errand nobody waits for has to clear up


class Errand:
    """Called like `work`, whose answers it returns. It has no effect, so that it may be stopped
    wherever it is."""

    def __init__(self, work: Callable[[], Iterable[Any]], patience: float) -> None:
        """`patience`: seconds to wait for the answers; then the process is taken for dead."""
        self._work, self._patience = work, patience
        self._process = 0  # 0: none is under way
        self._coming = -1  # tells when it is done, and when it has died
        self._answers: IO[bytes] | None = None

    def begin(self) -> None:
        """Let another process do it, if the system has one more."""
        with suppress(OSError):
            self._answers = TemporaryFile()  # noqa: SIM115 - closed by `end`
            self._coming, going = os.pipe()
            try:
                self._process = self._fork(self._answers, going)
            finally:
                os.close(going)

    def __call__(self) -> Iterator[Any]:
        """The answers of `work`, one after another."""
        if self._process and self._is_done():
            return self._fetched()
        self.end()
        return iter(self._work())

    def end(self) -> None:
        """Nobody waits for it any more."""
        if self._process:
            process, self._process = self._process, 0
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
                if not self._hears(FAREWELL):
                    os.kill(process, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(process, 0)
        if self._coming >= 0:
            os.close(self._coming)
            self._coming = -1
        if self._answers is not None:
            self._answers.close()
            self._answers = None

    def _fork(self, answers: IO[bytes], going: int) -> int:
        with warnings.catch_warnings():
            # A thread may draw the spinner; an errand neither draws nor waits for one.
            warnings.simplefilter("ignore", DeprecationWarning)
            process = os.fork()
        if process == 0:
            try:
                run(self._work, answers, going)
            finally:
                os._exit(0)
        return process

    def _hears(self, seconds: float) -> bool:
        """Whether there is word, or the process has ended."""
        watched = select.poll()
        watched.register(self._coming, select.POLLIN)
        return bool(watched.poll(seconds * 1000))

    def _is_done(self) -> bool:
        return self._hears(self._patience) and os.read(self._coming, 1) == DONE

    def _fetched(self) -> Iterator[Any]:
        answers = self._answers
        if answers is not None:
            answers.seek(0)
            with suppress(EOFError):
                while True:
                    yield pickle.load(answers)  # noqa: S301 - from a copy of this process
