"""Making it quick: server-sent events say that there is news, a poll says what it is.

GoToSocial has none (its WebSocket tells strangers' deletions to everybody), so there the role is
absent. A stream does not catch up after it was cut: each connection begins with a poll.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from syndication.model import Message
from syndication.networks.asking import USER_AGENT, Answer, no_answer
from syndication.networks.contract import NetworkError, Unavailable
from syndication.networks.punctual import punctual
from syndication.networks.values import mapping, text

from . import errors
from .home import Home
from .server import Server

_TICK = 0.25  # seconds between two looks at `stop`
_SILENCE = 90.0  # seconds; servers say something every 15 to 30
_CONNECT = 10.0
_HEALTH = 3.0
_LONGEST_NAME = 1000  # bytes
_STREAMS: dict[str, bool] = {}  # base address → what the server answered


class Streamer:
    """The role Streamer."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def stream(
        self,
        stop: threading.Event,
        wanted: Callable[[str, Sequence[str], str], bool],
        hint: Callable[[Message | None], None],
        *,
        cursor: str | None = None,
        keep: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Call ``hint(None)`` for each notification until `stop` is set.

        The user's stream tells nothing of people who do not address us, so `wanted` is not asked.
        Nor does it catch up: there is no cursor to `keep`.
        """
        reader = _Reader(self._home.server, f"{place_of(self._home)}/api/v1/streaming/user")
        reader.start()
        try:
            while not stop.is_set():
                with suppress(queue.Empty):
                    event = reader.events.get(timeout=_TICK)
                    if isinstance(event, NetworkError):
                        raise event
                    if event in ("connected", "notification"):
                        hint(None)
        finally:
            reader.end()


class _Reader(threading.Thread):
    """Reads the stream, so that nobody who wants to stop waits for a server that is silent."""

    def __init__(self, server: Server, url: str) -> None:
        super().__init__(name=f"stream {server.host}", daemon=True)
        self.events: queue.SimpleQueue[str | NetworkError] = queue.SimpleQueue()
        self._server, self._url = server, url
        self._response: requests.Response | None = None
        self._ended = False

    def run(self) -> None:
        with requests.Session() as session:
            session.headers.update(self._server.session.headers)
            session.auth = self._server.session.auth
            try:
                self._listen(session)
            except NetworkError as error:
                self.events.put(error)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                self.events.put(no_answer(error, self._server.host, risky=False))
            else:
                self.events.put(Unavailable(f"{self._server.host} ended the stream"))

    def end(self) -> None:
        """Wake the reader up and let it go."""
        self._ended = True
        response = self._response
        if response is not None:
            with suppress(OSError, ValueError, RuntimeError):
                response.raw.shutdown()

    def _listen(self, session: requests.Session) -> None:
        with session.get(
            self._url,
            headers={"Accept": "text/event-stream", "Accept-Encoding": "identity"},
            stream=True,
            timeout=(_CONNECT, _SILENCE),
            allow_redirects=False,
        ) as response:
            if response.status_code != 200:
                refusal = Answer(status=response.status_code, headers=response.headers, body=b"")
                host, now = self._server.host, self._server.now()
                raise errors.refused(refusal, "", host, risky=False, now=now)
            self._response = response
            self.events.put("connected")
            rest = b""
            while not self._ended and (some := response.raw.read1(65536)):
                *lines, rest = (rest + some).split(b"\n")
                for line in lines:
                    if line.startswith(b"event:"):
                        self.events.put(line[6:].strip().decode("ascii", "replace"))
                rest = rest[:_LONGEST_NAME]  # all but the names of events is of no use


def place_of(home: Home) -> str:
    """Where the server streams: its own address, or the other one that it names.

    Our token goes there, so that one has TLS and is a relation of the server's (`related`).
    """
    said = home.instance
    urls = mapping(mapping(said.get("configuration")).get("urls")) or mapping(said.get("urls"))
    named = text(urls.get("streaming")) or text(urls.get("streaming_api"))
    try:
        parts = urlsplit(named)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return home.server.base
    secure = parts.scheme in ("wss", "https") and home.server.base.startswith("https://")
    if not secure or "@" in parts.netloc or not related(host, home.server.host):
        return home.server.base
    place = f"[{host}]" if ":" in host else host
    return f"https://{place}{f':{port}' if port else ''}{parts.path}".rstrip("/")


def related(host: str, server: str) -> bool:
    """Is `host` the server itself, below it, or below the domain that the server is below?

    So streaming.example.org may stream for example.org and for social.example.org. Below a domain
    that anybody can have a name under nobody is a relation: one label ("org"), or two short ones
    ("co.uk"). Of longer ones ("hosting.example") only names tell, and they tell nothing.
    """
    if host == server or host.endswith(f".{server}"):
        return True
    domain = server.partition(".")[2]
    labels = domain.split(".")
    shared = len(labels) < 2 or (len(labels) == 2 and max(map(len, labels)) <= 3)
    is_number = labels[-1].isdigit() or ":" in server
    return not shared and not is_number and (host == domain or host.endswith(f".{domain}"))


def streams(home: Home) -> bool:
    """Does this server stream? Two requests, once for each server in the life of a process.

    A server that cannot say so now is taken for one that does: `stream` will tell.
    """
    base = home.server.base
    if base not in _STREAMS:
        try:
            status = _health(f"{place_of(home)}/api/v1/streaming/health")
        except (NetworkError, requests.RequestException):
            return True
        if status >= 500:
            return True
        _STREAMS[base] = status == 200
    return _STREAMS[base]


def _health(url: str) -> int:
    """What is answered there, without our token."""
    with requests.Session() as session:
        punctual(session, silence=_HEALTH)
        with session.get(
            url,
            headers={"User-Agent": USER_AGENT},
            auth=lambda request: request,
            timeout=_HEALTH,
            allow_redirects=False,
            stream=True,
        ) as answer:
            return answer.status_code
