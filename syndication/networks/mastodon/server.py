"""One account's server over HTTP: JSON in, JSON out, errors in the contract's words. No decisions.

The token goes in one header, to one host; `networks.asking` sees to the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests

from syndication.networks.asking import (
    TIMEOUT,
    Answer,
    ask,
    flat,
    session_of,
    unreadable,
    utc_now,
)
from syndication.networks.contract import Rejected

from . import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """The server did what it was asked for."""

    status: int
    value: Any  # the JSON
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # rel → its parameters


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
        self.session = session_of(self._sign, silence=timeout)

    def get(self, path: str, **parameters: str | int | bool | list[str]) -> Success:
        """Read. Raises `errors.Missing` for what is not there."""
        wanted = {name: flat(value) for name, value in parameters.items()}
        return self._ask("GET", path, params=wanted, risky=False)

    def write(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool = False,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Success:
        """Change something. `repeatable`: doing it twice is the same as doing it once.

        `body` is what `requests` takes: json, data, files.
        """
        return self._ask(method, path, headers=headers, risky=not repeatable, **body)

    def close(self) -> None:
        """End all connections."""
        self.session.close()

    def _ask(self, method: str, path: str, *, risky: bool, **request: Any) -> Success:
        answer = ask(
            self.session,
            method,
            self.base + path,
            self.host,
            risky=risky,
            silence=self.timeout,
            **request,
        )
        if not answer.is_success:
            words = self._words(answer.body)
            raise errors.refused(answer, words, self.host, risky=risky, now=self.now())
        try:
            value = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise unreadable(answer, self.host, risky=risky) from error
        return Success(status=answer.status, value=value, links=_links(answer))

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


def _links(answer: Answer) -> dict[str, dict[str, str]]:
    """The Link header: each rel with the parameters of its address."""
    found = {}
    for link in requests.utils.parse_header_links(answer.headers.get("link", "")):
        try:
            query = urlsplit(link.get("url", "")).query
        except ValueError:
            continue
        found[link.get("rel", "")] = dict(parse_qsl(query))
    return found
