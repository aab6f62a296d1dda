"""The contract, held by the site's own comments: forms that visitors fill in."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from uuid import uuid4

import pytest

from syndication.model import Account
from syndication.networks.contract import Connection, Request
from syndication.networks.site.client import connect
from syndication.testing import Harness, NetworkContract

PAGE = "https://vencejo.example/a/"
NO_SERVER = "there is no server but our own database"
NO_PROFILE = "a visitor has a name and no profile"


class SiteHarness(Harness):
    cannot = MappingProxyType(
        {
            "collector": NO_SERVER,
            "threader": NO_SERVER,
            "reader": NO_SERVER,
            "streamer": NO_SERVER,
            "searcher": NO_SERVER,
            "hider": "what is not approved stands nowhere",
            "introducer": NO_PROFILE,
            "opts_out": NO_PROFILE,
            "renames": NO_PROFILE,
            # What an answer says is asked of the documents: tests/unit/test_comment_form.py.
            "publisher": "what staff answer is said by the page's document, not by the adapter",
            "updater": "what staff answer is said by the page's document, not by the adapter",
        }
    )

    def __init__(self) -> None:
        self.connection = self.reconnects()

    def reconnects(self) -> Connection:
        options = {"site": "https://vencejo.example"}
        here = connect(Account(name="comments", network="site", options=options))
        return replace(here, publisher=None, updater=None)

    def tells(self, text: str) -> Request:
        fields = {
            "name": "Ana",
            "text": text,
            "url": PAGE,
            "id": f"urn:uuid:{uuid4()}",
            "written": "2026-11-22T09:00:00+00:00",
        }
        return Request(endpoint="comment", fields=fields)


class TestSite(NetworkContract):
    @pytest.fixture
    def harness(self) -> Harness:
        return SiteHarness()
