"""A server on loopback that answers exactly what a test says, also nonsense, late or by half."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from tests.servers.waiting import HANGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. `how`: cut = half of it comes, close = nothing does, late = not in time.

    hang = all of it comes, and no end. drip = byte by byte.
    """

    json: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    how: Literal["whole", "cut", "close", "late", "hang", "drip"] = "whole"

    @property
    def takes_time(self) -> bool:
        """Whether who asks must give it up."""
        return self.how in ("late", "hang", "drip")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Scripted:
    """Answers by method and path; the last answer of a list is given again and again."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.released = threading.Event()
        self._script: dict[tuple[str, str], list[Reply]] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def on(self, method: str, path: str, *replies: Reply) -> None:
        """Answer the next requests with `replies`, in this order."""
        self._script[method, path] = list(replies)

    def count(self, method: str, path: str) -> int:
        return sum((asked.method, asked.path) == (method, path) for asked in self.asked)

    def last(self, method: str) -> Asked:
        return [asked for asked in self.asked if asked.method == method][-1]

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        waiting = self._script.get((asked.method, asked.path))
        if not waiting:
            return Reply(status=404, json={"error": "Not Found: nothing is scripted"})
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    @contextmanager
    def running(self) -> Iterator[Scripted]:
        thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self._http.shutdown()
            self._http.server_close()
            thread.join(HANGS)


def _handler(server: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(
                self.command, address.path, parse_qs(address.query), dict(self.headers), body
            )
            reply = server.reply(asked)
            self.close_connection = True
            if reply.how == "close":
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if reply.how == "late":
                server.released.wait(HANGS)
                return
            self._answer(reply)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

        def _answer(self, reply: Reply) -> None:
            said = json.dumps(reply.json).encode() if reply.body is None else reply.body
            self.send_response_only(reply.status)
            headers = {"Content-Type": "application/json", **reply.headers}
            if reply.how != "hang":
                headers["Content-Length"] = str(len(said))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.how == "drip":
                self._drip(said)
                return
            self.wfile.write(said[: len(said) // 2] if reply.how == "cut" else said)
            self.wfile.flush()
            if reply.how == "hang":
                server.released.wait(HANGS)

        def _drip(self, said: bytes) -> None:
            with suppress(OSError):
                for byte in said:
                    self.wfile.write(bytes([byte]))
                    if server.released.wait(0.05):
                        return

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    return Handler
