"""A guestbook with its visitors, for the tests: on loopback, on a port that is free."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 20
TOKEN = "the-token-of-the-house"  # noqa: S105 - it opens nothing


class Book:
    """What the guestbook knows. `faults`: (method, path, how) of requests that will fail."""

    def __init__(self) -> None:
        self.visitors: dict[int, dict[str, Any]] = {
            1: {"id": 1, "name": "vencejo", "title": "Vencejo"},
            2: {"id": 2, "name": "ada", "title": "Ada"},
        }
        self.entries: dict[int, dict[str, Any]] = {}
        self.changes: list[dict[str, Any]] = []
        self.faults: list[tuple[str, str, str]] = []
        self.token, self.requests = TOKEN, 0

    def write(self, by: int, text: str, **more: Any) -> int:
        """Somebody writes; the number of the entry."""
        id_ = len(self.entries) + 1
        now = datetime.now(UTC).isoformat()
        self.entries[id_] = {"id": id_, "by": by, "text": text, "written": now, "stars": 0, **more}
        if by != 1:
            self.changes.append({"kind": "written", "entry": id_})
        return id_

    def star(self, id_: int) -> None:
        """Somebody likes an entry."""
        self.entries[id_]["stars"] += 1
        self.changes.append({"kind": "star", "entry": id_})

    def shown(self, id_: int) -> dict[str, Any]:
        """An entry as it is sent."""
        entry = self.entries[id_]
        return {**entry, "by": self.visitors[entry["by"]]}

    def answer(self, method: str, path: str, asked: dict[str, str], sent: Any) -> tuple[int, Any]:
        """(status, JSON) of one request."""
        match method, path.strip("/").split("/"):
            case "GET", ["me"]:
                return 200, self.visitors[1]
            case "GET", ["changes"]:
                return 200, self._changes(int(asked["after"]))
            case "GET", ["entries"]:
                keyed = [i for i, e in self.entries.items() if e.get("key") == asked["key"]]
                return 200, {"entries": [self.shown(id_) for id_ in keyed]}
            case "POST", ["entries"]:
                return self._post(sent)
            case _, ["entries", number, *below] if int(number) in self.entries:
                return self._entry(method, int(number), below, sent)
        return 404, {"error": "not there"}

    def _post(self, sent: Any) -> tuple[int, Any]:
        known = [id_ for id_, e in self.entries.items() if e.get("key") == sent["key"]]
        parent = int(sent.get("answers") or 0)
        if parent and parent not in self.entries:
            return 422, {"error": "what this answers is not there"}
        id_ = known[0] if known else self.write(1, sent["text"], key=sent["key"], answers=parent)
        return 201, self.shown(id_)

    def _entry(self, method: str, id_: int, below: list[str], sent: Any) -> tuple[int, Any]:
        match method, below:
            case "GET", []:
                return 200, self.shown(id_)
            case "GET", ["answers"]:
                return 200, {"entries": [self.shown(one) for one in self._below(id_)]}
            case "PUT", []:
                self.entries[id_] |= {"text": sent["text"]}
                return 200, self.shown(id_)
            case "DELETE", []:
                del self.entries[id_]
                return 200, {}
        return 404, {"error": "not there"}

    def _below(self, root: int) -> Iterator[int]:
        family = {root}
        for id_, entry in self.entries.items():
            if entry.get("answers") in family:
                family.add(id_)
                yield id_

    def _changes(self, after: int) -> dict[str, Any]:
        numbered = [
            {**change, "number": number, "entry": self.shown(change["entry"])}
            for number, change in enumerate(self.changes, start=1)
            if number > after and change["entry"] in self.entries
        ]
        return {"changes": numbered[:PAGE], "more": len(numbered) > PAGE}


@contextmanager
def open_book() -> Iterator[tuple[Book, str]]:
    """A guestbook and its address, while the block runs."""
    book = Book()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(book))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield book, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _handler(book: Book) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            book.requests += 1
            place = urlsplit(self.path)
            size = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(size)) if size else None
            asked = {name: values[0] for name, values in parse_qs(place.query).items()}
            how = self._fault(place.path)
            if how == "refuse":
                self.close_connection = True
            elif how == "limit":
                self._send(429, {}, ("Retry-After", "30"))
            elif self.headers.get("Authorization") != f"Bearer {book.token}":
                self._send(401, {})
            else:
                status, said = book.answer(self.command, place.path, asked, sent)
                if how == "lose":
                    self.close_connection = True
                else:
                    self._send(status, said)

        do_GET = do_POST = do_PUT = do_DELETE = _serve

        def _fault(self, path: str) -> str:
            for fault in book.faults:
                if fault[:2] == (self.command, path):
                    book.faults.remove(fault)
                    return fault[2]
            return ""

        def _send(self, status: int, said: Any, *headers: tuple[str, str]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
