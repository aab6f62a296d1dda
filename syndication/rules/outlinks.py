"""What an entry of ours links to, read from the page as everybody sees it. Pure.

Counted are links in the entry's own words (``e-content``) and what it answers, likes or shares
(``u-in-reply-to`` …); not those of the page around it, nor of the people who speak below it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from syndication.rules.mentions import web_address

MOST = 100
"""Links of one entry that are told; more are a list, not a conversation."""
LONGEST = 1_000
"""Characters of an address that is told."""

_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_RELATIONS = {"u-in-reply-to", "u-like-of", "u-repost-of", "u-bookmark-of", "u-quotation-of"}
_OTHERS = {"h-cite", "u-comment", "p-comment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlinks:
    """What an entry links to, and what it says."""

    targets: tuple[str, ...]  # absolute, without fragments, each once
    revision: str  # SHA-256 (hex) of its words: another one when they change


def outlinks(html: str, url: str) -> Outlinks:
    """The links of the entry that stands at `url`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found: dict[str, None] = {}
    for href in reader.hrefs:
        address = web_address(_joined(url, href))
        if address and len(address) <= LONGEST:
            found.setdefault(urldefrag(address).url)
    words = " ".join("".join(reader.words).split())
    digest = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
    return Outlinks(targets=tuple(found)[:MOST], revision=digest)


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return ""


@dataclass(slots=True)
class _Open:
    """An element that is open."""

    tag: str
    content: bool  # in the words of an entry
    others: bool  # in what somebody else says


@dataclass
class _Reader(HTMLParser):
    hrefs: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = set(given.get("class", "").split())
        above = self.stack[-1] if self.stack else _Open("", False, False)
        here = _Open(
            tag, above.content or "e-content" in classes, above.others or bool(_OTHERS & classes)
        )
        if not here.others and (here.content or _RELATIONS & classes):
            href = given.get("href") if tag in ("a", "area") else given.get("value")
            if href and (tag in ("a", "area") or tag == "data"):
                self.hrefs.append(href)
        if tag not in _VOID:
            self.stack.append(here)

    def handle_endtag(self, tag: str) -> None:
        for number in range(len(self.stack) - 1, -1, -1):
            if self.stack[number].tag == tag:
                del self.stack[number:]
                return

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1].content and not self.stack[-1].others:
            self.words.append(data)
