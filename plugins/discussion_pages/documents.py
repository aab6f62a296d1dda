"""The folder discussion/, read when asked and remembered while its files stay as they are."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
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
from syndication.foreseeable import tell

from .facts import Facts, KeptFacts, Stamp, facts_of

logger = logging.getLogger(__name__)

read = signal("discussion_read")
"""Sent with the URL path of each document that is looked at, "" for the latest words: so that a
process which stays knows what the page shows that it is rendering."""

KEPT = 256  # discussions in memory; a page is asked for by each list and feed it stands in


class Documents:
    """What the daemon gave the site. A missing folder or file is simply no discussion."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """`folder`: discussion/. `cache`: where facts are kept between builds."""
        self.folder = folder
        self._site_file = folder / "site.json"
        self._site: tuple[Stamp, Site] | None = None
        self._files: dict[tuple[str, int], str] = {}  # of URL path and part
        self._kept: OrderedDict[str, tuple[Stamp, Discussion | None]] = OrderedDict()
        self._facts: dict[str, tuple[Stamp, Facts | None]] = {}
        self._unreadable: set[str] = set()
        self._former = KeptFacts(cache / "documents.json", folder)

    def forget(self) -> None:
        """Read everything anew."""
        self._site = None
        self._kept.clear()
        self._facts.clear()

    def forget_unreadable(self) -> None:
        """Try documents again that could not be read, and complain of them again: whoever read them
        first may not have been heard."""
        for page in self._unreadable:
            self._kept.pop(page, None)
            self._facts.pop(page, None)
        self._unreadable.clear()

    def discussion(self, page: str) -> Discussion | None:
        """The discussion of the URL path `page`; None where there is none that can be read."""
        stamp = self._stamp_of(page)
        return self._discussion(page, stamp) if stamp else None

    def facts(self, page: str) -> Facts | None:
        """The same in short. Another object as soon as the document is another one."""
        stamp = self._stamp_of(page)
        return self._facts_at(page, stamp) if stamp else None

    def keep(self) -> None:
        """The facts that this build asked for, for the next one."""
        self._former.keep()

    def goes_on(self, page: str) -> bool:
        """Does the discussion of `page` have more than one file?"""
        return len(self._stamp_of(page)) > 1

    def pictures(self, page: str) -> frozenset[str]:
        """The pictures that the discussion of `page` refers to."""
        facts = self.facts(page)
        return facts.pictures if facts else frozenset()

    def state_of(self, page: str) -> str:
        """The same words in two builds where what was announced as `read` is the same."""
        if page:
            stamp = self._stamp_of(page)
            facts = self._facts_at(page, stamp) if stamp else None
            names = facts.pictures if facts else frozenset[str]()
        else:
            stamp = _stamp(str(self._site_file))
            names = frozenset(picture_paths([message for _, message in self.site().latest]))
        there = [(name, (self.folder / name).is_file()) for name in sorted(names)]
        return repr((stamp, there))

    def newest(self) -> datetime | None:
        """When a message was last written, or shown, of all documents that were asked for, as
        servers and the daemon say."""
        asked = [facts for _, facts in self._facts.values() if facts]
        moments = (moment for facts in asked for moment in (facts.newest, facts.changed))
        return max(filter(None, moments), default=None)

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

    def _facts_at(self, page: str, stamp: Stamp) -> Facts | None:
        known = self._facts.get(page)
        if known is None or known[0] != stamp:
            if former := self._former.get(page, stamp):
                self._facts[page] = stamp, former
            else:
                self._discussion(page, stamp)
            known = self._facts[page]
        return known[1]

    def _discussion(self, page: str, stamp: Stamp) -> Discussion | None:
        kept = self._kept.get(page)
        if kept is None or kept[0] != stamp:
            found, revision = self._read(page)
            kept = self._kept[page] = stamp, found
            known = self._facts.get(page)
            if known is None or known[0] != stamp:  # else it was only pushed out of memory
                facts = facts_of(found, revision) if found else None
                self._facts[page] = stamp, facts
                self._former.put(page, stamp, facts)
            if found is None:
                self._unreadable.add(page)
        self._kept.move_to_end(page)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept[1]

    def _read(self, page: str) -> tuple[Discussion | None, str]:
        """The discussion, and a digest of the bytes that say it."""
        read_so_far = sha256()

        def bytes_of(path: str) -> bytes:
            with open(f"{self.folder}/{path}", "rb") as document:  # noqa: PTH123 - while people wait
                data = document.read()
            read_so_far.update(data)
            return data

        file, found = self._file(page), None
        try:
            found = parse_discussion(bytes_of(continued_path(page, 1)), file, bytes_of)
        except DocumentError as error:
            logger.error("%s. The page is built without its discussion", error)
        except OSError as error:
            logger.error("%s: cannot be read: %s", error.filename or file, error.strerror)
        return found, read_so_far.hexdigest()

    def _stamp_of(self, page: str) -> Stamp:
        """Of all files of a discussion; empty where there is none."""
        tell(read, page)
        stamps = _stamp(self._file(page))
        known = self._facts.get(page)
        if known and known[1] and known[0] == stamps:
            return stamps  # the first file says whether it goes on, and this one did not
        if stamps:
            number = 2
            while stamp := _stamp(self._file(page, number)):
                stamps += stamp
                number += 1
        return stamps

    def _file(self, page: str, number: int = 1) -> str:
        """Where a document is; "" for a path that none can have."""
        known = self._files.get((page, number))
        if known is None:
            try:
                known = f"{self.folder}/{continued_path(page, number)}"
            except ValueError:
                known = ""
            self._files[page, number] = known
        return known


def _stamp(file: str) -> Stamp:
    try:
        status = os.stat(file) if file else None  # noqa: PTH116 - several times a page
    except (OSError, ValueError):
        return ()
    if status is None:
        return ()
    return ((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino),)
