# ruff: noqa: S101
"""What the suite asks of whoever runs it, and what its tests share."""

from __future__ import annotations

from typing import Literal, TypeVar
from uuid import uuid4

import pytest

from syndication.model import Draft, Message, Ref
from syndication.networks.contract import Connection, Found, Page

T = TypeVar("T")
How = Literal["lose", "refuse"]


class Harness:
    """Other people, and the weather. One for each test; `connection` is ours."""

    connection: Connection
    secret: str = ""  # the token, to look for where it must not be

    def says(self, text: str, *, reply_to: Ref | None = None, visibility: str = "public") -> Ref:
        """Somebody says `text`; the account of `connection` may read it."""
        raise NotImplementedError

    def address(self, text: str) -> str:
        """`text` as somebody writes it who wants us to be told."""
        raise NotImplementedError

    def published(self) -> list[str]:
        """The texts that our account has out there now, asked past the adapter."""
        raise NotImplementedError

    def edits(self, ref: Ref, text: str) -> None:
        """Its author changes what was said."""
        pytest.skip("no edits here")

    def deletes(self, ref: Ref) -> None:
        """Its author takes it back."""
        pytest.skip("no deletions here")

    def likes(self, ref: Ref) -> None:
        """Somebody likes it."""
        pytest.skip("no likes here")

    def loses_next(self, operation: str, how: How) -> None:
        """The next "publish": lose = it is done and no answer comes, refuse = it is not done."""
        pytest.skip("no broken requests here")

    def limits_next(self) -> None:
        """The next time that we ask for news, the server asks us to wait."""
        pytest.skip("no rate limits here")

    def revokes(self) -> None:
        """Our token is good no longer."""
        pytest.skip("no revoked tokens here")

    def requests(self) -> int:
        """How many requests the server was sent so far."""
        pytest.skip("no counted requests here")


def draft(text: str = "", *, reply_to: Ref | None = None) -> Draft:
    """Something to say that nobody said before, with a permalink unless it is an answer."""
    token = uuid4().hex[:12]
    url = "" if reply_to else f"https://vencejo.example/{token}/"
    said = f"{text or 'Novedades'} {token} {url}".strip()
    return Draft(text=said, url=url, language="es", reply_to=reply_to)


def role(given: T | None) -> T:
    """A role, or a skipped test where the server lacks it."""
    if given is None:
        pytest.skip("this network or server has no such role")
    return given


def times_said(harness: Harness, said: Draft) -> int:
    """How often the unmistakable part of a draft is out there."""
    token = said.url.rsplit("/", 2)[-2] if said.url else said.text.split()[-1]
    return sum(token in text for text in harness.published())


def pages(connection: Connection, cursor: str | None) -> list[Page]:
    """Every page of news since `cursor`."""
    read: list[Page] = []
    while not read or read[-1].more:
        read.append(role(connection.collector).collect(read[-1].cursor if read else cursor))
        assert len(read) < 100, "there is always more"
    return read


def all_news(connection: Connection, cursor: str | None) -> tuple[list[Message], str | None]:
    """Every message since `cursor`, and the cursor after them."""
    read = pages(connection, cursor)
    return [message for page in read for message in page.messages], read[-1].cursor


def arrived(connection: Connection, ref: Ref) -> Message:
    """The message `ref` as the news tells it."""
    found = [m for page in pages(connection, None) for m in page.messages if m.ref.id == ref.id]
    assert found, f"{ref.id} did not arrive"
    return found[-1]


def fetched(connection: Connection, ref: Ref) -> Message:
    """The message `ref` as the reader finds it."""
    answer = role(connection.reader).fetch([ref])[ref.id]
    assert isinstance(answer, Found)
    return answer.message
