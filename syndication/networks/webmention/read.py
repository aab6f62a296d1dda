"""Looking a page up: what it says of ours, or that it says nothing any more.

Cost: one request; one more where the page leaves its author to another page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from syndication.model import Ref
from syndication.networks.contract import (
    Absent,
    Counted,
    Found,
    Lookup,
    NetworkError,
    Rejected,
    Unreachable,
)
from syndication.networks.fetch import Fetched
from syndication.networks.unreadable import Unreadable
from syndication.networks.webmention.authorship import (
    Byline,
    author,
    byline,
    on_author_page,
)
from syndication.networks.webmention.convert import REACTIONS, message, speaking_of
from syndication.networks.webmention.page import Page, read_page
from syndication.rules.mentions import same_address, source_of, web_address

LARGEST = 1_000_000
"""Bytes of a page that are read."""
PATIENCE = 15.0
"""Seconds that a page may take."""
_READABLE = ("text/", "application/xhtml+xml", "application/json")
_GONE, _NOT_THERE = 410, 404


class Get(Protocol):
    """GET, guarded, as `networks.fetch` does."""

    def __call__(self, url: str, *, accept: str, limit: int, deadline: float) -> Fetched: ...


class Pages:
    """Reads pages of strangers."""

    def __init__(self, get: Get, clock: Callable[[], datetime]) -> None:
        self._get, self._clock = get, clock

    def look_up(self, ref: Ref) -> Lookup:
        """What the page of `ref` says of ours now. An error says nothing of either."""
        source, target = source_of(ref.id), ref.local or ""
        try:
            answer = self._get(source, accept="*/*", limit=LARGEST, deadline=PATIENCE)
        except Rejected as error:
            return Unreachable(str(error), lasting=True)
        except NetworkError as error:
            return Unreachable(str(error))
        if answer.status in (_GONE, _NOT_THERE):
            return Absent(sure=answer.status == _GONE)
        if answer.status != 200:
            return Unreachable(f"it answers {answer.status}", lasting=400 <= answer.status < 500)
        if answer.media_type and not answer.media_type.startswith(_READABLE):
            return Unreachable(f"it is {answer.media_type}", lasting=True)
        try:
            page = read_page(answer.body, answer.media_type or "text/html", answer.url)
        except Unreadable as error:
            return Unreachable(str(error), lasting=True)
        if not page.links_to(target):
            return Absent()
        return self._said(page, ref, target)

    def _said(self, page: Page, ref: Ref, target: str) -> Lookup:
        said = speaking_of(page, target)
        writer = author(self._byline(page, byline(page, said.entry)), page)
        if said.kind in REACTIONS:
            return Counted(said.kind, who=writer.ref.id)
        return Found(message(page, said, writer, ref=ref, target=target, now=self._clock()))

    def _byline(self, page: Page, found: Byline) -> Byline:
        """The rest of the author, where the page names another one for that."""
        address = web_address(found.page)
        if address is None:
            return found
        if same_address(address, page.url):
            return on_author_page(page, address)
        try:
            answer = self._get(address, accept="text/html", limit=LARGEST, deadline=PATIENCE)
            if answer.status != 200:
                return Byline(url=address)
            return on_author_page(read_page(answer.body, "text/html", answer.url), address)
        except (NetworkError, Unreadable):
            return Byline(url=address)
