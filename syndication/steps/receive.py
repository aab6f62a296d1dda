"""Receive: what visitors and other websites bring to a public endpoint is kept before they hear so.

1. The account's `Receiver` answers from the request alone.
2. What it names is stored, to be looked up later by `verify`; words that came with it are taken in.
   That is one transaction, done before the answer leaves.

Cost: one write transaction of a few rows; no request.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from syndication.model import Account, Ref
from syndication.networks.contract import Answer, Network, Request
from syndication.rules.discovery import site_paths
from syndication.steps.domains import domain_of
from syndication.steps.site import Site
from syndication.steps.take_in import Taken, take_in, tell
from syndication.store import Transaction, arrivals

MOST_OF_ONE_HOST = 200
"""So much of one host may wait to be looked up; more is turned away for now."""
MOST_OF_ONE_DOMAIN = 1_000
"""And so much of all hosts below one domain: names below it cost its owner nothing."""
MOST_IN_ALL = 10_000
"""And so much of everybody, so that the queue has an end."""
VIA = "webmention"
BUSY = Answer(status=429, text="Too much is waiting here already. Try again in an hour.\n")


def endpoints_of(
    accounts: Mapping[str, Account], networks: Mapping[str, Network]
) -> dict[str, str]:
    """Endpoint → the account that hears what comes there; the first one declared."""
    found: dict[str, str] = {}
    for name, account in accounts.items():
        for endpoint in networks[account.network].endpoints(account):
            found.setdefault(endpoint, name)
    return found


def receive(site: Site, account: str, request: Request) -> Answer:
    """Keep what came, and say what its sender is told. Raises `NetworkError`."""
    receiver = site.connect(account).receiver
    if receiver is None:
        return Answer(status=404, text="Nobody listens here.\n")
    received = receiver.receive(request, lambda url: any(site_paths([url], site.url)))
    if not (received.hints or received.messages):
        return received.answer
    taken = Taken()
    with site.store.write() as tx:
        for hint in received.hints:
            if not _keep(site, tx, account, hint, received.vouch):
                return BUSY
        if received.messages:
            taken = take_in(site, tx, received.messages, account=account, via=VIA)
    tell(site, taken)
    if received.hints:
        site.wake("verify", account)
    return received.answer


def _keep(site: Site, tx: Transaction, account: str, hint: Ref, vouch: str) -> bool:
    """Store what is to be looked up; False where too much waits already."""
    host = urlsplit(hint.url or hint.id).hostname or ""
    if arrivals.waiting_of(tx, host) >= MOST_OF_ONE_HOST:
        return False
    below, everything = arrivals.waiting_below(tx, domain_of(host))
    if below >= MOST_OF_ONE_DOMAIN or everything >= MOST_IN_ALL:
        return False
    arrivals.keep(tx, account, hint, host=host, vouch=vouch, now=site.clock())
    return True
