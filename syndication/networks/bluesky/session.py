"""One account's session: its server is called with a token that is renewed where it has to be.

An access token lives two hours, a refresh token for months and is replaced with every refresh. All
threads and processes of an account share what is kept (`contract.Renewable`): one of them renews
under its lock, the others find what it brought. An account may move: when its server fails us or
does not know it any more, its DID is resolved again, at most once in `PATIENCE`.

Cost: a call is one request; a renewal one more, every two hours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from syndication.networks.asking import TIMEOUT, utc_now
from syndication.networks.contract import (
    NetworkError,
    OutcomeUnknown,
    Renewable,
    Unauthorised,
    Unavailable,
)
from syndication.rules.text import one_line

from .claims import ends
from .errors import Expired
from .xrpc import Parameters, Xrpc, checked

log = logging.getLogger("tertulia")

T = TypeVar("T")

EARLY = timedelta(minutes=1)  # before its end a token is renewed: a write should not meet it
PATIENCE = timedelta(minutes=15)  # between two looks for where an account has moved to

LOGIN = "com.atproto.server.createSession"
REFRESH = "com.atproto.server.refreshSession"


class Session:
    """The calls of one account. Not shared between threads; what is kept of it is."""

    def __init__(
        self,
        kept: Mapping[str, str],
        *,
        server: str = "",
        handle: str = "",
        timeout: float = TIMEOUT,
        loopback: bool = False,
        find_server: Callable[[str], str] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`kept`: did, handle, pds, access_jwt, refresh_jwt; or access_token, an app password.

        `server` and `handle` are what the settings say; `find_server` resolves a DID. Asks nobody
        anything. Raises `Rejected` for an address over which a token must not go.
        """
        self._kept = kept
        self._state = dict(kept)
        self._handle, self._find_server, self.now = handle, find_server, now
        self._timeout, self._loopback = timeout, loopback
        self._looked: datetime | None = None
        self._xrpc = self._connect(self._state.get("pds") or server)

    @property
    def did(self) -> str:
        """Who we are, for ever. Logs in where nobody did yet: one request."""
        if not self._state.get("did"):
            self._renew("")
        return self._state["did"]

    @property
    def handle(self) -> str:
        """What we are called, as the server said last."""
        return self._state.get("handle") or self._handle

    @property
    def host(self) -> str:
        """The name of the server, for messages to people."""
        return self._xrpc.host

    def call(
        self,
        nsid: str,
        parameters: Parameters | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """A query. What is the AppView's (``app.bsky.…``) our server passes on.

        Raises `errors.Missing` for what is not there, else any `NetworkError`.
        """
        return self._with_token(
            lambda token: self._xrpc.query(nsid, parameters, token=token, headers=headers)
        )

    def write(
        self,
        nsid: str,
        body: Mapping[str, Any] | bytes,
        *,
        media_type: str = "application/json",
        repeatable: bool = False,
    ) -> dict[str, Any]:
        """A procedure. Raises `OutcomeUnknown` when no answer came, unless it is `repeatable`."""
        return self._with_token(
            lambda token: self._xrpc.procedure(
                nsid, body, token=token, media_type=media_type, repeatable=repeatable
            )
        )

    def verify(self) -> dict[str, Any]:
        """What the server says of the session. One request.

        Raises `Unauthorised` for an account that is deactivated: what it has said is there, and
        its server denies it.
        """
        answer = self.call("com.atproto.server.getSession")
        _require_active(answer, self.host)
        return answer

    def close(self) -> None:
        """End all connections."""
        self._xrpc.close()

    def _with_token(self, ask: Callable[[str], T]) -> T:
        """Ask; where the token is over, renew it and ask once more; where we moved, ask there."""
        token = self._state.get("access_jwt", "")
        if not token or ends(token, default=self.now()) <= self.now() + EARLY:
            token = self._renew(token)
        try:
            return ask(token)
        except Expired:
            return ask(self._renew(token))
        except OutcomeUnknown:
            raise
        except (Unavailable, Unauthorised):
            if not self._moved():
                raise
            return ask(self._state["access_jwt"])

    def _renew(self, used: str) -> str:
        """Another access token than `used`: the one that somebody else brought, or a new one.

        Raises `Unauthorised` when there is none to be had: a person has to connect again.
        """
        try:
            return self._renew_here(used)
        except (Unavailable, Unauthorised):
            if not self._moved():
                raise
            return self._renew_here(used)

    def _renew_here(self, used: str) -> str:
        def change(now: Mapping[str, str]) -> Mapping[str, str]:
            brought = now.get("access_jwt", "")
            if brought and brought != used:
                return now
            return dict(now) | self._fresh(now)

        self._replace(change)
        return self._state["access_jwt"]

    def _fresh(self, now: Mapping[str, str]) -> dict[str, str]:
        """New tokens by the refresh token, else by the app password."""
        try:
            if not now.get("refresh_jwt"):
                raise Unauthorised("the account has no session")
            # Repeated within its grace, a refresh brings the same tokens again.
            answer = self._xrpc.procedure(REFRESH, token=now["refresh_jwt"], repeatable=True)
        except Unauthorised as refused:
            password = now.get("access_token", "")
            who = now.get("did") or self._handle
            if not password or not who:
                raise Unauthorised(f"{refused}: connect the account again") from None
            body = {"identifier": who, "password": password}
            answer = self._xrpc.procedure(LOGIN, body, repeatable=True)
        return tokens(answer, self._xrpc.host)

    def _moved(self) -> bool:
        """Does the account live somewhere else now? Then that is kept, and asked from now on."""
        did, now = self._state.get("did", ""), self.now()
        if self._find_server is None or not did:
            return False
        if self._looked is not None and now - self._looked < PATIENCE:
            return False
        self._looked = now
        try:
            place, host = checked(self._find_server(did), loopback=self._loopback)
        except NetworkError:
            return False
        if place == self._xrpc.base:
            return False
        log.warning("%s has moved from %s to %s", self.handle or did, self.host, host)
        self._replace(lambda now: dict(now) | {"pds": place})
        return True

    def _replace(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        """Change what is kept, for all; and go where it says that the account is."""
        keeper = self._kept
        try:
            kept = keeper.renew(change) if isinstance(keeper, Renewable) else change(self._state)
        except OSError as error:
            raise Unavailable(f"the session cannot be kept: {error}") from error
        self._state = dict(kept)
        place = self._state.get("pds", "")
        if place and place != self._xrpc.base:
            self._xrpc.close()
            self._xrpc = self._connect(place)

    def _connect(self, server: str) -> Xrpc:
        return Xrpc(server, timeout=self._timeout, loopback=self._loopback, now=self.now)


def tokens(answer: Mapping[str, Any], host: str) -> dict[str, str]:
    """What is kept of a session that a server gave. Raises `Unauthorised` for an inactive one."""
    names = {
        "did": "did",
        "handle": "handle",
        "accessJwt": "access_jwt",
        "refreshJwt": "refresh_jwt",
    }
    found = {ours: str(answer.get(theirs) or "") for theirs, ours in names.items()}
    _require_active(answer, host)
    if not all(found.values()):
        raise Unavailable(f"{host} gave a session that lacks something")
    return found


def _require_active(answer: Mapping[str, Any], host: str) -> None:
    if answer.get("active") is False:
        status = one_line(str(answer.get("status") or "inactive"), 40)
        raise Unauthorised(f"{host}: the account is {status}; activate it there")
