"""Websites of the demonstration, each on a port of this machine while a block runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from syndication.demo.waiting import DemoError

HOST = "127.0.0.1"


@contextmanager
def serving(
    handler: Callable[[Any, Any, Any], BaseHTTPRequestHandler], *, port: int = 0, name: str
) -> Iterator[str]:
    """Answer with a `handler` for each request; gives the address, without a trailing slash.

    `port`: 0 for any that is free. `name`: of the thread. Raises `DemoError` for a taken port.
    """
    try:
        made = ThreadingHTTPServer((HOST, port), handler)
    except OSError as error:
        raise DemoError(
            f"port {port} is taken ({error.strerror}); end what uses it, or start anew with --fresh"
        ) from None
    with made as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, name=name, daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()


def port_of(url: str) -> int:
    """Where a website that `serving` gave is to answer the next time, too."""
    return int(url.rpartition(":")[2])
