"""Build: run the site's own build command after documents changed, debounced, and only here.

The command takes the lock on output/ itself, as a `pelican` run by hand does; the daemon holds
none meanwhile.
"""

from __future__ import annotations

import logging
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from syndication.steps.site import Site
from syndication.store import marks

log = logging.getLogger("tertulia")

RETRY_AFTER = timedelta(minutes=1)
_LOOK_EVERY = 0.1  # seconds between two looks at `stopping`
_GRACE = 0.4  # seconds for a command to end by itself
_KEPT = 16 * 1024  # bytes of what it says


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """How this site is built."""

    command: str  # empty: somebody else builds
    directory: Path
    delay: timedelta = timedelta(seconds=5)  # several decisions in a row make one build
    limit: timedelta = timedelta(hours=1)


def due_in(site: Site, builder: Builder) -> timedelta | None:
    """How long until the next build; zero when it is due, None when nothing waits for one."""
    with site.store.read() as tx:
        mark = marks.get(tx, marks.BUILD_DUE)
    if not mark or not builder.command:
        return None
    since = datetime.fromisoformat(mark["since"])
    return max(timedelta(0), since + builder.delay - site.clock())


def build(
    site: Site,
    builder: Builder,
    *,
    now: bool = False,
    stopping: Callable[[], bool] = lambda: False,
) -> bool:
    """Run the command when a build is due (or waits for one, with `now`); True when it ran well.

    Documents that change during the build make another one due. A failed build stays due and its
    complaint is in `tertulia status`. `stopping` is asked while it runs; then it is ended.
    """
    wait = due_in(site, builder)
    if wait is None or (wait and not now):
        return False
    with site.store.read() as tx:
        mark = marks.get(tx, marks.BUILD_DUE)
    if mark is None:
        return False  # somebody else built it just now
    problem = _run(builder, stopping)
    if problem is not None and stopping():
        return False
    with site.store.write() as tx:
        before = marks.get(tx, marks.BUILD_FAILED)
        renewed = marks.get(tx, marks.BUILD_DUE) or mark
        if problem is not None:
            marks.put(tx, marks.BUILD_FAILED, problem)
            again = (site.clock() + RETRY_AFTER).isoformat()
            marks.put(tx, marks.BUILD_DUE, {**renewed, "since": again})
        else:
            marks.drop(tx, marks.BUILD_FAILED)
            if renewed["token"] == mark["token"]:
                marks.drop(tx, marks.BUILD_DUE)
            else:
                since = site.clock().isoformat()
                marks.put(tx, marks.BUILD_DUE, {**renewed, "since": since})
    if problem is not None:
        level = logging.DEBUG if problem == before else logging.ERROR
        log.log(level, "the site was not built, it is tried again: %s", problem)
    return problem is None


def _run(builder: Builder, stopping: Callable[[], bool]) -> str | None:
    """None when the build went well, else the last lines of what it said."""
    try:
        process = subprocess.Popen(
            shlex.split(builder.command),
            cwd=builder.directory,
            env={**os.environ, "PATH": program_path()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what it starts can be ended with it
        )
    except (OSError, ValueError) as error:
        return f"[site] build: {error}"
    said = _Tail(process.stdout)  # type: ignore[arg-type]
    ends = time.monotonic() + builder.limit.total_seconds()
    try:
        while process.poll() is None:
            if stopping() or time.monotonic() > ends:
                return f"was ended: the daemon ends, or it took longer than {builder.limit}"
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_EVERY)
    finally:
        if process.poll() is None:
            _end(process)
    tail = said.lines(5)
    return None if process.returncode == 0 else f"exit {process.returncode}: {tail}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the command and all that it started to end, and insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)


class _Tail:
    """The end of what a process says; the rest is read and forgotten."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._kept = b""
        self._reader = threading.Thread(target=self._read, name="build output", daemon=True)
        self._reader.start()

    def lines(self, number: int) -> str:
        """The last lines. What still runs in the background is not waited for."""
        self._reader.join(_GRACE)
        text = self._kept.decode("utf-8", "replace").strip()
        return "\n".join(text.splitlines()[-number:])

    def _read(self) -> None:
        with self._stream:
            while some := self._stream.read1(_KEPT):  # type: ignore[attr-defined]
                self._kept = (self._kept + some)[-_KEPT:]


def program_path() -> str:
    """The PATH of builds: programs beside our own Python first, for services start without them."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
