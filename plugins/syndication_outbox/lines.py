"""Posts as lines of the outbox, kept from one build to the next.

To make a post and its JSON, and to measure its texts against what networks take, costs several
times what it does to see that all it is made of is what it was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from pelican.contents import Content

from syndication.exchange import post_line
from syndication.model import Limits, Post
from syndication.remembered import Remembered, program_stamp

from .front_matter import FrontMatter
from .posts import is_original
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


def hash_of(
    content: Content,
    matter: FrontMatter,
    *,
    page_digest: str,
    statics: Mapping[str, Any],
    besides: str,
) -> str:
    """Of all that a post is made of; "" where that is not known because nobody wrote its page.

    Title, summary, language, dates, tags and translations are in `page_digest`; `besides` says what
    is the same for all posts.
    """
    if not page_digest:
        return ""
    pictures = [statics[file.name].url for file in matter.pictures]
    kind = type(content).__name__
    told = (besides, page_digest, kind, content.url, is_original(content), pictures, matter)
    return sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()
