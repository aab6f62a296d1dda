"""Reading a page: its links, and its microformats as mf2py finds them. Pure, and never an error.

mf2py is given a parsed tree, so that a page is parsed once; what is nested beyond any sense, or
otherwise cannot be read, is `Unreadable`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import mf2py
from bs4 import BeautifulSoup

from syndication.networks.unreadable import Unreadable
from syndication.rules.mentions import same_address
from syndication.rules.text import one_line

_PARSING = threading.Lock()
"""Parsing is all processor: one page at a time is as fast as several, and holds up nobody else."""
_POINTING = ("href", "src", "data", "poster", "cite")
"""Attributes by which a page links to another."""
_ACTIVITY = "application/activity+json"
MOST_ITEMS = 200
"""Microformats of one page that are looked at; a long feed has no more that matter."""

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says of itself."""

    url: str  # where it was found in the end
    links: frozenset[str]  # absolute
    title: str = ""
    language: str = ""
    items: Sequence[Item] = ()  # its microformats
    rels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    activities: Sequence[str] = ()  # what ActivityPub calls it
    text: str = ""  # where it is no HTML: all of it

    def links_to(self, target: str) -> bool:
        """Does it link to `target`? Where it is no HTML: does it name it?"""
        if self.text:
            return target in self.text
        return any(same_address(link, target) for link in self.links)


def read_page(body: bytes, media_type: str, url: str) -> Page:
    """What `body` says. Raises `Unreadable`."""
    if "html" not in media_type:
        return Page(url=url, links=frozenset(), text=body.decode("utf-8", "replace"))
    try:
        with _PARSING:
            soup = BeautifulSoup(body, "lxml")
            links = frozenset(_links(soup, url))
            title = one_line(soup.title.get_text() if soup.title else "", 200)
            language = one_line(str(soup.html.get("lang", "") if soup.html else ""), 35)
            found = mf2py.Parser(doc=soup, url=url).to_dict()
    except RecursionError as error:
        raise Unreadable("it is nested too deeply") from error
    except Exception as error:
        raise Unreadable(f"it cannot be parsed ({type(error).__name__})") from error
    items, rels = found.get("items", []), found.get("rels", {})
    return Page(
        url=url,
        links=links,
        title=title,
        language=language,
        items=items,
        rels=rels,
        activities=tuple(_activities(found.get("rel-urls", {}))),
    )


def _activities(links: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for url, link in links.items():
        if link.get("type") == _ACTIVITY and "alternate" in link.get("rels", ()):
            yield url


def _links(soup: BeautifulSoup, url: str) -> Iterator[str]:
    base = soup.find("base", href=True)
    root = _joined(url, str(base["href"])) if base else url
    for element in soup.find_all(True):
        for name in _POINTING:
            if value := element.get(name):
                yield _joined(root, str(value))


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


def all_items(items: Sequence[Item], above: tuple[Item, ...] = ()) -> Iterator[tuple[Item, ...]]:
    """Every item of a page, outermost first, as (item, …, the outermost it stands in)."""
    open_: list[tuple[Any, tuple[Item, ...]]] = [(item, above) for item in reversed(items)]
    for _ in range(MOST_ITEMS):
        if not open_:
            return
        item, around = open_.pop()
        if not isinstance(item, Mapping):
            continue
        yield (item, *around)
        children = item.get("children") or ()
        open_ += [(child, (item, *around)) for child in reversed(children)]


def values(item: Item, name: str) -> list[Any]:
    """The values of a property; [] where there is none."""
    properties = item.get("properties")
    found = properties.get(name, []) if isinstance(properties, Mapping) else []
    return found if isinstance(found, list) else []


def text_of(value: Any) -> str:
    """A value as words: plain, the words of an element, or of an item."""
    if isinstance(value, Mapping):
        inner = value.get("value", "")
        return inner if isinstance(inner, str) else ""
    return value if isinstance(value, str) else ""


def urls_of(value: Any) -> list[str]:
    """The addresses that a value names: its own, or those of the item that it is."""
    if isinstance(value, Mapping) and "properties" in value:
        own = [text_of(url) for url in values(value, "url") + values(value, "uid")]
        return own or [text_of(value)]
    return [text_of(value)]


def first_text(item: Item, name: str) -> str:
    """The first value of a property as words, or ""."""
    return next((text for value in values(item, name) if (text := text_of(value).strip())), "")


def is_a(item: Item, *kinds: str) -> bool:
    """Is this item of one of these types?"""
    types = item.get("type")
    return isinstance(types, list) and any(kind in types for kind in kinds)
