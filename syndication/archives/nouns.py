"""What every format is read as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from syndication.archives.facts import Fact
from syndication.archives.history import History
from syndication.model import Author, Message, Ref, Verdict
from syndication.rules import markup

SPACE = "site"
"""The naming space of words that were written on a website itself, and the network's name."""


NOWHERE = "tertulia:nowhere"
"""The page of what stands under no page, such as words that a watch found."""


class ArchiveError(Exception):
    """The file cannot be read; the message names file and place and says what to do."""

    def __init__(self, path: Path, place: str, problem: str) -> None:
        super().__init__(f"{path}: {place + ': ' if place else ''}{problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where entries stood, as the file tells it: enough to find the article that is meant."""

    key: str  # how entries of this file name it
    urls: tuple[str, ...] = ()  # its addresses, absolute or a path, the likeliest first
    slug: str = ""  # its short name, where the file has one
    title: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that somebody said. Who reads only the threads never pays for the words."""

    id: str  # global and stable: the same in each export of the same comment
    page: str  # `Page.key`
    written: datetime  # aware
    verdict: Verdict
    message: Callable[[], Message]  # the words; `text` is empty where nothing is left of them
    parent: str | None = None  # `Entry.id` of what it answers
    network: str = SPACE
    seen: tuple[tuple[str, str | None], ...] = ()  # (account of ours, what its server calls it)
    history: Callable[[], History] | None = None  # where the file is of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """An entry whose words were deleted there. Nothing of it is kept but its place."""

    id: str
    page: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Something that was erased and is not wanted again, in a digest."""

    digest: str


Record = Page | Entry | Deleted | Tombstone | Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader is told, and what it counts."""

    home: str  # the site's address, for entries of files that name no site
    pseudonym: Callable[[str], str]  # what tells a person from others → a name that tells nothing
    counts: Counter[str] = field(default_factory=Counter)  # what was read and is not kept

    def author(self, entry: str, name: str, *, known_by: str = "", url: str = "") -> Author:
        """Who said `entry`. Without anything to know them by, everybody is somebody else."""
        own = f"person:{self.pseudonym(known_by)}" if known_by else f"{entry}#author"
        ref = Ref(space=SPACE, id=own, url=markup.address(url.strip()))
        return Author(ref=ref, name=markup.escape_plain(name), handle="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A file that can be read as often as it takes."""

    path: Path
    format: str
    reading: Reading
    reader: Callable[[Path, Reading], Iterator[Record]]

    def records(self) -> Iterator[Record]:
        """All of it from the start. Raises `ArchiveError` where it cannot go on."""
        self.reading.counts.clear()
        return self.reader(self.path, self.reading)
