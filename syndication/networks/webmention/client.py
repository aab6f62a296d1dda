"""The site itself as an account of the web: what it hears, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from syndication.model import Account, Limits, Profile, Ref
from syndication.networks.contract import Connection, Received, Request
from syndication.networks.webmention.receive import SPACE, receive

LIMITS = Limits(characters=10_000)


class Web:
    """The roles, over one guarded fetcher."""

    def __init__(self, account: Account) -> None:
        self._site = str(account.options.get("site", ""))

    def profile(self) -> Profile:
        """Who we are on the web. No page can claim to be this: an address of people has a path."""
        host = urlsplit(self._site).netloc
        return Profile(
            ref=Ref(space=SPACE, id=f"site:{host}"), handle=host, name=host, limits=LIMITS
        )

    def receive(self, request: Request, ours: Callable[[str], bool]) -> Received:
        """Somebody says that a page speaks of one of ours."""
        return receive(request, ours)


def connect(account: Account) -> Connection:
    """No request, no secret: anybody may speak here."""
    web = Web(account)
    return Connection(account=account, profile=web.profile, receiver=web)
