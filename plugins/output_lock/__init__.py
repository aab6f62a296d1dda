"""One build at a time writes the output folder.

A `pelican` run by hand and the one that the daemon starts may fall together; two that empty and
fill one folder leave neither's pages. Each takes an operating system's lock on a file beside the
folder (`output.lock`, never inside: Pelican may empty output/) before it touches anything, and
gives it back when `run()` ends, whether well or not. The lock dies with its process,
so that a killed build never blocks the next one. `pelican --listen` writes nothing and takes none.

Setting: `OUTPUT_LOCK_TIMEOUT`, seconds to wait for another build (default 600; 0: do not wait).

For a plugin that writes pages outside `run()`: `with pelican.output_lock: …` (re-entrant).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from pelican.plugins import signals

from .lock import DEFAULT_TIMEOUT, OutputLock, OutputLockError

if TYPE_CHECKING:
    from pelican import Pelican

__all__ = ["OutputLock", "OutputLockError", "register"]
may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Called by Pelican once."""
    signals.initialized.connect(guard)


def guard(pelican: Pelican) -> None:
    """Make `pelican.run()` hold the lock from its first step to its last.

    No pair of signals would do: `initialized` is also sent by a process that only listens, and
    `finalized` not by a build that failed, which under --autoreload lives on.
    """
    timeout = _timeout(pelican.settings.get("OUTPUT_LOCK_TIMEOUT", DEFAULT_TIMEOUT))
    pelican.output_lock = OutputLock(pelican.output_path, timeout)
    pelican.run = _held(pelican.output_lock, pelican.run)


def _held(lock: OutputLock, run: Callable[[], Any]) -> Callable[[], Any]:
    @wraps(run)
    def locked_run() -> Any:
        with lock:
            return run()

    return locked_run


def _timeout(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    raise OutputLockError(
        f"OUTPUT_LOCK_TIMEOUT = {value!r}: write how many seconds a build waits for another one,"
        " such as 600; 0 does not wait"
    )
