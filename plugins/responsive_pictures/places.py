"""Where a picture lies that an author named, and where the author named it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pelican.contents import Content

PLACEHOLDER = re.compile(r"[{|](filename|static|attach)[|}]")


def file_in_words(content: Content, src: str) -> Path | None:
    """The file behind an `<img src>` in the words; None: it is not the site's own.

    Understood are `{static}/images/a.png` (from the content folder), `{static}a.png` (from the
    article's own) and addresses below SITEURL that are called as their file is.
    """
    path, marked = PLACEHOLDER.subn("", src, count=1)
    if marked and not path.startswith("/"):
        folder = Path(content.source_path or content.settings["PATH"]).parent
        return Path(folder, unquote(path))
    return file_below(content.settings, path)


def file_below(settings: Mapping[str, Any], address: str) -> Path | None:
    """The file behind an address below SITEURL, or a path below the content folder."""
    own = str(settings.get("SITEURL") or "")
    if own and address.startswith(own + "/"):
        address = address.removeprefix(own)
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.strip("/"):
        return None
    return Path(settings["PATH"], unquote(parts.path).lstrip("/"))


def place_of(content: Content, written: str) -> str:
    """`file:line` of the first line that has `written`; the file where none has."""
    source = Path(content.source_path or "")
    try:
        lines = source.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return str(source)
    for number, line in enumerate(lines, start=1):
        if written in line:
            return f"{source}:{number}"
    return str(source)
