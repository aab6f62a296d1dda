"""The site itself as a network: whoever has no account writes under the article.

`convert` makes a Message of a form, purely; `client` is the connection, which asks nobody anything:
what staff answer stands on the page as soon as its document is written.
"""

from __future__ import annotations

from collections.abc import Mapping

from syndication.model import Account
from syndication.networks.contract import Connection, Network

from .convert import LIMITS, SPACE


def _connect(account: Account, secrets: Mapping[str, str]) -> Connection:
    from .client import connect

    return connect(account)


network = Network(
    name="site",
    title="Site",
    space=SPACE,
    limits=LIMITS,
    connect=_connect,
    endpoints=lambda account: ("comment", "report"),
    carries_posts=False,
)
