"""The nouns of feeds, free of any format: a feed, its entries, and what an entry leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property

from markupsafe import Markup


class Format(Enum):
    """The formats that every feed is written in; the value is the end of a setting's name."""

    ATOM = "ATOM"
    RSS = "RSS"
    JSON = "JSON"

    @property
    def media_type(self) -> str:
        """What a feed of this format is served and announced as."""
        return MEDIA_TYPES[self]


MEDIA_TYPES = {
    Format.ATOM: "application/atom+xml",
    Format.RSS: "application/rss+xml",
    Format.JSON: "application/feed+json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who wrote something."""

    name: str  # never empty
    url: str = ""  # absolute, "" where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A picture or a recording that belongs to an entry."""

    url: str  # absolute
    media_type: str
    length: int  # bytes; 0 where nobody knows: a file on another server


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """What people said about an entry, and where that can be followed."""

    url: str  # the discussion on the page, absolute
    count: int  # one or more
    updated: datetime  # the newest of them, aware
    feeds: Mapping[Format, str]  # absolute


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """What an entry answers."""

    id: str  # of the entry that is answered
    url: str  # absolute


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article, note or message. All strings are free of characters that XML forbids."""

    id: str  # the same in every build, whatever the slug becomes
    url: str  # absolute
    title: str  # plain text; "" for a note
    html: str  # the full words; every address in it is absolute
    summary: str  # plain text; "" where the words themselves are short
    published: datetime  # aware
    updated: datetime  # aware
    authors: tuple[Person, ...]
    language: str
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    replies: Replies | None = None
    parent: Parent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What is said about a feed itself."""

    title: str
    description: str
    language: str
    home: str  # the page that it accompanies, absolute
    paths: Mapping[Format, str]  # where it is written, below the output folder
    urls: Mapping[Format, str]  # where it is found, absolute
    note: str  # tells a person who opens it what it is
    back: str  # the words that lead that person to `home`
    owner: Person  # who publishes it
    icon: str = ""  # absolute
    hubs: tuple[str, ...] = ()  # WebSub


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """One feed in one format, as a page announces it."""

    title: str  # plain text: the template escapes it
    url: str  # absolute
    media_type: str
    format: str  # Atom, RSS or JSON Feed
    html: Markup


class Issue:
    """A feed with its entries, newest first: what is written, if there is one."""

    def __init__(
        self,
        feed: Feed,
        make: Callable[[], tuple[Entry, ...]],
        made_of: Callable[[], object] = lambda: None,
    ) -> None:
        """`make` is asked for the entries when they are needed. `made_of` tells all that they would
        follow from now, as what has the same `repr` in two builds; None: only they themselves can
        say that."""
        self.feed, self._make, self._made_of = feed, make, made_of

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Made once."""
        return self._make()

    @property
    def made_of(self) -> object:
        """Another one where the entries are others, or would be if they were made now."""
        told = self._made_of()
        return self.entries if told is None else told

    @property
    def updated(self) -> datetime:
        """When the newest change was made; building the site is none."""
        return max(entry.updated for entry in self.entries)
