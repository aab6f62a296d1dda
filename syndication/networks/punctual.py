"""Answers that are whole in time: a deadline that no drip of bytes defeats.

A socket's time-out is for one read. A server that sends a byte now and then is never too slow for
it, be the byte one of a header, of the size of a chunk, of compressed nothing or of the body. Here
the read time-out of a request is for its whole answer, looked at before every read of the socket.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

_SHORTEST = 0.001  # seconds; a time-out of nothing would mean: do not wait at all


def punctual(session: requests.Session, *, silence: float) -> None:
    """Let `session` read a time-out ``(connect, read)`` as: the answer is whole in `read` seconds.

    `silence` is what may pass between two bytes. Who is late raises as any other time-out does.
    Answers that come through a proxy are not watched.
    """
    pools = _pools(silence)
    for adapter in session.adapters.values():
        if isinstance(adapter, HTTPAdapter):
            adapter.poolmanager.pool_classes_by_scheme = pools


def _pools(silence: float) -> dict[str, type[HTTPConnectionPool]]:
    class Answer(_Answer):
        longest_silence = silence

    class Plain(HTTPConnection):
        response_class = Answer

    class Secure(HTTPSConnection):
        response_class = Answer

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class _Answer(http.client.HTTPResponse):
    """An answer on a socket whose time-out, as it is now, is for all that will be read."""

    longest_silence: float

    def __init__(self, sock: socket.socket, *given: Any, **named: Any) -> None:
        super().__init__(sock, *given, **named)
        self.fp = io.BufferedReader(_Watched(self.fp.detach(), sock, self.longest_silence))


class _Watched(io.RawIOBase):
    """What a socket reads, until the time is up."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, silence: float) -> None:
        self._raw, self._sock, self._silence = raw, sock, silence
        whole = sock.gettimeout()
        self._ends = None if whole is None else time.monotonic() + whole

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._silence if self._ends is None else self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer did not come to an end")
        self._sock.settimeout(max(_SHORTEST, min(left, self._silence)))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
