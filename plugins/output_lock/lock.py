"""The lock itself: a file beside the output folder that tells who holds it."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout
from pelican.log import console

DEFAULT_TIMEOUT = 600.0
POLL = 0.1  # seconds between two tries


class OutputLockError(Exception):
    """The lock could not be had; the message says what to do."""


class OutputLock:
    """A re-entrant context manager: inside it, no other process writes the folder."""

    def __init__(self, output: str | os.PathLike[str], timeout: float = DEFAULT_TIMEOUT) -> None:
        """`output`: the folder that is guarded. `timeout`: seconds to wait for another holder."""
        self.output = Path(os.path.abspath(output))  # noqa: PTH100 - a link is not followed
        self.path = self.output.with_name(self.output.name + ".lock")
        self.timeout = timeout
        self._lock = FileLock(self.path, thread_local=False)

    def __enter__(self) -> Self:
        try:
            self._acquire()
        except OSError as error:
            raise OutputLockError(
                f"{self.path} cannot be written ({error.strerror}): let the person who builds"
                f" write in {self.path.parent}"
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self._wait()
        if self._lock.lock_counter == 1:
            with suppress(OSError):  # a full disk: the lock is held, only nobody reads by whom
                self._sign()

    def _sign(self) -> None:
        """Say who holds it, in place: emptying a file first makes some file systems wait."""
        now = datetime.now().astimezone().strftime("%H:%M:%S")
        words = f"process {os.getpid()} since {now}".encode()
        with self.path.open("r+b", buffering=0) as file:
            file.write(words)
            file.truncate()

    def _wait(self) -> None:
        holder = self._holder()
        if self.timeout:
            console.print(
                f"Another build writes {self.output.name}/ ({holder});"
                f" waiting for it, at most {self.timeout:g} s"
            )
        try:
            self._lock.acquire(timeout=self.timeout, poll_interval=POLL)
        except Timeout:
            raise OutputLockError(
                f"Another build has been writing {self.output} for too long ({holder}; waited"
                f" {self.timeout:g} s). Let it finish or end it, then build again;"
                " OUTPUT_LOCK_TIMEOUT sets how long to wait"
            ) from None

    def _holder(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8") or "another process"
        except OSError:
            return "another process"
