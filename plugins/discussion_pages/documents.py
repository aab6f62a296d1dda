"""The folder discussion/, read when asked and remembered while its files stay as they are."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from blinker import signal

from syndication.exchange import (
    Discussion,
    DocumentError,
    Site,
    continued_path,
    parse_discussion,
    parse_site,
    picture_paths,
)

logger = logging.getLogger(__name__)

read = signal("discussion_read")
"""Sent with the URL path of each document that is looked at, "" for the latest words: so that a
process which stays knows what the page shows that it is rendering."""

Stamp = tuple[tuple[int, int, int], ...]  # (time of change, size, inode) of each file
KEPT = 256  # discussions in memory; a page is asked for by each list and feed it stands in


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What lists ask of a discussion; small enough to be remembered of all."""

    count: int  # messages
    empty: bool  # is there nothing to show?
    pictures: frozenset[str]  # what it refers to, below discussion/


class Documents:
    """What the daemon gave the site. A missing folder or file is simply no discussion."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._site_file = folder / "site.json"
        self._site: tuple[Stamp, Site] | None = None
        self._kept: OrderedDict[str, tuple[Stamp, Discussion | None]] = OrderedDict()
        self._facts: dict[str, tuple[Stamp, Facts | None]] = {}

    def forget(self) -> None:
        """Read everything anew."""
        self._site = None
        self._kept.clear()
        self._facts.clear()

    def discussion(self, page: str) -> Discussion | None:
        """The discussion of the URL path `page`; None where there is none that can be read."""
        stamp = self._stamp_of(page)
        return self._discussion(page, stamp) if stamp else None

    def facts(self, page: str) -> Facts | None:
        """The same in short. Another object as soon as the document is another one."""
        stamp = self._stamp_of(page)
        if not stamp:
            return None
        known = self._facts.get(page)
        if known is None or known[0] != stamp:
            self._discussion(page, stamp)
            known = self._facts[page]
        return known[1]

    def goes_on(self, page: str) -> bool:
        """Does the discussion of `page` have more than one file?"""
        return len(self._stamp_of(page)) > 1

    def pictures(self, page: str) -> frozenset[str]:
        """The pictures that the discussion of `page` refers to."""
        facts = self.facts(page)
        return facts.pictures if facts else frozenset()

    def _discussion(self, page: str, stamp: Stamp) -> Discussion | None:
        kept = self._kept.get(page)
        if kept is None or kept[0] != stamp:
            found = self._read(page)
            kept = self._kept[page] = stamp, found
            known = self._facts.get(page)
            if known is None or known[0] != stamp:  # else it was only pushed out of memory
                self._facts[page] = stamp, _facts_of(found) if found else None
        self._kept.move_to_end(page)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept[1]

    def state_of(self, page: str) -> str:
        """The same words in two builds where what was announced as `read` is the same."""
        stamp = self._stamp_of(page) if page else _stamp(str(self._site_file))
        there = [(name, (self.folder / name).is_file()) for name in sorted(self.pictures(page))]
        return repr((stamp, there))

    def site(self) -> Site:
        """The facts of site.json; an empty `Site` where there are none that can be read."""
        file = self._site_file
        stamp = _stamp(str(file))
        if self._site is None or self._site[0] != stamp:
            site = Site()
            try:
                site = parse_site(file.read_bytes(), str(file)) if stamp else site
            except DocumentError as error:
                logger.error("%s", error)
            except OSError as error:
                logger.error("%s: cannot be read: %s", file, error.strerror)
            self._site = stamp, site
        return self._site[1]

    def _read(self, page: str) -> Discussion | None:
        file = self.folder / continued_path(page, 1)
        try:
            return parse_discussion(
                file.read_bytes(), str(file), lambda path: (self.folder / path).read_bytes()
            )
        except DocumentError as error:
            logger.error("%s. The page is built without its discussion", error)
        except OSError as error:
            logger.error("%s: cannot be read: %s", error.filename or file, error.strerror)
        return None

    def _stamp_of(self, page: str) -> Stamp:
        """Of all files of a discussion; empty where there is none."""
        if read.receivers:
            read.send(page)
        stamps: Stamp = ()
        number = 1
        while stamp := _stamp(_file_of(self.folder, page, number)):
            stamps += stamp
            number += 1
        return stamps


def _facts_of(discussion: Discussion) -> Facts:
    return Facts(
        count=len(discussion.messages),
        empty=discussion.empty,
        pictures=frozenset(picture_paths(discussion.messages)),
    )


@lru_cache(maxsize=4096)
def _file_of(folder: Path, page: str, number: int) -> str:
    """Where a document is; "" for a path that none can have."""
    try:
        return str(folder / continued_path(page, number))
    except ValueError:
        return ""


def _stamp(file: str) -> Stamp:
    try:
        status = os.stat(file) if file else None  # noqa: PTH116 - several times a page
    except (OSError, ValueError):
        return ()
    return ((status.st_mtime_ns, status.st_size, status.st_ino),) if status else ()
