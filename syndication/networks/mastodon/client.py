"""Connects one account: the roles that its server has, on one session."""

from __future__ import annotations

from collections.abc import Mapping

from syndication.model import Account
from syndication.networks.asking import TIMEOUT
from syndication.networks.contract import Connection, Unauthorised
from syndication.networks.fetch import Fetcher
from syndication.rules.compose import DEFAULT_LIMITS

from .home import Home
from .introduce import Introducer
from .listen import Collector
from .publish import Publisher
from .search import Searcher
from .server import Server
from .stream import Streamer, streams
from .threads import Reading


def connect(account: Account, secrets: Mapping[str, str]) -> Connection:
    """The account with the token in ``secrets["access_token"]``. Not shared between threads.

    Asks whether the server streams, once for each server (two requests); a server that is down is
    connected all the same. Raises `Unauthorised` without a token, `Rejected` for an address over
    which a token must not go.
    """
    token = secrets.get("access_token", "").strip()
    if not token:
        raise Unauthorised(f"the account {account.name} has no token")
    timeout = account.options.get("timeout", TIMEOUT)
    server = Server(
        account.server,
        token,
        timeout=float(timeout) if isinstance(timeout, int | float) else TIMEOUT,
    )
    home = Home(server, DEFAULT_LIMITS["mastodon"])
    publisher = Publisher(home, Fetcher(allow_loopback=account.options.get("loopback") is True))
    reading = Reading(home)
    return Connection(
        account=account,
        profile=home.profile,
        publisher=publisher,
        updater=publisher,
        collector=Collector(home),
        reader=reading,
        threader=reading,
        streamer=Streamer(home) if streams(home) else None,
        searcher=Searcher(home),
        introducer=Introducer(home),
        close=server.close,
    )
