"""Build: run the site's own build command after documents changed, debounced, and only here.

The command takes the lock on output/ itself, as a `pelican` run by hand does; the daemon holds
none meanwhile.
"""

from __future__ import annotations

import logging
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from syndication.steps.site import Site
from syndication.store import marks

log = logging.getLogger("tertulia")


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
    problem = _run(builder, stopping)
    if problem is not None and stopping():
        return False
    with site.store.write() as tx:
        renewed = marks.get(tx, marks.BUILD_DUE) or mark
        if problem is not None:
            marks.put(tx, marks.BUILD_FAILED, problem)
            again = (site.clock() + timedelta(minutes=1)).isoformat()
            marks.put(tx, marks.BUILD_DUE, {**renewed, "since": again})
        elif renewed["token"] == mark["token"]:
            marks.drop(tx, marks.BUILD_DUE)
            marks.drop(tx, marks.BUILD_FAILED)
        else:
            since = site.clock().isoformat()
            marks.put(tx, marks.BUILD_DUE, {**renewed, "since": since})
            marks.drop(tx, marks.BUILD_FAILED)
    if problem is not None:
        log.error("the site was not built: %s", problem)
    return problem is None


def _run(builder: Builder, stopping: Callable[[], bool]) -> str | None:
    """None when the build went well, else the last lines of what it said."""
    try:
        process = subprocess.Popen(
            shlex.split(builder.command),
            cwd=builder.directory,
            env={**os.environ, "PATH": _path()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        return f"[site] build: {error}"
    waited = timedelta(0)
    step = timedelta(milliseconds=200)
    while True:
        try:
            said, _ = process.communicate(timeout=step.total_seconds())
            break
        except subprocess.TimeoutExpired:
            waited += step
            if stopping() or waited > builder.limit:
                process.terminate()
                said, _ = process.communicate()
                return f"was ended after {int(waited.total_seconds())} s"
    tail = "\n".join(said.strip().splitlines()[-5:])
    return None if process.returncode == 0 else f"exit {process.returncode}: {tail}"


def _path() -> str:
    """Programs beside our own Python first: a service starts without the environment's bin."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
