# ruff: noqa: S101
"""What the suite asks of whoever runs it, and what its tests share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Literal, NoReturn, TypeVar
from uuid import uuid4

import pytest

from syndication.model import Draft, Message, Ref
from syndication.networks.contract import Connection, Found, Page, Request

T = TypeVar("T")
How = Literal["lose", "refuse"]

ROLES = frozenset(Connection.__dataclass_fields__) - {"account", "profile", "close"}


class Harness:
    """Other people, and the weather. One for each test; `connection` is ours.

    What the network, its server or this harness cannot do is declared in `cannot`, with the reason:
    it names a role (``streamer``), a method below (``likes``), or one of these: ``keys`` (the
    server does not know a post again by its key), ``find`` (no one can look whether a post is
    there), ``unsure`` (looking never fails by itself), ``private`` (no private words),
    ``hashtags`` (no search for them), ``cursor`` (its stream does not go on where it was left). All
    else must be there, so nothing passes in silence.
    """

    connection: Connection
    secret: str = ""  # the token, to look for where it must not be
    cannot: Mapping[str, str] = {}

    def says(self, text: str, *, reply_to: Ref | None = None, visibility: str = "public") -> Ref:
        """Somebody says `text`; the account of `connection` may read it.

        Always the same person, who has nothing against being found where a network asks for that.
        """
        raise NotImplementedError

    def address(self, text: str) -> str:
        """`text` as somebody writes it who wants us to be told."""
        raise NotImplementedError

    def published(self) -> list[str]:
        """The texts that our account has out there now, asked past the adapter."""
        raise NotImplementedError

    def reconnects(self) -> Connection:
        """Our account, connected by another process, which remembers nothing of this one."""
        raise NotImplementedError

    def backdates(self, text: str, *, reply_to: Ref, written: datetime) -> Ref:
        """Somebody answers, and claims to have done so at `written`."""
        _missing("backdates")

    def edits(self, ref: Ref, text: str) -> None:
        """Its author changes what was said."""
        _missing("edits")

    def deletes(self, ref: Ref) -> None:
        """Its author takes it back."""
        _missing("deletes")

    def likes(self, ref: Ref) -> None:
        """Somebody likes it."""
        _missing("likes")

    def opts_out(self) -> None:
        """The person who speaks asks in their profile to be left alone by programs."""
        _missing("opts_out")

    def renames(self) -> str:
        """The person who speaks takes another handle; which, without a leading "@"."""
        _missing("renames")

    def introduces(self, url: str) -> None:
        """The person who speaks names `url` in their profile as theirs."""
        _missing("introduces")

    def tells(self, text: str) -> Request:
        """Somebody says `text` about a page of https://vencejo.example, and sends us this."""
        _missing("tells")

    def hidden(self) -> Collection[str]:
        """The ids of the answers that our account hides, asked past the adapter."""
        _missing("hidden")

    def loses_next(self, operation: str, how: How) -> None:
        """The next "publish" or "find": lose = it is done and no answer comes, refuse = not done.

        A "find" is only ever refused.
        """
        _missing("loses_next")

    def limits_next(self) -> None:
        """The next time that we ask for news, the server asks us to wait."""
        _missing("limits_next")

    def revokes(self) -> None:
        """Our token is good no longer."""
        _missing("revokes")

    def requests(self) -> int:
        """How many requests the server was sent so far."""
        _missing("requests")


def _missing(name: str) -> NoReturn:
    pytest.fail(f"write {name}() into your harness, or declare in `cannot` why there is none")


def needs(*names: str) -> Callable[[T], T]:
    """The test needs these roles and abilities: `check_needs` asks for them before it."""

    def mark(test: T) -> T:
        test.needs = names  # type: ignore[attr-defined]
        return test

    return mark


def check_needs(harness: Harness, names: Collection[str]) -> None:
    """Skip with the declared reason; fail for what is missing undeclared, or declared and there."""
    for name in names:
        there = name in ROLES and getattr(harness.connection, name) is not None
        reason = harness.cannot.get(name)
        if reason is not None and there:
            pytest.fail(f"{name} is declared in `cannot`, yet the connection has it")
        if reason is not None:
            pytest.skip(f"{name}: {reason}")
        if name in ROLES and not there:
            pytest.fail(f"the connection has no {name}: give it one, or declare why in `cannot`")


def draft(text: str = "", *, reply_to: Ref | None = None) -> Draft:
    """Something to say that nobody said before, with a permalink unless it is an answer."""
    token = uuid4().hex[:12]
    url = "" if reply_to else f"https://vencejo.example/{token}/"
    said = f"{text or 'Novedades'} {token} {url}".strip()
    now = datetime.now(UTC)
    return Draft(text=said, url=url, language="es", reply_to=reply_to, moment=now)


def role(given: T | None) -> T:
    """A role that `needs` has asked for."""
    assert given is not None, "say with @needs which roles this test asks for"
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
