"""A Jetstream server on loopback that plays what a test says, in the words of its documentation.

https://github.com/bluesky-social/jetstream: one JSON object a message, `time_us` in microseconds.
No such server can be installed from a registry, so nothing here was compared with a real one.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.servers.waiting import HANGS


class Jetstream:
    """`url` is what the option `jetstream` names; `asked` are the queries of those who came."""

    def __init__(self, *, remembers: bool = False) -> None:
        """`remembers`: whoever comes hears what happened since their cursor, or from now on; else
        all that was ever played."""
        self._remembers = remembers
        self.asked: list[dict[str, list[str]]] = []
        self.events: list[str] = []
        self._news = threading.Condition()
        self._ended = False
        self._breaks = 0
        self._server = serve(self._serve, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def play(self, *events: Any) -> None:
        """Tell everybody who listens, and who comes later, of these; text goes as it is."""
        with self._news:
            self.events += [one if isinstance(one, str) else json.dumps(one) for one in events]
            self._news.notify_all()

    def cut(self) -> None:
        """End the connections that are open."""
        with self._news:
            self._breaks += 1
            self._news.notify_all()

    @contextlib.contextmanager
    def running(self) -> Iterator[Jetstream]:
        """Answer while the block runs."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            with self._news:
                self._ended = True
                self._news.notify_all()
            self._server.shutdown()
            thread.join(HANGS)

    def _first_for(self, query: dict[str, list[str]]) -> int:
        """The first event for who asks so."""
        since = int(query.get("cursor", ["0"])[0])
        missed = (n for n, one in enumerate(self.events) if json.loads(one)["time_us"] >= since)
        return next(missed, len(self.events)) if since else len(self.events)

    def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        query = parse_qs(urlsplit(connection.request.path).query)
        self.asked.append(query)
        sent, breaks = self._first_for(query) if self._remembers else 0, self._breaks
        with contextlib.suppress(ConnectionClosed):
            while True:
                with self._news:
                    if len(self.events) == sent and not self._ended:
                        self._news.wait(0.2)
                    waiting, over = self.events[sent:], self._ended or self._breaks > breaks
                if over:
                    return
                for event in waiting:
                    connection.send(event)
                sent += len(waiting)


def event(uri: str, record: dict[str, Any], *, time_us: int, operation: str = "create") -> Any:
    """A post was written, as Jetstream tells it."""
    did, collection, rkey = uri.removeprefix("at://").split("/")
    commit = {"rev": "3l3qo2vutsw2b", "operation": operation, "collection": collection}
    if operation != "delete":
        commit |= {
            "record": record,
            "cid": "bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi",
        }
    return {"did": did, "time_us": time_us, "kind": "commit", "commit": commit | {"rkey": rkey}}
