"""A Pelican that stays: a child process that writes single pages, and how it is spoken to.

The child is `python -m pelican.plugins.fast_build.warm`; its conversation is JSON lines. It ends
when the site changes, when nobody asks for long, and with us. Whatever it cannot do, a build can.
"""

from __future__ import annotations

import json
import logging
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from syndication.steps.command import Tail, end

log = logging.getLogger("tertulia")

PATIENCE = 900.0  # seconds for an answer: a build by hand may hold the output folder meanwhile
LOADING = 900.0  # seconds for the whole site to be read
_LOOK_EVERY = 0.1
_ENDING = 0.5  # seconds from the last word of a child to its end


class WarmSite:
    """The child of one site. All calls come from one thread."""

    def __init__(self, command: Sequence[str], directory: Path) -> None:
        """`command`: the program and its arguments; it is started by `look_after` or `start`."""
        self.command, self._directory = list(command), directory
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._said: Tail | None = None
        self._started = 0.0
        self._tried = False
        self.loading = False
        self.session = ""  # another one for each child

    def look_after(self) -> None:
        """Start the child once, and see whether it is ready."""
        if not self._tried:
            self.start()
        if self.loading:
            with suppress(queue.Empty):
                self._greeted(self._answers.get_nowait())
        if self.loading and time.monotonic() - self._started > LOADING:
            self._give_up("it did not read the site in time")

    def start(self) -> None:
        """Start the child, unless it lives: after a build it has a site to read."""
        self._tried = True
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._answers = queue.Queue()
        try:
            self._process = subprocess.Popen(
                self.command,
                cwd=self._directory,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            log.info("pages are not written singly: %s", error)
            return
        self._said = Tail(self._process.stderr)  # type: ignore[arg-type]
        self._started, self.loading, self.session = time.monotonic(), True, str(uuid4())
        threading.Thread(
            target=_listen,
            args=(self._process.stdout, self._answers),
            name="warm site",
            daemon=True,
        ).start()

    def publish(self, pages: Sequence[str], stopping: Callable[[], bool]) -> list[str] | None:
        """Have the pages written that show the discussions of `pages`, URL paths; without any,
        what could wait. The files written and removed, or None where that could not be done."""
        if self._process is None or self.loading:
            return None
        try:
            stdin: IO[bytes] = self._process.stdin  # type: ignore[assignment]
            stdin.write(json.dumps(list(pages)).encode() + b"\n")
            stdin.flush()
        except OSError:
            self._give_up(self._last_word())
            return None
        answer = self._answer(stopping)
        if answer is None:
            self._give_up("the daemon ends" if stopping() else self._end())
            return None
        if "error" in answer:
            self._give_up(answer["error"])
            return None
        return [*answer["written"], *answer["removed"]]

    def close(self) -> None:
        """End the child. What it was at is safe to be cut."""
        process, self._process, self.loading = self._process, None, False
        if process is None:
            return
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        if process.poll() is None:
            end(process)

    def _answer(self, stopping: Callable[[], bool]) -> dict[str, Any] | None:
        until = time.monotonic() + PATIENCE
        while not stopping() and time.monotonic() < until:
            with suppress(queue.Empty):
                return self._answers.get(timeout=_LOOK_EVERY)
        return None

    def _greeted(self, greeting: dict[str, Any] | None) -> None:
        self.loading = False
        if greeting is None or not greeting.get("ready"):
            self._give_up(greeting["error"] if greeting else self._end())

    def _last_word(self) -> str:
        """Why it ended, as it told before nobody could ask it any more."""
        answer = None
        with suppress(queue.Empty):
            answer = self._answers.get(timeout=_ENDING)
        return answer["error"] if answer and "error" in answer else self._end()

    def _end(self) -> str:
        """How it ended without a word. What it warned of before is a reason only if it failed."""
        process: subprocess.Popen[bytes] = self._process  # type: ignore[assignment]
        try:
            failed = process.wait(_ENDING) > 0
        except subprocess.TimeoutExpired:
            return "it did not answer"
        said = self._said.lines(3) if failed and self._said else ""
        return f"it had ended: {said}" if said else "it had ended"

    def _give_up(self, why: str) -> None:
        log.info("pages are not written singly until the next build: %s", why)
        self.close()


def _listen(stream: IO[bytes], answers: queue.Queue[dict[str, Any] | None]) -> None:
    """Every line of the child; None when it ends or speaks no sense."""
    with stream:
        for line in stream:
            try:
                answers.put(json.loads(line))
            except ValueError:
                break
    answers.put(None)
