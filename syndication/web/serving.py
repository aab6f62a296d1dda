"""Serving one WSGI app on threads of its own, begun and ended by the daemon."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from waitress import create_server, wasyncore

POLL = 0.2
"""Seconds between two looks at whether the server shall end."""


_PROXY: dict[str, Any] = {
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_headers": {"x-forwarded-for"},
}


# Under a flood it would write a line for each request that waits.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


class ServingError(Exception):
    """The address cannot be listened on; the message says what to do."""


class Server:
    """A waitress server in a thread. `start` it, `stop` it, once."""

    def __init__(
        self,
        app: Callable[..., Any],
        host: str,
        port: int,
        *,
        threads: int = 4,
        name: str = "desk",
        proxied: bool = False,
    ) -> None:
        """Take the address at once; port 0 takes any that is free. Raises `ServingError`.

        `proxied`: a proxy on this machine hands the requests on and says whose they are.
        """
        self._sockets: dict[int, Any] = {}
        self._stop = Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listening = socket.create_server((host, port), family=family)
        except OSError as error:
            raise ServingError(
                f"cannot listen on {host}:{port}: {error.strerror or error}."
                " Is another program, or another daemon, using it?"
            ) from error
        self.port: int = listening.getsockname()[1]
        self._server = create_server(
            app,
            map=self._sockets,
            sockets=[listening],
            threads=threads,
            ident=None,
            **(_PROXY if proxied else {}),
        )
        self._thread = Thread(target=self._run, name=f"serve-{name}", daemon=True)

    def start(self) -> None:
        """Answer requests from now on."""
        self._thread.start()

    def stop(self, seconds: float = 1.5) -> None:
        """Take no more requests, let those at work finish, and close; at most about `seconds`."""
        ends = time.monotonic() + seconds
        self._stop.set()
        if self._thread.is_alive():  # it ends after one look, when it gets the processor
            self._thread.join(seconds)
        self._server.task_dispatcher.shutdown(timeout=max(0.1, ends - time.monotonic()))
        wasyncore.close_all(self._sockets, ignore_all=True)

    def _run(self) -> None:
        while not self._stop.is_set():
            wasyncore.loop(timeout=POLL, map=self._sockets, count=1)
