"""Which files of feeds still say what is to be said: those are not made again.

A file stands if it is the one that we left, by its time of change, size and inode, and if
everything that it is made of is what it was then.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path

from syndication.remembered import Remembered, program_stamp

from .nouns import Issue

MADE_BY = (
    "pelican.plugins.web_feeds",
    "pelican.plugins.discussion_pages",
    "syndication.exchange",
    "syndication.model",
    "syndication.rules",
    "syndication.sources",
)
LIBRARIES = ("feedgen", "lxml", "markupsafe", "nh3")


class Standing:
    """The feeds of one output folder, from build to build."""

    def __init__(self, folder: Path, output: Path) -> None:
        """`folder`: may be deleted at any time; `output`: where the feeds lie."""
        name = blake2b(str(output.absolute()).encode(), digest_size=8).hexdigest()
        self._program = cache(lambda: f"{sys.version} {program_stamp(MADE_BY, LIBRARIES)}")
        self._files = Remembered(folder / f"{name}.json", self._program)

    def essence(self, issue: Issue, styles: Mapping[str, str]) -> str:
        """A digest of everything that the files of `issue` are made of, the program included. No
        entry is made for it."""
        told = repr((self._program(), issue.feed, issue.made_of, sorted(styles.items())))
        return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def holds(self, file: Path, made_of: str) -> bool:
        """Was `file` made of this, and not touched since?"""
        known = self._files.get(str(file))
        return known is not None and known == [made_of, *_signature(file)]

    def note(self, file: Path, made_of: str) -> None:
        """`file` was just made of this."""
        self._files.put(str(file), [made_of, *_signature(file)])

    def keep(self) -> None:
        """For the next build."""
        self._files.keep()


def _signature(file: Path) -> list[int]:
    try:
        found = file.stat()
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_size, found.st_ino]
