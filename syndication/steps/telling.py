"""Whom a site tells of its news, and in what form: hubs, search engines, and whom it links to.

- A hub is told feed by feed: ``hub.mode=publish`` with the feed's address
  (https://www.w3.org/TR/websub/ leaves this to the hub; this is what hubs understand).
- A search engine is told in lists, with a key that a file of the site proves to be ours
  (https://www.indexnow.org/documentation).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from syndication.exchange import Outbox
from syndication.networks.contract import Rejected, Unavailable
from syndication.steps.live import page_digest
from syndication.steps.mention import mention
from syndication.steps.site import Site
from syndication.store.announcements import GONE, MOVED, Announcement

Facts = Mapping[str, Any]  # how a listener is told, as it is kept: JSON

HUB, ENGINE, LINKS = "hub", "engine", "links"
TELLS = "tell"
"""Option of an account: are the pages that articles link to told of it? True unless it is false."""
_MEANING = {
    400: "it does not understand the list",
    403: "it does not find the key in the file that INDEXNOW_KEY names",
    422: "it says that the pages are another site's, or that the key is none",
}


def listeners(site: Site, outbox: Outbox) -> dict[str, dict[str, str]]:
    """Whom the site names: address → how it is told; and whom its pages link to, by account."""
    found: dict[str, dict[str, str]] = {hub: {"kind": HUB} for hub in outbox.hubs}
    for account in site.accounts:
        if tells_links(site, account):
            found[f"links:{account}"] = {"kind": LINKS, "account": account}
    told = outbox.index_now
    for endpoint in told.endpoints if told else ():
        assert told is not None  # noqa: S101 - it has endpoints
        found[endpoint] = {"kind": ENGINE, "key": told.key, "key_url": told.key_url}
    return found


def tells_links(site: Site, account: str) -> bool:
    """Does this account tell the pages that ours link to?"""
    wanted = site.accounts[account].options.get(TELLS, True)
    return site.network_of(account).tells_links and wanted is not False


def digests_for(facts: Facts, outbox: Outbox) -> dict[str, str]:
    """What concerns this listener: address → digest of what is there."""
    if facts["kind"] == HUB:
        return dict(outbox.feeds)
    return {post.url: page_digest(post) for post in outbox.posts}


def moved_for(facts: Facts, outbox: Outbox) -> set[str] | None:
    """Former URL paths that lead on; None for a hub, whom no feed's end concerns."""
    if facts["kind"] == HUB:
        return None
    return {alias for post in outbox.posts for alias in post.aliases}


def lists_for(facts: Facts, items: Sequence[Announcement]) -> Iterator[Sequence[Announcement]]:
    """What is told in one go: a feed to a hub, a page's links, everything to a search engine."""
    if facts["kind"] in (HUB, LINKS):
        yield from ([item] for item in items)
    elif items:
        yield items


def tell(site: Site, listener: str, facts: Facts, items: Sequence[Announcement]) -> None:
    """Tell it of these addresses.

    Raises `Unavailable` and `RateLimited` (later), `Rejected` (not before something changes).
    """
    if facts["kind"] == HUB:
        _tell_hub(site, listener, items[0])
    elif facts["kind"] == LINKS:
        _tell_links(site, facts["account"], items[0])
    else:
        _tell_engine(site, listener, facts, items)


def _tell_hub(site: Site, hub: str, item: Announcement) -> None:
    fields = {"hub.mode": "publish", "hub.url": item.url, "hub.topic": item.url}
    site.post(hub, body=urlencode(fields).encode(), media_type="application/x-www-form-urlencoded")


def _tell_links(site: Site, account: str, item: Announcement) -> None:
    """What the page links to becomes copies. Of a page that is gone, `publish` takes them back."""
    if item.news not in (GONE, MOVED):
        mention(site, account, item.url)


def _tell_engine(site: Site, engine: str, facts: Facts, items: Sequence[Announcement]) -> None:
    key, place = facts["key"], facts["key_url"]
    answer = site.fetch(place, accept="*/*", limit=10_000)
    if answer.status != 200 or answer.body.strip() != key.encode():
        raise Unavailable(f"{place} does not hold the key yet: is plugin site_metadata on?")
    told = {
        "host": urlsplit(site.url).netloc,
        "key": key,
        "keyLocation": place,
        "urlList": [item.url for item in items],
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    try:
        site.post(engine, body=body, media_type="application/json; charset=utf-8")
    except Rejected as error:
        meaning = next((words for n, words in _MEANING.items() if str(error).endswith(str(n))), "")
        raise Rejected(f"{error}: {meaning}" if meaning else str(error)) from error
