"""Reading profiles: how people introduce themselves, and whether two of them are one person.

As their network tells it where one of our accounts may ask it, else as a web page with its
``rel="me"`` links. One or two requests a profile, at most three more for pages that both name.
"""

from __future__ import annotations

from itertools import islice

from syndication.networks.contract import (
    Gone,
    Introducer,
    RateLimited,
    Unauthorised,
    Unavailable,
)
from syndication.rules.relme import SelfPortrait, each_other, in_common, links_of, names_both
from syndication.steps.attempt import may_ask, reading_failed
from syndication.steps.site import Site
from syndication.store.people import StoredAuthor

PAGES = 3  # that both name and that are read
BYTES = 1_000_000


def prove(site: Site, one: StoredAuthor, other: StoredAuthor) -> bool:
    """Do their profiles prove that they are one person: by each other, or by a page of both?

    Raises `NetworkError` for what cannot be read.
    """
    first, second = _portrait(site, one), _portrait(site, other)
    if each_other(first, second):
        return True
    pages = islice(in_common(first, second), PAGES)
    return any(names_both(_links_on(site, page), first, second) for page in pages)


def _portrait(site: Site, author: StoredAuthor) -> SelfPortrait:
    mine = [name for name, account in site.accounts.items() if account.network == author.network]
    asked = [name for name in mine if may_ask(site, name, now=site.clock())]
    if mine and not asked:
        raise Unavailable(f"no account on {author.network} may ask now")
    for name in asked:
        introducer = site.connect(name).introducer
        if introducer is not None:
            return _introduced(site, name, introducer, author)
    if not author.url:
        raise Gone("a profile without an address")
    return SelfPortrait(addresses=(author.url,), links=_links_on(site, author.url))


def _introduced(
    site: Site, account: str, introducer: Introducer, author: StoredAuthor
) -> SelfPortrait:
    try:
        told = introducer.introduce(author.ref)
    except (RateLimited, Unauthorised) as error:
        reading_failed(site, account, error)
        raise
    return SelfPortrait(addresses=told.addresses, links=told.links)


def _links_on(site: Site, url: str) -> tuple[str, ...]:
    answer = site.fetch(url, accept="text/html", limit=BYTES)
    return links_of(answer.body, answer.url) if answer.status == 200 else ()
