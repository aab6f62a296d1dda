"""The contract, held by webmentions: real pages on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from syndication.model import Account, Ref
from syndication.networks.contract import Connection, Request
from syndication.networks.webmention.client import connect
from syndication.networks.webmention.receive import hint
from syndication.testing import Harness, NetworkContract
from tests.servers.pages import Pages, website

PAGE = "https://vencejo.example/a/"
NOT_A_PLACE = "there is no server where people speak, only pages that name ours"


class WebmentionHarness(Harness):
    cannot = MappingProxyType(
        {
            "collector": NOT_A_PLACE,
            "threader": NOT_A_PLACE,
            "streamer": NOT_A_PLACE,
            "searcher": NOT_A_PLACE,
            "hider": "what others write stands on their own pages",
            "introducer": "a profile is a web page, which anybody reads",
            "publisher": "what it tells are links, not words",
            "updater": "what it tells are links, not words",
            "opts_out": "who sends a webmention wants to be heard",
            "renames": "an address is the name",
        }
    )

    def __init__(self, site: Pages) -> None:
        self.site, self.number = site, 0
        self.connection = self.reconnects()

    def reconnects(self) -> Connection:
        options = {"site": "https://vencejo.example", "loopback": True}
        web = connect(Account(name="web", network="webmention", options=options))
        # Telling links is shown by tests/unit/test_webmention_discovery.py.
        return replace(web, publisher=None, updater=None)

    def says(self, text: str, *, reply_to: Ref | None = None, visibility: str = "public") -> Ref:
        self.number += 1
        entry = (
            f'<div class="h-entry"><a class="p-author h-card" href="/">Ana</a>'
            f'<a class="u-in-reply-to" href="{PAGE}">x</a><p class="e-content">{text}</p></div>'
        )
        return hint(self.site.show(f"/{self.number}", entry), PAGE)

    def tells(self, text: str) -> Request:
        source = str(self.says(text).url)
        return Request(endpoint="webmention", fields={"source": source, "target": PAGE})

    def edits(self, ref: Ref, text: str) -> None:
        self.site.there[str(ref.url).removeprefix(self.site.url)] = self.site.there[
            str(self.says(text).url).removeprefix(self.site.url)
        ]

    def deletes(self, ref: Ref) -> None:
        self.site.show(str(ref.url).removeprefix(self.site.url), status=410)


class TestWebmention(NetworkContract):
    @pytest.fixture
    def harness(self) -> Iterator[Harness]:
        with website() as site:
            yield WebmentionHarness(site)
