"""Why a post is not to be seen: its author's own server is asked, which alone knows.

The AppView leaves out alike what was deleted, what is blocked, what was taken down and everything
of an account that is deactivated. Only the first is its author's wish that the words be gone.

Cost: two requests a post, three where the account is not active. All through the guarded fetch:
anybody can name any address as their server.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from syndication.networks.contract import Absent, Lookup, NetworkError, Unreachable, Withheld
from syndication.networks.values import JSON, mapping, text

from .identity import Fetch
from .names import AtUri

_LARGEST = 300_000  # bytes; a record is never longer than 64 KiB
_GONE_FOR_GOOD = frozenset({"RepoNotFound", "AccountNotFound"})


class Whereabouts:
    """Looks for posts where their authors live."""

    def __init__(self, fetch: Fetch, server_of: Callable[[str], str]) -> None:
        """`server_of`: DID → the address of its server; raises `NetworkError`."""
        self._fetch, self._server_of = fetch, server_of

    def look(self, uri: str) -> Lookup:
        """`Withheld` while its author has it, `Absent` when they deleted it, else `Unreachable`."""
        try:
            named = AtUri.parse(uri)
            server = self._server_of(named.repo)
            status, said = self._ask(
                server,
                "com.atproto.repo.getRecord",
                repo=named.repo,
                collection=named.collection,
                rkey=named.rkey,
            )
            if status == HTTPStatus.OK and text(said.get("uri")) == uri:
                return Withheld("it is on its author's server, and not shown")
            if text(said.get("error")) == "RecordNotFound":
                return Absent()
            return self._of_account(server, named.repo)
        except (NetworkError, ValueError) as error:
            return Unreachable(str(error))

    def _of_account(self, server: str, did: str) -> Lookup:
        """What became of an account whose server gives none of its records."""
        status, said = self._ask(server, "com.atproto.sync.getRepoStatus", did=did)
        if text(said.get("error")) in _GONE_FOR_GOOD or said.get("status") == "deleted":
            return Absent()
        if status == HTTPStatus.OK and said.get("active") is False:
            return Withheld(f"the account is {text(said.get('status'))[:40] or 'not active'}")
        return Unreachable("its author's server does not say why")

    def _ask(self, server: str, nsid: str, **parameters: str) -> tuple[int, JSON]:
        found = self._fetch(
            f"{server}/xrpc/{nsid}?{urlencode(parameters)}",
            accept="application/json",
            limit=_LARGEST,
        )
        return found.status, mapping(_value(found.body))


def _value(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
