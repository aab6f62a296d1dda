"""Where a discussion is shown, and what its words need to know of that."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from .made import Made
from .texts import Texts

PAGE_NAME = re.compile(r"(^|/)index\.html?$|\.html?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewhereView:
    """The discussion of a translation of the same page."""

    language: str  # its language tag
    name: str  # the same in words, in this page's language
    count: int  # its messages, one or more
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a discussion is shown."""

    folder: Path  # discussion/
    site: Callable[[], str]  # SITEURL as the page being written needs it, maybe relative
    permalink: str  # absolute, of the article or page
    path: str  # the same below SITEURL
    title: str
    zone: tzinfo
    texts: Texts
    open: bool  # may people still comment?
    made: Made  # texts of messages
    service: Callable[[], str] = str  # who else is told of comments, or ""
    letters: Callable[[], bool] = bool  # are people told of answers by mail?


def part_path(path: str, number: int) -> str:
    """Where part `number` of the long discussion of `path` is, below SITEURL as that is."""
    path = path.lstrip("/")
    if number == 1:
        return path
    named = not path.endswith("/")
    base = (PAGE_NAME.sub(r"\1", path) if named else path).rstrip("/")
    return f"{base}/discussion-{number}/".lstrip("/")
