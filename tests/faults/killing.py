"""A daemon's `send` that is killed with SIGKILL at a chosen instant. Run as a process of its own.

Arguments: settings file, instant, seconds by which the clock is ahead.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from syndication import bootstrap
from syndication.settings import load
from syndication.steps import send as sending
from syndication.store import copies


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """A publisher whose process dies before the request leaves, or when its answer is here."""

    def __init__(self, publisher: Any, instant: str) -> None:
        self._publisher, self._instant = publisher, instant

    def publish(self, draft: Any, *, key: str) -> Any:
        if self._instant == "before-request":
            die()
        ref = self._publisher.publish(draft, key=key)
        if self._instant == "after-request":
            die()
        return ref

    def find(self, draft: Any, *, key: str) -> Any:
        if self._instant == "before-find":
            die()
        ref = self._publisher.find(draft, key=key)
        if self._instant == "after-find":
            die()
        return ref


def main(settings: str, instant: str, ahead: str) -> None:
    later = timedelta(seconds=int(ahead))
    site = bootstrap.open_site(load(Path(settings)), clock=lambda: bootstrap.utc_now() + later)
    connect = site.connect

    def mortal(name: str) -> Any:
        connection = connect(name)
        return replace(connection, publisher=Mortal(connection.publisher, instant))

    if instant == "before-claim":
        copies.claim = lambda *_, **__: die()  # type: ignore[assignment]
    if instant == "before-save":
        copies.published = lambda *_, **__: die()  # type: ignore[assignment]
    sending.send(replace(site, connect=mortal))


if __name__ == "__main__":
    main(*sys.argv[1:])
