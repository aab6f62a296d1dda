"""The guestbook holds the contract of Tertulia."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import entry_points
from types import MappingProxyType

import pytest
from guestbook import TOKEN, Book, open_book

from syndication.model import Account, Ref
from syndication.networks.contract import Connection
from syndication.testing import Harness, How, NetworkContract

ADA = 2


class GuestbookHarness(Harness):
    """Ada writes into the book, past the adapter."""

    secret = TOKEN
    cannot = MappingProxyType(
        {
            "hashtags": "a guestbook cannot be searched",
            "hider": "what stands in the book stands there",
            "introducer": "visitors have no profile",
            "receiver": "a guestbook comes to nobody",
            "searcher": "a guestbook cannot be searched",
            "streamer": "a guestbook tells nothing by itself",
        }
    )

    def __init__(self, book: Book, address: str) -> None:
        self.book, self._address = book, address
        self.connection = self.reconnects()

    def reconnects(self) -> Connection:
        (point,) = entry_points(group="tertulia.networks", name="guestbook")
        account = Account(name="vencejo", network="guestbook", server=self._address)
        connection: Connection = point.load().connect(account, {"access_token": TOKEN})
        return connection

    def says(self, text: str, *, reply_to: Ref | None = None, visibility: str = "public") -> Ref:
        return self._write(text, answers=self._id(reply_to), private=visibility != "public")

    def backdates(self, text: str, *, reply_to: Ref, written: datetime) -> Ref:
        return self._write(text, answers=self._id(reply_to), written=written.isoformat())

    def address(self, text: str) -> str:
        return text

    def published(self) -> list[str]:
        return [entry["text"] for entry in self.book.entries.values() if entry["by"] == 1]

    def edits(self, ref: Ref, text: str) -> None:
        edited = datetime.now(UTC).isoformat()
        self.book.entries[self._id(ref)] |= {"text": text, "edited": edited}

    def deletes(self, ref: Ref) -> None:
        del self.book.entries[self._id(ref)]

    def likes(self, ref: Ref) -> None:
        self.book.star(self._id(ref))

    def opts_out(self) -> None:
        self.book.visitors[ADA]["note"] = "Please leave me alone. #nobot"

    def renames(self) -> str:
        self.book.visitors[ADA]["name"] = "ada_lovelace"
        return "ada_lovelace"

    def loses_next(self, operation: str, how: How) -> None:
        method = {"publish": "POST", "find": "GET"}[operation]
        self.book.faults.append((method, "/entries", how))

    def limits_next(self) -> None:
        self.book.faults.append(("GET", "/changes", "limit"))

    def revokes(self) -> None:
        self.book.token = "another one"  # noqa: S105 - it opens nothing

    def requests(self) -> int:
        return self.book.requests

    def _write(self, text: str, **more: object) -> Ref:
        id_ = self.book.write(ADA, text, **more)
        url = f"{self._address}/entries/{id_}"
        return Ref(space="guestbook", id=url, url=url, local=str(id_))

    def _id(self, ref: Ref | None) -> int:
        return int(ref.local or 0) if ref else 0


class TestGuestbook(NetworkContract):
    @pytest.fixture
    def harness(self) -> Iterator[Harness]:
        with open_book() as (book, address):
            yield GuestbookHarness(book, address)
