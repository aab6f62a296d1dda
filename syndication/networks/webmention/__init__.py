"""Webmention: the web as a network, where people answer on sites of their own.

https://www.w3.org/TR/webmention/. `receive` takes word that a page speaks of one of ours, `read`
looks that page up and `convert` makes a message of its microformats; `discover` finds where a page
wants to hear, `send` tells it. Nothing is loaded before it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping

from syndication.model import Account, Limits
from syndication.networks.contract import Connection, Network
from syndication.networks.webmention.receive import ENDPOINT, SPACE

OPTIONS: Mapping[str, str] = {
    "tell": "tell the pages that your articles link to (true); false only hears",
    "pingback": "hear pingbacks too, the older way, as if they were webmentions (false)",
    "approve_vouched": "approve first words of whoever a site vouches for that is known (false)",
}


def _connect(account: Account, secrets: Mapping[str, str]) -> Connection:
    from .client import connect

    return connect(account)


def _endpoints(account: Account) -> tuple[str, ...]:
    return (ENDPOINT, "pingback") if account.options.get("pingback") is True else (ENDPOINT,)


network = Network(
    name="webmention",
    title="Webmention",
    space=SPACE,
    limits=Limits(characters=10_000),
    connect=_connect,
    options=OPTIONS,
    endpoints=_endpoints,
    tells_links=True,
    carries_posts=False,
)
