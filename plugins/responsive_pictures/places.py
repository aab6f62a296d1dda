"""Where a picture lies that an author named, and where the author named it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from pelican.contents import Content

from syndication.sources import line_with, picture_name, shown_path

_named = lru_cache(maxsize=4096)(picture_name)  # cards, pages and feeds ask for the same one


def named_in(content: Content, written: str) -> str | None:
    """The path, below the content folder, of the picture behind an address or a name.

    Understood are `{static}/images/a.png` (from the content folder), `{static}a.png` (from the
    article's own), addresses below SITEURL that are called as their file is, and plain paths.
    None: it is not the site's own, or lies outside.
    """
    folder = posixpath.dirname(content.relative_source_path or "")
    return name_below(content.settings, written, folder)


def name_below(settings: Mapping[str, Any], written: str, folder: str = "") -> str | None:
    """The same for a name that stands in no article; `folder` as `picture_name` has it."""
    own = str(settings.get("SITEURL") or "")
    if own and written.startswith(own + "/"):
        written = written.removeprefix(own)
    parts = urlsplit(written)
    if parts.scheme or parts.netloc:
        return None
    try:
        return _named(unquote(parts.path), folder) or None
    except ValueError:
        return None


def place_of(content: Content, written: str) -> str:
    """`file:line` of the first line that has `written`."""
    source = str(content.source_path or "")
    return f"{shown_path(source)}:{line_with(source, written)}"
