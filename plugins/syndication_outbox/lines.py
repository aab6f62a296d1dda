"""Posts as lines of the outbox, kept from one build to the next.

To make a post and its JSON, and to measure its texts against what networks take, costs several
times what it does to see that all it is made of is what it was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pelican.contents import Content

from syndication.exchange import post_line
from syndication.model import Limits, Post
from syndication.remembered import Remembered, program_stamp

from .front_matter import SILENT, FrontMatter
from .posts import address, is_original, published_at
from .texts import misfits, unknown

ROOMS = ("exchange", "model", "rules", "sources")
PROGRAMS = (*(f"syndication.{room}" for room in ROOMS), str(__package__))


class PostLines:
    """Of the posts of one site, each under the hash of what it was made of."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where they are remembered; it may be deleted at any time."""
        self._known = Remembered(folder / "posts.json", _stamp)

    def of(
        self,
        content: Content,
        made_of: str,
        limits: Mapping[str, Limits],
        make: Callable[[], Post],
    ) -> tuple[str, list[str], list[str]]:
        """The line of `content`, warnings about it and problems: each build says those again."""
        known = self._known.get(content.source_path)
        if known is not None and known[0] == made_of:
            return known[1], [], []
        post = make()
        line = post_line(post)
        warnings, problems = [*unknown(content, post, limits)], [*misfits(content, post, limits)]
        if made_of and not warnings and not problems:
            self._known.put(content.source_path, [made_of, line])
        return line, warnings, problems

    def keep(self) -> None:
        """For the next build."""
        self._known.keep()


def _stamp() -> str:
    """Python tells what HTML's names for letters stand for, and which letters belong together."""
    return f"{sys.version} {program_stamp(PROGRAMS, ('regex',))}"


class Origin(NamedTuple):
    """What a post is made of, and its place in the outbox."""

    rests_on: tuple[str, ...]  # what may become another thing while pages are written
    made_of: str  # a hash of what is its own; "" where nobody wrote its page: that is not known
    published: datetime
    address: str


class Origins:
    """Of the posts of one build, each worked out once while what it rests on stays."""

    def __init__(self, site: str, statics: Mapping[str, Any]) -> None:
        """`statics`: the site's static files by their path below the content folder."""
        self._site, self._statics = site, statics
        self._known: dict[Content, Origin] = {}

    def of(self, content: Content, matter: FrontMatter, page_digest: str) -> Origin:
        """`page_digest`: of what the page says, title, summary, language, dates, tags and
        translations among it."""
        pictures = [self._statics[file.name].url for file in matter.pictures]
        rests_on = (page_digest, *pictures)
        known = self._known.get(content)
        if known is None or known.rests_on != rests_on:
            url = content.url
            known = self._known[content] = Origin(
                rests_on=rests_on,
                made_of=_hash(rests_on, content, url, matter) if page_digest else "",
                published=published_at(content),
                address=address(self._site, url),
            )
        return known


def _hash(rests_on: tuple[str, ...], content: Content, url: str, matter: FrontMatter) -> str:
    told = (rests_on, type(content).__name__, url, is_original(content))
    keys = "" if matter is SILENT else repr(matter)  # a hundred times as slow
    return sha256(f"{told!r} {keys}".encode("utf-8", "surrogatepass")).hexdigest()
