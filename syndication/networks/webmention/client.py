"""The site itself as an account of the web: what it hears, and what it tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from syndication.model import Account, Limits, Profile, Ref
from syndication.networks.asking import utc_now
from syndication.networks.contract import Connection, Lookup, Received, Request
from syndication.networks.fetch import Fetcher
from syndication.networks.webmention import pingback
from syndication.networks.webmention.read import Pages
from syndication.networks.webmention.receive import SPACE, receive
from syndication.networks.webmention.send import Teller

LIMITS = Limits(characters=10_000)


class Web:
    """The roles Receiver and Reader, over one guarded fetcher; `teller` has the others."""

    def __init__(self, account: Account, clock: Callable[[], datetime]) -> None:
        self._site = str(account.options.get("site", ""))
        fetcher = Fetcher(allow_loopback=bool(account.options.get("loopback")), clock=clock)
        self._pages = Pages(fetcher, clock)
        self.teller = Teller(fetcher)

    def profile(self) -> Profile:
        """Who we are on the web. No page can claim to be this: an address of people has a path."""
        host = urlsplit(self._site).netloc
        return Profile(
            ref=Ref(space=SPACE, id=f"site:{host}"), handle=host, name=host, limits=LIMITS
        )

    def receive(self, request: Request, ours: Callable[[str], bool]) -> Received:
        """Somebody says that a page speaks of one of ours."""
        if request.endpoint == pingback.ENDPOINT:
            return pingback.receive_ping(request, ours)
        return receive(request, ours)

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Lookup]:
        """What these pages say of ours now: one or two requests for each."""
        return {ref.id: self._pages.look_up(ref) for ref in refs}


def connect(account: Account, clock: Callable[[], datetime] = utc_now) -> Connection:
    """No request, no secret: anybody may speak here."""
    web = Web(account, clock)
    return Connection(
        account=account,
        profile=web.profile,
        publisher=web.teller,
        updater=web.teller,
        receiver=web,
        reader=web,
    )
