"""``rel="me"``: pages that say of each other that they are one person's. Pure.

Two profiles are one person's when each names the other, or when both name one page that names
both. One of them alone proves nothing: anybody can link to anybody.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from syndication.rules.markup import address

LINKS = 100  # of one page that are looked at

_TAG = re.compile(r"<(?:a|area|link)\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""(?<![a-z-])([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfPortrait:
    """One profile: under which addresses it is known, and which it names as its owner's."""

    addresses: tuple[str, ...]
    links: tuple[str, ...]

    def names(self, other: SelfPortrait) -> bool:
        """Does this profile name the other one as its owner's?"""
        return _meet(self.links, other.addresses)


def each_other(one: SelfPortrait, other: SelfPortrait) -> bool:
    """Do these profiles name each other?"""
    return one.names(other) and other.names(one)


def in_common(one: SelfPortrait, other: SelfPortrait) -> Iterator[str]:
    """The pages that both name: each may name both in return."""
    theirs = {same_address(link) for link in other.links}
    own = {same_address(link) for link in (*one.addresses, *other.addresses)}
    for link in one.links:
        if same_address(link) in theirs - own:
            yield link


def names_both(links: Collection[str], one: SelfPortrait, other: SelfPortrait) -> bool:
    """Does a page with these ``rel=me`` links name both profiles?"""
    return _meet(links, one.addresses) and _meet(links, other.addresses)


def links_of(body: bytes, url: str) -> tuple[str, ...]:
    """The absolute addresses that a page names with ``rel="me"``, at most a hundred."""
    page = _without_comments(body.decode("utf-8", "replace"))
    found = (_link(tag[1], url) for tag in _TAG.finditer(page))
    return tuple(dict.fromkeys(islice((link for link in found if link), LINKS)))


def _link(attributes: str, url: str) -> str | None:
    """The address of one tag, if it is its author's."""
    given: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(attributes):
        value = match[2] or match[3] or match[4] or ""
        given.setdefault(match[1].lower(), entities.unescape(value))
    if "me" not in given.get("rel", "").lower().split() or "href" not in given:
        return None
    try:
        return address(urljoin(url, given["href"].strip()))
    except ValueError:
        return None


def _without_comments(page: str) -> str:
    """A page without what its readers do not see; linear, however many comments never end."""
    shown, at = [], 0
    while (start := page.find("<!--", at)) >= 0:
        shown.append(page[at:start])
        end = page.find("-->", start + 4)
        if end < 0:
            return "".join(shown)
        at = end + 3
    return "".join([*shown, page[at:]])


def same_address(url: str) -> str:
    """An address as it is compared: the scheme, "www." and a slash at the end do not count."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.netloc.lower().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def _meet(links: Iterable[str], addresses: Iterable[str]) -> bool:
    return not {same_address(a) for a in links}.isdisjoint(same_address(a) for a in addresses)
