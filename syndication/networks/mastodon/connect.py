"""Connecting an account by OAuth in a terminal, with Mastodon.py.

The app asks for no more than the work needs. Passwords are not asked for: servers refuse them.
"""

from __future__ import annotations

from collections.abc import Mapping

import requests
from mastodon import Mastodon
from mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonIllegalArgumentError,
    MastodonNetworkError,
)

from syndication.networks.asking import USER_AGENT
from syndication.networks.contract import Authorisation, NetworkError, Rejected, Unavailable
from syndication.networks.punctual import punctual
from syndication.rules.compose import DEFAULT_LIMITS
from syndication.rules.text import one_line

from . import instance
from .home import Home
from .server import Server

SCOPES = [
    "read:accounts",
    "read:notifications",
    "read:search",
    "read:statuses",
    "write:media",
    "write:statuses",
]
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_TIMEOUT = 20


def authorise(server: str) -> Authorisation:
    """Register an app with `server` and begin. Three requests. Raises any `NetworkError`."""
    base = address(server)
    place = Server(base)
    notices = instance.rules(Home(place, DEFAULT_LIMITS["mastodon"]).instance)
    with requests.Session() as session:
        punctual(session, silence=_TIMEOUT)
        try:
            identity, secret = Mastodon.create_app(
                "Tertulia",
                scopes=SCOPES,
                redirect_uris=OUT_OF_BAND,
                api_base_url=base,
                request_timeout=_TIMEOUT,
                session=session,
                user_agent=USER_AGENT,
            )
            url = _client(base, identity, secret, session).auth_request_url(
                redirect_uris=OUT_OF_BAND, scopes=SCOPES
            )
        except MastodonError as error:
            raise _translated(error, place.host) from error
        finally:
            place.close()

    def finish(code: str) -> Mapping[str, str]:
        with requests.Session() as session:
            punctual(session, silence=_TIMEOUT)
            try:
                token = _client(base, identity, secret, session).log_in(
                    code=code.strip(), redirect_uri=OUT_OF_BAND, scopes=SCOPES
                )
            except MastodonError as error:
                raise _translated(error, place.host) from error
        return {"access_token": token, "client_id": identity, "client_secret": secret}

    return Authorisation(url=url, notices=notices, finish=finish)


def address(server: str) -> str:
    """What a person typed as an address: "social.example" is https://social.example."""
    typed = server.strip().rstrip("/")
    return typed if "://" in typed else f"https://{typed}"


def _client(base: str, identity: str, secret: str, session: requests.Session) -> Mastodon:
    # Its own check of versions ends in errors, or in endless recursion, on servers other than
    # Mastodon; its own waiting for rate limits sleeps for minutes.
    return Mastodon(
        client_id=identity,
        client_secret=secret,
        api_base_url=base,
        version_check_mode="none",
        ratelimit_method="throw",
        request_timeout=_TIMEOUT,
        session=session,
        user_agent=USER_AGENT,
    )


def _translated(error: MastodonError, host: str) -> NetworkError:
    """Mastodon.py's errors as ours, without anything secret."""
    if isinstance(error, MastodonNetworkError):
        return Unavailable(f"{host} cannot be reached; is the address right?")
    if isinstance(error, MastodonIllegalArgumentError):
        return Rejected(f"{host} did not accept the code: begin again, each one is good only once")
    if isinstance(error, MastodonAPIError):
        said = one_line(" ".join(str(part) for part in error.args), 200)
        return Rejected(f"{host} refused: {said}")
    return Unavailable(f"{host}: {type(error).__name__}")
