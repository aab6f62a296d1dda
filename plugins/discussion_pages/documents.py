"""The folder discussion/, read when asked and remembered while its files stay as they are."""

from __future__ import annotations

import logging
from collections import OrderedDict
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


class Documents:
    """What the daemon gave the site. A missing folder or file is simply no discussion."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._site: tuple[Stamp, Site] | None = None
        self._kept: OrderedDict[str, tuple[Stamp, Discussion | None]] = OrderedDict()
        self._pictures: dict[str, tuple[Stamp, frozenset[str]]] = {}

    def forget(self) -> None:
        """Read everything anew."""
        self._site = None
        self._kept.clear()
        self._pictures.clear()

    def discussion(self, page: str) -> Discussion | None:
        """The discussion of the URL path `page`; None where there is none that can be read."""
        stamp = self._stamp_of(page)
        if not stamp:
            return None
        kept = self._kept.get(page)
        if kept is None or kept[0] != stamp:
            found = self._read(page)
            kept = self._kept[page] = stamp, found
            self._pictures[page] = stamp, frozenset(picture_paths(found.messages) if found else ())
        self._kept.move_to_end(page)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept[1]

    def goes_on(self, page: str) -> bool:
        """Does the discussion of `page` have more than one file?"""
        return len(self._stamp_of(page)) > 1

    def pictures(self, page: str) -> frozenset[str]:
        """The pictures that the discussion of `page` refers to; small enough to remember all."""
        stamp = self._stamp_of(page)
        if not stamp:
            return frozenset()
        if page not in self._pictures or self._pictures[page][0] != stamp:
            self._kept.pop(page, None)
            self.discussion(page)
        return self._pictures[page][1]

    def state_of(self, page: str) -> str:
        """The same words in two builds where what was announced as `read` is the same."""
        stamp = self._stamp_of(page) if page else _stamp(self.folder / "site.json")
        there = [(name, (self.folder / name).is_file()) for name in sorted(self.pictures(page))]
        return repr((stamp, there))

    def site(self) -> Site:
        """The facts of site.json; an empty `Site` where there are none that can be read."""
        file = self.folder / "site.json"
        stamp = _stamp(file)
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
        read.send(page)
        stamps: Stamp = ()
        number = 1
        try:
            while stamp := _stamp(self.folder / continued_path(page, number)):
                stamps += stamp
                number += 1
        except ValueError:
            return ()  # a path that no document can have
        return stamps


def _stamp(file: Path) -> Stamp:
    try:
        status = file.stat()
    except OSError:
        return ()
    return ((status.st_mtime_ns, status.st_size, status.st_ino),)
