"""A daemon's `send` to Bluesky that is killed with SIGKILL at one of its requests.

Run as a process of its own. Arguments: settings file, the request's number (0: none), "before" it
leaves or "after" its answer came, seconds by which the clock is ahead.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from syndication import bootstrap
from syndication.networks.bluesky.xrpc import Xrpc
from syndication.settings import load
from syndication.steps import send as sending


def main(settings: str, fatal: str, when: str, ahead: str) -> None:
    later = timedelta(seconds=int(ahead))
    ask, numbers = Xrpc._ask, count(1)

    def asked(self: Xrpc, *given: Any, **named: Any) -> Any:
        here = next(numbers) == int(fatal)
        if here and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = ask(self, *given, **named)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    Xrpc._ask = asked  # type: ignore[method-assign]
    clock = lambda: bootstrap.utc_now() + later  # noqa: E731
    sending.send(bootstrap.open_site(load(Path(settings)), clock=clock))


if __name__ == "__main__":
    main(*sys.argv[1:])
