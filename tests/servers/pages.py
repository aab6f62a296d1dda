"""Somebody's website on loopback: pages that a test writes, what it was asked and told."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Page:
    """What stands at one path."""

    body: bytes
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    media_type: str = "text/html; charset=utf-8"


@dataclass
class Pages:
    """A site: other paths are 404. `told`: what was posted, as (path, media type, body)."""

    url: str = ""
    there: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    told: list[tuple[str, str, bytes]] = field(default_factory=list)
    answers_posts: int = 202

    def show(
        self,
        path: str,
        body: str | bytes = "",
        *,
        status: int = 200,
        headers: Sequence[tuple[str, str]] = (),
        media_type: str = "text/html; charset=utf-8",
    ) -> str:
        """Let `path` show this from now on; its address."""
        data = body.encode() if isinstance(body, str) else body
        self.there[path] = Page(data, status, headers, media_type)
        return self.url + path

    def leads(self, path: str, to: str) -> str:
        """Let `path` lead elsewhere; its address."""
        return self.show(path, status=302, headers=[("Location", to)])


@contextmanager
def website(host: str = "127.0.0.1") -> Iterator[Pages]:
    """One that runs as long as the block."""
    made = Pages()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            page = made.there.get(self.path, Page(b"nothing", 404))
            self.send_response(page.status)
            self.send_header("Content-Type", page.media_type)
            for name, value in page.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self.wfile.write(page.body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.told.append((self.path, self.headers["Content-Type"], body))
            self.send_response(made.answers_posts)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the tests' output is theirs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
