"""A websocket that is read in a thread of its own, so that nobody waits for one that is silent."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from syndication.networks.asking import USER_AGENT
from syndication.networks.contract import NetworkError, Rejected, Unavailable

_CONNECT = 10.0  # seconds
_GOODBYE = 0.5  # seconds that a server has to close its side
_LARGEST = 1_000_000  # bytes of one event
_WAITING = 1_000  # events that are read ahead; then the server waits
_TICK = 0.5  # seconds
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Socket(threading.Thread):
    """Puts on `events`: None when it is connected, each text, and the error that ended it."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).hostname or url
        super().__init__(name=f"socket {self.host}", daemon=True)
        self.events: queue.Queue[str | NetworkError | None] = queue.Queue(_WAITING)
        self._url = url
        self._connection: ClientConnection | None = None
        self._ended = threading.Event()

    def run(self) -> None:
        """Read until the end."""
        try:
            with connect(
                self._url,
                open_timeout=_CONNECT,
                close_timeout=_GOODBYE,
                max_size=_LARGEST,
                user_agent_header=USER_AGENT,
                proxy=None,
            ) as connection:
                self._connection = connection
                self._put(None)
                while not self._ended.is_set():
                    with suppress(TimeoutError):
                        said = connection.recv(timeout=_TICK)
                        if isinstance(said, str):
                            self._put(said)
        except (WebSocketException, OSError, ValueError) as error:
            self._put(Unavailable(f"{self.host} ended the stream ({type(error).__name__})"))

    def end(self) -> None:
        """Let the reader go; returns at once."""
        self._ended.set()

    def _put(self, event: str | NetworkError | None) -> None:
        while not self._ended.is_set():
            with suppress(queue.Full):
                self.events.put(event, timeout=_TICK)
                return


def checked(place: str, *, loopback: bool) -> str:
    """The address of a server. Raises `Rejected` for one that is none, or is not encrypted.

    `loopback`: servers on this machine are allowed, also without TLS.
    """
    try:
        parts = urlsplit(place)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    near = loopback and host in _LOOPBACK
    if not host or parts.query or not (parts.scheme == "wss" or (near and parts.scheme == "ws")):
        raise Rejected(f"jetstream = {place!r}: it must be an address that begins with wss://")
    return place.rstrip("/")
