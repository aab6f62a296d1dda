"""Who wrote an entry: https://indieweb.org/authorship-spec. Pure; one page may have to be fetched.

What a page says of its author is believed as far as its own host goes: an author whose address is
on another host is somebody *of this host* who says so, and is known here as nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from syndication.model import Author, Ref
from syndication.networks.webmention.page import (
    Item,
    Page,
    all_items,
    first_text,
    is_a,
    text_of,
    urls_of,
    values,
)
from syndication.networks.webmention.receive import SPACE
from syndication.rules.markup import escape_plain
from syndication.rules.mentions import host_of, same_address, web_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """As much of an author as one page tells."""

    name: str = ""
    url: str = ""
    picture: str = ""
    page: str = ""  # an address that tells the rest


def byline(page: Page, entry: Sequence[Item]) -> Byline:
    """The author of `entry`, which comes with what it stands in (steps 1 to 5 of the algorithm)."""
    for item in entry:
        for value in values(item, "author"):
            if isinstance(value, dict) and is_a(value, "h-card"):
                return card(value)
            text = text_of(value).strip()
            if web_address(text):
                return Byline(page=text)
            if text:
                return Byline(name=text)
    linked = page.rels.get("author") or ()
    return Byline(page=str(linked[0])) if linked else Byline()


def card(item: Item) -> Byline:
    """What an h-card says."""
    photo = next(iter(values(item, "photo")), "")
    urls = [url for value in values(item, "url") for url in urls_of(value)]
    picture = text_of(photo)
    return Byline(name=first_text(item, "name"), url=next(iter(urls), ""), picture=picture)


def on_author_page(page: Page, address: str) -> Byline:
    """The representative h-card of an author's page (steps 6 and 7), or the address alone."""
    me = page.rels.get("me") or ()
    cards = [path[0] for path in all_items(page.items) if is_a(path[0], "h-card")]
    mine = [found for item in cards for found in [card(item)] if _names(item, address)]
    themselves = [card(item) for item in cards for link in me if _names(item, str(link))]
    only = [card(cards[0])] if len(cards) == 1 else []
    found = next(iter([*mine, *themselves, *only]), Byline())
    return Byline(name=found.name, url=found.url or address, picture=found.picture)


def _names(item: Item, address: str) -> bool:
    urls = [url for value in values(item, "url") for url in urls_of(value)]
    return any(same_address(url, address) for url in urls)


def author(found: Byline, page: Page) -> Author:
    """The author as they are kept: their own address counts only on the host that said so."""
    host = host_of(page.url)
    url = web_address(found.url) or ""
    origin = f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}/"
    id_ = url if url and host_of(url) == host else origin
    if url and host_of(url) != host:
        id_ = f"{origin}#author={quote(url)}"
    elif not url and found.name:
        id_ = f"{origin}#author={quote(found.name[:100])}"
    return Author(
        ref=Ref(space=SPACE, id=id_, url=url or origin),
        name=escape_plain(found.name) or host,
        handle=host,
        picture=web_address(found.picture),
        indexable=True,
    )
