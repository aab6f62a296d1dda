"""What the documents carry, as values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from syndication.model import Picture, Post

VERSION = 1
MESSAGES_PER_PAGE = 500
INDEX_NOW_KEY = re.compile(r"[A-Za-z0-9-]{8,128}", re.ASCII)
CONTEXT: list[object] = [
    "https://www.w3.org/ns/activitystreams",
    {"tertulia": "https://tertulia.example/ns#"},
]


class DocumentError(ValueError):
    """A document that cannot be used: which file, which field, what is wrong with it."""

    def __init__(self, file: str, place: str, problem: str) -> None:
        super().__init__(f"{file}: {place + ': ' if place else ''}{problem}")
        self.file, self.place, self.problem = file, place, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexNow:
    """How search engines learn of changes: https://www.indexnow.org."""

    key: str  # public: it stands in a file of the site, which proves that the site is ours
    key_url: str  # that file
    endpoints: tuple[str, ...]  # absolute URLs that take lists of addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What one build for the public address has published, newest first."""

    site: str  # absolute URL without a trailing slash
    posts: tuple[Post, ...]
    feeds: Mapping[str, str] = field(default_factory=dict)  # feed URL → digest of what it says
    hubs: tuple[str, ...] = ()  # WebSub hubs that the feeds name
    index_now: IndexNow | None = None  # None: search engines are not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who said it, as the page shows them."""

    name: str
    url: str = ""
    handle: str = ""
    picture: str | None = None  # relative to discussion/: "pictures/HASH.webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Syndicated:
    """The same words elsewhere. A copy of ours: the page links to it and invites to reply there."""

    network: str
    account: str  # handle
    url: str
    reply_url: str = ""  # where a visitor can reply; empty: the same as url


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One approved public message, or an answer of ours."""

    id: str
    url: str
    author: Speaker
    html: str  # sanitised when stored; whoever shows it sanitises it again
    published: datetime
    network: str
    kind: str = "reply"
    updated: datetime | None = None
    language: str = ""
    direction: str = ""  # ltr | rtl | "" (unknown: the page says auto)
    warning: str = ""
    pictures: tuple[Picture, ...] = ()  # urls relative to discussion/
    emojis: Mapping[str, str] = field(default_factory=dict)  # shortcode → picture, as above
    reply_to: str | None = None  # id of another utterance of this discussion
    ours: bool = False
    also: tuple[Syndicated, ...] = ()  # the same words of the same person on other networks


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """All that a page shows of its conversation. Messages in reading order, parents first."""

    page: str  # URL path
    messages: tuple[Utterance, ...] = ()
    reactions: Mapping[str, int] = field(default_factory=dict)  # kind → how many
    copies: tuple[Syndicated, ...] = ()
    changed: datetime | None = None  # when words last came, changed or went, by the daemon's clock

    @property
    def empty(self) -> bool:
        """Nothing to show."""
        return not (self.messages or self.copies or any(self.reactions.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Facts that the daemon knows and the build wants."""

    accounts: tuple[Syndicated, ...] = ()  # ours, for rel=me; url is the profile
    limits: Mapping[str, Mapping[str, int | bool | None]] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)  # what for → absolute URL
    retention_days: int | None = None  # how long words that nobody approved are kept
    contact: str = ""  # where a person asks for their words to be removed
    spam_service: str = ""  # who else is told of comments, to say which are advertising
    latest: tuple[tuple[str, Utterance], ...] = ()  # (page path, message), newest first


def comments_rule(text: str) -> str:
    """A post's comment policy as written: ``open``, ``closed`` or an ISO date (until then).

    Raises `ValueError` that says what is allowed.
    """
    rule = text.strip().lower()
    if rule in ("open", "closed"):
        return rule
    try:
        return date.fromisoformat(rule).isoformat()
    except ValueError:
        raise ValueError("must be open, closed or a date like 2026-12-31") from None


def index_now_key(key: object) -> str:
    """`key` where search engines would take it. Raises `ValueError` that says what they take."""
    if isinstance(key, str) and INDEX_NOW_KEY.fullmatch(key):
        return key
    raise ValueError(
        "INDEXNOW_KEY must be 8 to 128 letters, digits or hyphens; make one with: "
        "python -c 'import secrets; print(secrets.token_hex(16))'"
    )


def picture_paths(messages: Sequence[Utterance]) -> Iterator[str]:
    """Every picture (relative to discussion/) that these messages refer to."""
    for message in messages:
        if message.author.picture:
            yield message.author.picture
        yield from (picture.url for picture in message.pictures)
        yield from message.emojis.values()
