"""Vouch: somebody unknown names a page that speaks for them; is it one of somebody we know?

We know a site by words that stand on our pages, told by a page of that site, or because an article
of ours links to it. What its own pages say of itself counts for nothing.

Cost: nothing where no page is named; two statements, and one request where its site is known.
"""

from __future__ import annotations

from syndication.model import Message
from syndication.networks.contract import NetworkError
from syndication.rules import policy
from syndication.rules.mentions import host_of
from syndication.rules.vouching import links_to_host, rules_of
from syndication.steps.site import Site
from syndication.store import hosts, messages
from syndication.store.arrivals import Arrival

LARGEST = 1_000_000
APPROVES = "approve_vouched"
"""The option of an account by which a vouch is enough."""


def voucher_of(site: Site, arrival: Arrival, found: Message) -> str:
    """The host that vouches for who sent this, or ""; what is known needs nobody to vouch."""
    host, stranger = host_of(arrival.vouch), host_of(arrival.source)
    if not host or host == stranger:
        return ""
    with site.store.read() as tx:
        new = not messages.known(tx, found.ref.space, [found.ref.id])
        network = site.network_of(arrival.account).name
        known = hosts.knows(tx, arrival.account, network, host)
    return host if new and known and _says_so(site, arrival.vouch, host, stranger) else ""


def rules_for(site: Site, account: str, voucher: str) -> tuple[policy.Rule, ...]:
    """The rules by which words are judged that `voucher` vouches for; "": nobody does."""
    if not voucher:
        return policy.DEFAULT
    return rules_of(voucher, approves=site.accounts[account].options.get(APPROVES) is True)


def _says_so(site: Site, url: str, host: str, stranger: str) -> bool:
    try:
        page = site.fetch(url, accept="text/html", limit=LARGEST)
    except NetworkError:
        return False
    there = page.status == 200 and host_of(page.url) == host
    return there and links_to_host(page.body.decode("utf-8", "replace"), stranger)
