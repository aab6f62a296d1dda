"""A command of the site's own: run, ended in time, its last words kept."""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO

_LOOK_EVERY = 0.1  # seconds between two looks at `stopping`
_GRACE = 0.4  # seconds for a command to end by itself
_READING = 5.0  # seconds to read what it said, on a machine that is busy
_KEPT = 16 * 1024  # bytes of what it says


def run(
    command: str,
    *,
    cannot_start: str,
    directory: Path,
    limit: timedelta,
    stopping: Callable[[], bool],
    told: bytes = b"",
) -> str | None:
    """None when it went well, else the last lines of what it said.

    `cannot_start`: what is said with "%s", the reason. `told`: its standard input.
    """
    try:
        with tempfile.TemporaryFile() as words:
            words.write(told)
            words.seek(0)
            process = subprocess.Popen(
                shlex.split(command),
                cwd=directory,
                env={**os.environ, "PATH": program_path()},
                stdin=words,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that what it starts can be ended with it
            )
    except (OSError, ValueError) as error:
        return cannot_start % error
    said = Tail(process.stdout)  # type: ignore[arg-type]
    ends = time.monotonic() + limit.total_seconds()
    try:
        while process.poll() is None:
            if stopping() or time.monotonic() > ends:
                return f"was ended: the daemon ends, or it took longer than {limit}"
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_EVERY)
    finally:
        if process.poll() is None:
            end(process)
    tail = said.lines(5)
    return None if process.returncode == 0 else f"exit {process.returncode}: {tail}"


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the command and all that it started to end, and insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)


class Tail:
    """The end of what a process says; the rest is read and forgotten."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._kept = b""
        self._reader = threading.Thread(target=self._read, name="command output", daemon=True)
        self._reader.start()

    def lines(self, number: int) -> str:
        """The last lines. What still runs in the background is not waited for."""
        ends = time.monotonic() + _READING
        self._reader.join(_GRACE)
        while self._reader.is_alive() and self._has_more() and time.monotonic() < ends:
            self._reader.join(_GRACE)
        text = self._kept.decode("utf-8", "replace").strip()
        return "\n".join(text.splitlines()[-number:])

    def _has_more(self) -> bool:
        """Whether something was said that is not read yet; its end is something too."""
        with suppress(OSError, ValueError):  # it was read to its end just now
            return bool(select.select([self._stream], [], [], 0)[0])
        return True

    def _read(self) -> None:
        with self._stream:
            while some := self._stream.read1(_KEPT):  # type: ignore[attr-defined]
                self._kept = (self._kept + some)[-_KEPT:]


def program_path() -> str:
    """The PATH of commands: programs beside our own Python first, for services start without."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
