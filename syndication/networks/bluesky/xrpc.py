"""One server over XRPC: JSON in, JSON out, errors in the contract's words. No decisions.

A token goes to one host; `networks.asking` sees to the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from syndication.networks.asking import TIMEOUT, ask, flat, session_of, unreadable, utc_now
from syndication.networks.contract import Rejected

from . import errors, nested

_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Parameters = Mapping[str, str | int | bool | list[str]]


class Xrpc:
    """The methods of one server. Not shared between threads."""

    def __init__(
        self,
        base: str,
        *,
        timeout: float = TIMEOUT,
        loopback: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`base`: an address without path. Raises `Rejected` where a token could be overheard.

        `loopback`: servers on this machine are allowed, also without TLS.
        """
        self.base, self.host = checked(base, loopback=loopback)
        self.now = now
        self._timeout = timeout
        self._http = session_of(_as_it_is, silence=timeout)

    def query(
        self,
        nsid: str,
        parameters: Parameters | None = None,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Read. Raises `errors.Missing` for what is not there."""
        wanted = {name: flat(value) for name, value in (parameters or {}).items()}
        return self._ask("GET", nsid, token, headers, risky=False, params=wanted)

    def procedure(
        self,
        nsid: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        media_type: str = "application/json",
        repeatable: bool = False,
    ) -> dict[str, Any]:
        """Change something. `repeatable`: doing it twice is the same as doing it once.

        A ``None`` in `body` is sent as JSON's null: to XRPC it says something.
        """
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        said = dict(headers or {}) | ({"Content-Type": media_type} if data is not None else {})
        return self._ask("POST", nsid, token, said, risky=not repeatable, data=data)

    def close(self) -> None:
        """End all connections."""
        self._http.close()

    def _ask(
        self,
        method: str,
        nsid: str,
        token: str,
        headers: Mapping[str, str] | None,
        *,
        risky: bool,
        **request: Any,
    ) -> dict[str, Any]:
        said = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        answer = ask(
            self._http,
            method,
            f"{self.base}/xrpc/{nsid}",
            self.host,
            risky=risky,
            silence=self._timeout,
            headers=said,
            **request,
        )
        if not answer.is_success:
            name, words = _complaint(answer.body, token)
            raise errors.refused(answer, name, words, self.host, risky=risky, now=self.now())
        try:
            value = nested.loads(answer.body) if answer.body else {}
        except ValueError as error:
            raise unreadable(answer, self.host, risky=risky) from error
        if not isinstance(value, dict):
            raise unreadable(answer, self.host, risky=risky)
        return value


def checked(base: str, *, loopback: bool) -> tuple[str, str]:
    """An address without a slash at its end, and its host. Raises `Rejected` with a reason."""
    try:
        parts = urlsplit(base)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    near = host in _LOOPBACK
    if near and not loopback:
        raise Rejected(f"{base} is on this machine: [collect] loopback = true allows that")
    if not host or not (parts.scheme == "https" or (near and parts.scheme == "http")):
        raise Rejected(f"{base or 'the server'}: its address must begin with https://")
    return f"{parts.scheme}://{parts.netloc}", host


def _complaint(body: bytes, token: str) -> tuple[str, str]:
    """The server's name and words for what is wrong, without our token should it repeat it."""
    try:
        said = json.loads(body[:10_000])
        name, words = str(said.get("error") or ""), str(said.get("message") or "")
    except (ValueError, AttributeError, RecursionError):
        return "", ""
    return name, words.replace(token, "•••") if token else words


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
