"""What a step is given: one site with its store, its accounts and the world outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from syndication.catalogues import Catalogues
from syndication.model import Account
from syndication.networks.contract import Connection, Network, Unavailable
from syndication.rules.brakes import Brakes
from syndication.rules.cadence import Cadence
from syndication.rules.spam.lists import Lists
from syndication.rules.spam.submission import Submission
from syndication.store import Store


class Fetched(Protocol):
    """What came back from a fetch."""

    @property
    def url(self) -> str:
        """Where it was found in the end, redirects followed."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def body(self) -> bytes:
        """The content, whole."""

    @property
    def etag(self) -> str:
        """What to ask with, to hear whether it changed; "" where the server names none."""


class Fetch(Protocol):
    """Gets a public web address without ever reaching into a private network."""

    def __call__(self, url: str, *, accept: str, limit: int, etag: str = "") -> Fetched:
        """GET `url`, at most `limit` bytes of a media type in `accept` (``image/``).

        With an `etag` of before, status 304 says that nothing changed.

        Raises `Unavailable` (try later) or `Rejected` (never).
        """


class Post(Protocol):
    """Tells a public web address something, as guarded as `Fetch`."""

    def __call__(self, url: str, *, body: bytes, media_type: str) -> None:
        """POST `body`. Safe to repeat is up to the caller.

        Raises `Unavailable` and `RateLimited` (later), `Rejected` (never).
        """


class Mail(Protocol):
    """Hands a letter to the mail server."""

    def __call__(self, letter: EmailMessage) -> None:
        """Send it. Raises `Unavailable` (later) or `Rejected` (never)."""

    def verify(self) -> None:
        """Does the server take letters of ours? Raises `Unavailable`."""


class SpamService(Protocol):
    """Says whether it takes comments for advertising."""

    @property
    def name(self) -> str:
        """As people know it."""

    def verify(self) -> None:
        """Does it take our key? Raises as `is_spam` does."""

    def is_spam(self, comment: Submission) -> bool:
        """Is it? Raises `Unavailable` (later), `Unauthorised` (the key), `Rejected` (never)."""

    def tell(self, comment: Submission, *, spam: bool) -> None:
        """A person decided otherwise than it said. Raises as `is_spam` does."""


def no_post(url: str, *, body: bytes, media_type: str) -> None:
    """Tells nobody: for commands that only read."""
    raise Unavailable("nothing is told from here")


def no_wake(step: str, account: str | None = None) -> None:
    """Wakes nobody: for commands that run one step by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One brand's site. `steps` see nothing else of the world."""

    url: str  # public address without a trailing slash
    name: str  # the brand's
    store: Store
    outbox: str  # path or URL of outbox.json
    discussion: Path
    accounts: Mapping[str, Account]
    networks: Mapping[str, Network]  # of those accounts, by network name
    connect: Callable[[str], Connection]  # account name; raises NetworkError
    fetch: Fetch
    clock: Callable[[], datetime]  # aware, UTC
    post: Post = no_post
    wake: Callable[[str, str | None], None] = no_wake  # "this step has work": only a hint
    brakes: Brakes = field(default_factory=Brakes)
    cadence: Cadence = field(default_factory=Cadence)
    confirm_live: bool = True  # send only what the public address shows already
    chain: bool = False  # long own texts as a chain of posts
    contact: str = ""  # where people ask for their words to be removed
    keep_unapproved: timedelta | None = None  # words that stand on no page; None: for ever
    keep_events: timedelta | None = None  # the log of what happened; None: for ever
    endpoints: Mapping[str, str] = field(default_factory=dict)
    lists: Lists = field(default_factory=Lists)  # what a comment may not contain
    mail: Mail | None = None  # None: nobody is written to
    service: SpamService | None = None  # None: nobody is told of comments
    catalogues: Catalogues = field(default_factory=Catalogues)
    to_visitors: Catalogues = field(default_factory=Catalogues)  # as the site speaks to them

    def network_of(self, account: str) -> Network:
        """The network of one of our accounts."""
        return self.networks[self.accounts[account].network]
