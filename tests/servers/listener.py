"""A WebSub hub or a search engine on loopback: it keeps what it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.servers.waiting import HANGS


@dataclass
class Listener:
    """Answers each POST with `status`; `told` is what came: (path, media type, body)."""

    url: str = ""
    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    is_silent: bool = False  # until the block ends, it answers nobody
    told: list[tuple[str, str, bytes]] = field(default_factory=list)


@contextmanager
def listener() -> Iterator[Listener]:
    """One that runs as long as the block."""
    made, over = Listener(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.told.append((self.path, self.headers["Content-Type"], body))
            if made.is_silent:
                over.wait(HANGS)
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the tests' output is theirs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/tell"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
