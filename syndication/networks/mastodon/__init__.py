"""The Mastodon family: Mastodon, GoToSocial, Pleroma, Akkoma and whoever else speaks its API.

`convert` is pure; `server` makes the requests and `errors` names what went wrong; a file for each
role on top of them. Mastodon.py does the OAuth dance (`connect`). Everything else is raw JSON: its
typed parsing costs 6.5 ms a status, and its errors do not tell whether a request left, nor until
when to wait.

Nothing is loaded before it is needed: importing this costs no requests, no Mastodon.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from syndication.model import Account
from syndication.networks.contract import Authorisation, Connection, Network
from syndication.rules.compose import DEFAULT_LIMITS

SPACE = "activitypub"


def _connect(account: Account, secrets: Mapping[str, str]) -> Connection:
    from .client import connect

    return connect(account, secrets)


def _authorise(server: str) -> Authorisation:
    from .connect import authorise

    return authorise(server)


network = Network(
    name="mastodon",
    title="Mastodon",
    space=SPACE,
    limits=DEFAULT_LIMITS["mastodon"],
    connect=_connect,
    authorise=_authorise,
    options={"timeout": "seconds that the server may take to answer (20)"},
    reply_url=lambda url: url,
    address=lambda handle: f"@{handle} ",
)
