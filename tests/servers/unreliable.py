"""A proxy on loopback that counts requests and, when told, loses or spoils an answer.

What a server cannot be told to do from outside: do the work, and then fail to say so.
"""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

from tests.servers.waiting import HANGS

How = Literal["refuse", "lose", "cut", "late", "limit"]
OF_ONE_HOP = {"connection", "keep-alive", "content-length", "transfer-encoding"}
WAIT = 300  # seconds that whoever is limited is asked to wait


@dataclass(slots=True, kw_only=True)
class Breakage:
    """What happens to one coming request."""

    method: str
    path: str  # may hold `*`
    how: How
    after: int  # so many come through before it


class Unreliable:
    """`url` answers as `server` does, but for the requests that were announced to fail.

    `asked` is every request so far, as `(method, path without query)`.
    """

    def __init__(self, server: str, *, saying: tuple[str, str] | None = None) -> None:
        """`saying`: a word in all that comes back, and what it becomes."""
        self.saying = tuple(word.encode() for word in saying) if saying else None
        self.server = urlsplit(server)
        self.asked: list[tuple[str, str]] = []
        self.released = threading.Event()
        self._breakages: list[Breakage] = []
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def fail_next(self, method: str, path: str, how: How, *, after: int = 0) -> None:
        """Announce that the next request that fits fails, once; `after` so many came through.

        refuse: the connection closes and nothing was done. lose: the server does it, the connection
        closes without a word. cut: half of the answer comes. late: the answer waits until
        `released` is set or the test ends. limit: it is not done, and we are asked to wait.
        """
        with self._lock:
            self._breakages.append(Breakage(method=method, path=path, how=how, after=after))

    def count(self, method: str, path: str = "*") -> int:
        """How many requests of that method and path came so far."""
        return sum(one == method and fnmatch(other, path) for one, other in self.asked)

    def take(self, method: str, path: str) -> How | None:
        """Note a request; how it is to fail, if it is."""
        with self._lock:
            self.asked.append((method, path))
            for breakage in self._breakages:
                if breakage.method == method and fnmatch(path, breakage.path):
                    if breakage.after:
                        breakage.after -= 1
                        continue
                    self._breakages.remove(breakage)
                    return breakage.how
        return None

    @contextlib.contextmanager
    def running(self) -> Iterator[Unreliable]:
        """Answer while the block runs."""
        thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self._http.shutdown()
            self._http.server_close()
            thread.join(HANGS)


def _handler(proxy: Unreliable) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            how = proxy.take(self.command, urlsplit(self.path).path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.close_connection = True
            if how == "refuse":
                return
            if how == "limit":
                self._limit()
                return
            with _forwarded(proxy, self, body) as answer:
                if how == "lose":
                    answer.read()
                elif how == "cut":
                    self._pass_on_half(answer)
                elif proxy.saying:
                    whole = answer.read().replace(*proxy.saying)
                    self._head(answer, len(whole))
                    self.wfile.write(whole)
                else:
                    if how == "late":
                        proxy.released.wait(HANGS)
                    self._pass_on(answer)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def _head(self, answer: http.client.HTTPResponse, length: int | None) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in OF_ONE_HOP:
                    self.send_header(name, value)
            if length is not None:
                self.send_header("Content-Length", str(length))
            self.send_header("Connection", "close")
            self.end_headers()

        def _limit(self) -> None:
            said = b'{"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}'
            self.send_response_only(429)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.send_header("RateLimit-Reset", str(int(time.time()) + WAIT))
            self.end_headers()
            self.wfile.write(said)

        def _pass_on(self, answer: http.client.HTTPResponse) -> None:
            """Bytes go on as they come, so that a stream stays one."""
            self._head(answer, answer.length)
            with contextlib.suppress(ConnectionError):
                while piece := answer.read1(65536):
                    self.wfile.write(piece)

        def _pass_on_half(self, answer: http.client.HTTPResponse) -> None:
            whole = answer.read()
            self._head(answer, len(whole))
            self.wfile.write(whole[: len(whole) // 2])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: `asked` tells."""

    return Handler


@contextlib.contextmanager
def _forwarded(
    proxy: Unreliable, request: BaseHTTPRequestHandler, body: bytes
) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(proxy.server.netloc, timeout=HANGS)
    headers = {name: value for name, value in request.headers.items() if name != "Connection"}
    with contextlib.closing(connection):
        connection.request(request.command, request.path, body=body, headers=headers)
        with connection.getresponse() as answer:
            yield answer
