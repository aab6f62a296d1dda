"""One server over XRPC: JSON in, JSON out, errors in the contract's words. No decisions.

Redirects are not followed, .netrc is not asked, a token goes to one host. An answer is whole in
time or it is none (`networks.punctual`), and no longer than `LARGEST`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from syndication.networks.contract import Rejected
from syndication.networks.punctual import punctual

from . import errors, nested

USER_AGENT = "Tertulia"
TIMEOUT = 20.0  # seconds between two bytes
LARGEST = 50_000_000  # bytes of an answer; a thread of a thousand replies is about 2 MB
_WHOLE = 3  # times as long, an answer may take from its first byte to its last
_CONNECT = 10.0  # seconds
_CHUNK = 64 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Parameters = Mapping[str, str | int | bool | list[str]]


def utc_now() -> datetime:
    """The clock of the real world."""
    return datetime.now(UTC)


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
        self._http = requests.Session()
        self._http.auth = _as_it_is  # or requests would look into .netrc
        self._http.headers["User-Agent"] = USER_AGENT
        punctual(self._http, silence=timeout)

    def query(
        self,
        nsid: str,
        parameters: Parameters | None = None,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Read. Raises `errors.Missing` for what is not there."""
        wanted = {name: _flat(value) for name, value in (parameters or {}).items()}
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
        try:
            with self._http.request(
                method,
                f"{self.base}/xrpc/{nsid}",
                headers=said,
                timeout=(_CONNECT, _WHOLE * self._timeout),
                allow_redirects=False,
                stream=True,
                **request,
            ) as response:
                body = self._body(response)
        except requests.RequestException as error:
            raise errors.no_answer(error, self.host, risky=risky) from error
        if not 200 <= response.status_code < 300:
            name, words = _complaint(body, token)
            raise errors.refused(
                response.status_code,
                name,
                words,
                {key.lower(): value for key, value in response.headers.items()},
                self.host,
                risky=risky,
                now=self.now(),
            )
        try:
            value = nested.loads(body) if body else {}
        except ValueError as error:
            raise errors.unreadable(self.host, response.status_code, risky=risky) from error
        if not isinstance(value, dict):
            raise errors.unreadable(self.host, response.status_code, risky=risky)
        return value

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > LARGEST:
                raise requests.exceptions.ReadTimeout(f"{self.host} does not come to an end")
        return bytes(body)


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


def _flat(value: str | int | bool | list[str]) -> str | list[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, list) else str(value)
