"""The lock itself: a file beside the output folder that tells who holds it.

Cost: 15 µs to take it and to give it back, for a process that publishes does so with every page.
"""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from filelock import SoftFileLock, Timeout, lock_descriptor, unlock_descriptor
from pelican.log import console

DEFAULT_TIMEOUT = 600.0
POLL = 0.1  # seconds between two tries
OPENING = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

_held: set[int] = set()  # open files that are locked by this process


class OutputLockError(Exception):
    """The lock could not be had; the message says what to do."""


class OutputLock:
    """A re-entrant context manager: inside it, no other process writes the folder."""

    def __init__(self, output: str | os.PathLike[str], timeout: float = DEFAULT_TIMEOUT) -> None:
        """`output`: the folder that is guarded. `timeout`: seconds to wait for another holder."""
        self.output = Path(os.path.abspath(output))  # noqa: PTH100 - a link is not followed
        self.path = self.output.with_name(self.output.name + ".lock")
        self.timeout = timeout
        self._file = -1
        self._instead: SoftFileLock | None = None  # of a lock that the file system does not know
        self._entered = 0

    def __enter__(self) -> Self:
        try:
            if not self._entered and not self._take():
                self._wait()
        except OSError as error:
            raise OutputLockError(
                f"{self.path} cannot be written and locked ({error.strerror}): let the person who"
                f" builds write in {self.path.parent}"
            ) from error
        self._entered += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._entered -= 1
        if not self._entered and self._file in _held:
            try:
                if self._instead:
                    self._instead.release(force=True)
                else:
                    unlock_descriptor(self._file)
            finally:
                _close(self._file)

    def _take(self) -> bool:
        """Whether it could be had at once."""
        self._file = self._open()
        _held.add(self._file)
        try:
            # A file that was deleted meanwhile guards nothing: others lock the next one.
            taken = self._lock() and os.fstat(self._file).st_nlink
        except BaseException:
            _close(self._file)
            raise
        if not taken:
            _close(self._file)
            return False
        with suppress(OSError):  # a full disk: the lock is held, only nobody reads by whom
            self._sign()
        return True

    def _lock(self) -> bool:
        try:
            return lock_descriptor(self._file, blocking=False)
        except OSError as error:
            if error.errno != errno.ENOSYS:
                raise
        # Some network file systems (Lustre) have no locks: a file that is there means held.
        self._instead = self._instead or SoftFileLock(f"{self.path}.held", thread_local=False)
        try:
            self._instead.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def _open(self) -> int:
        try:
            return os.open(self.path, OPENING, 0o666)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self.path, OPENING, 0o666)

    def _sign(self) -> None:
        """Say who holds it, in place: emptying a file first makes some file systems wait."""
        now = time.strftime("%H:%M:%S")
        os.ftruncate(
            self._file, os.write(self._file, f"process {os.getpid()} since {now}".encode())
        )

    def _wait(self) -> None:
        holder = self._holder()
        if self.timeout:
            console.print(
                f"Another build writes {self.output.name}/ ({holder});"
                f" waiting for it, at most {self.timeout:g} s"
            )
        until = time.monotonic() + self.timeout
        while not self._take():
            if time.monotonic() >= until:
                raise OutputLockError(
                    f"Another build has been writing {self.output} for too long ({holder}; waited"
                    f" {self.timeout:g} s). Let it finish or end it, then build again;"
                    " OUTPUT_LOCK_TIMEOUT sets how long to wait"
                )
            time.sleep(POLL)

    def _holder(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8") or "another process"
        except OSError:
            return "another process"


def _close(file: int) -> None:
    _held.discard(file)
    os.close(file)


def _leave_it_to_the_parent() -> None:
    """A copy of the process has no part in its locks: they end with the one that took them."""
    for file in list(_held):
        _close(file)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_it_to_the_parent)
