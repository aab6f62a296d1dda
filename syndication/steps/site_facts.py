"""What site.json says: our accounts, the limits of networks, endpoints, and the latest words."""

from __future__ import annotations

from dataclasses import asdict, replace

from syndication import exchange
from syndication.exchange import Syndicated
from syndication.rules.sameness import Speech, told_once
from syndication.steps.conversation import Shown, shown_of, utterance
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, messages, pictures, posts
from syndication.store.messages import StoredMessage

LATEST = 10
"""How many of the newest approved words site.json offers to themes."""


def site_facts(site: Site, tx: Transaction) -> exchange.Site:
    """All of it, as it is now. Cost: a handful of queries."""
    rows = [row for row in accounts.all_accounts(tx).values() if row.name in site.accounts]
    limits: dict[str, dict[str, int | bool | None]] = {}
    for row in rows:
        network = site.networks[row.network]
        if not network.carries_posts:
            continue
        counting = asdict(row.counting(network.limits)) | {"chain": site.chain}
        known = limits.get(row.network)
        if known is None or counting["characters"] < (known["characters"] or 0):
            limits[row.network] = counting
    shown = shown_of(tx, messages.visible(tx, newest=2 * LATEST, placed=True))
    newest = _told_once(shown)[:LATEST]
    files = pictures.by_url(tx, shown.picture_urls())
    pages = posts.by_id(tx, (m.post_id for m in newest if m.post_id is not None))
    return exchange.Site(
        accounts=tuple(
            Syndicated(network=row.network, account=row.handle, url=row.url)
            for row in rows
            if row.url
        ),
        limits=limits,
        endpoints=site.endpoints,
        retention_days=site.keep_unapproved.days if site.keep_unapproved else None,
        contact=site.contact,
        spam_service=site.service.name if site.service else "",
        latest=tuple(
            (pages[m.post_id].path, utterance(site, shown, m, files))
            for m in newest
            if m.post_id in pages
        ),
    )


def _told_once(shown: Shown) -> list[StoredMessage]:
    """The messages, newest first, without what the same person said on another network too."""
    speeches = shown.speeches()
    oldest_first = sorted(shown.messages.values(), key=lambda m: (m.written, m.id))

    def on_its_page(message: StoredMessage) -> Speech:
        speech = speeches[message.ref_id]
        return replace(speech, said=speech.said and f"{message.post_id} {speech.said}")

    return [entry[0] for entry in told_once(oldest_first, on_its_page)][::-1]
