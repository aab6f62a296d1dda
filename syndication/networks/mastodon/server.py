"""One account's server over HTTP: JSON in, JSON out, errors in the contract's words. No decisions.

The token goes in one header, to one host: redirects are not followed, .netrc is not asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests

from syndication.networks.contract import Rejected
from syndication.networks.punctual import punctual

from . import errors

USER_AGENT = "Tertulia"
TIMEOUT = 20.0  # seconds between two bytes
_WHOLE = 3  # times as long, an answer may take from its first byte to its last
_CONNECT = 10.0  # seconds
_LARGEST = 50_000_000  # bytes of an answer; a context of thousands of replies is a tenth of it
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A success."""

    status: int
    value: Any  # the JSON
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # rel → its parameters


def utc_now() -> datetime:
    """The clock of the real world."""
    return datetime.now(UTC)


class Server:
    """The API of one server with one token. Not shared between threads."""

    def __init__(
        self,
        base: str,
        token: str = "",
        *,
        timeout: float = TIMEOUT,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`base`: an address without path. Raises `Rejected` where the token could be overheard."""
        parts = urlsplit(base)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise Rejected(f"{base or 'the server'}: its address must begin with https://")
        self.base = base.rstrip("/")
        self.host = parts.hostname or base
        self.timeout = timeout
        self.now = now
        self._token = token
        self.session = requests.Session()
        self.session.headers["User-Agent"] = USER_AGENT
        self.session.auth = self._sign
        punctual(self.session, silence=timeout)

    def get(self, path: str, **parameters: str | int | bool | list[str]) -> Answer:
        """Read. Raises `errors.Missing` for what is not there."""
        wanted = {name: _flat(value) for name, value in parameters.items()}
        return self._ask("GET", path, params=wanted, risky=False)

    def write(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool = False,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        """Change something. `repeatable`: doing it twice is the same as doing it once.

        `body` is what `requests` takes: json, data, files.
        """
        return self._ask(method, path, headers=headers, risky=not repeatable, **body)

    def close(self) -> None:
        """End all connections."""
        self.session.close()

    def _ask(self, method: str, path: str, *, risky: bool, **request: Any) -> Answer:
        try:
            with self.session.request(
                method,
                self.base + path,
                timeout=(_CONNECT, _WHOLE * self.timeout),
                allow_redirects=False,
                stream=True,
                **request,
            ) as response:
                body = self._body(response)
        except requests.RequestException as error:
            raise errors.no_answer(error, self.host, risky=risky) from error
        if not 200 <= response.status_code < 300:
            raise errors.refused(
                response.status_code,
                self._words(body),
                response.headers,
                self.host,
                risky=risky,
                now=self.now(),
            )
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise errors.unreadable(self.host, response.status_code, risky=risky) from error
        return Answer(status=response.status_code, value=value, links=_links(response))

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > _LARGEST:
                raise requests.exceptions.ReadTimeout(f"{self.host} does not come to an end")
        return bytes(body)

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _words(self, body: bytes) -> str:
        """What the server says is wrong, without our token should it repeat it."""
        try:
            said = json.loads(body[:10_000])
            words = str(said.get("error_description") or said.get("error") or "")
        except (ValueError, AttributeError, RecursionError):
            words = ""
        return words.replace(self._token, "•••") if self._token else words


def segment(id_: str) -> str:
    """A server's id as one segment of a path."""
    return quote(id_, safe="")


def _flat(value: str | int | bool | list[str]) -> str | list[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, list) else str(value)


def _links(response: requests.Response) -> dict[str, dict[str, str]]:
    """The Link header: each rel with the parameters of its address."""
    found = {}
    for link in requests.utils.parse_header_links(response.headers.get("link", "")):
        try:
            query = urlsplit(link.get("url", "")).query
        except ValueError:
            continue
        found[link.get("rel", "")] = dict(parse_qsl(query))
    return found
