"""Where a page wants to hear of webmentions (https://www.w3.org/TR/webmention/#discovery). Pure.

The first of these counts: a ``Link`` header with ``rel=webmention``, then the first ``link`` or
``a`` element of the page, as it stands there, whose ``rel`` has the word and that has an ``href``.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

from syndication.rules.mentions import web_address

_WORD = "webmention"
_LINK = re.compile(r"<([^<>]*+)>((?:[^,\"<]++|\"[^\"]*+\")*+)")
_PARAMETER = re.compile(r";\s*+([^\s=;,\"]++)\s*+(?:=\s*+(?:\"([^\"]*+)\"|([^\s;,\"]*+)))?+")


def endpoint_of(url: str, links: str, html: str) -> str | None:
    """The endpoint of the page that was found at `url`; None where it wants to hear nothing.

    `links`: its ``Link`` headers, joined by commas; `html`: "" where it is none.
    """
    href = _in_header(links)
    if href is None:
        href = _in_page(html)
    return None if href is None else _absolute(url, href)


def _in_header(links: str) -> str | None:
    for match in _LINK.finditer(links):
        for name, quoted, plain in _PARAMETER.findall(match[2]):
            if name.lower() == "rel" and _WORD in (quoted or plain).lower().split():
                return match[1]
    return None


def _in_page(html: str) -> str | None:
    finder = _Finder()
    try:
        finder.feed(html)
        finder.close()
    except AssertionError:  # the parser's own word for what it cannot read
        return None
    return finder.found


class _Finder(HTMLParser):
    """Comments and escaped markup are no elements to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.found is not None or tag not in ("link", "a"):
            return
        given = dict(attrs)
        if "href" in given and _WORD in (given.get("rel") or "").lower().split():
            self.found = given["href"] or ""


def _absolute(url: str, href: str) -> str | None:
    try:
        return web_address(urljoin(url, href.strip()))
    except ValueError:
        return None
