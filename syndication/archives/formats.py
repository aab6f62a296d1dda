"""Which format a file has, by its first bytes; the name that a person gives has the last word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from syndication.archives import disqus, isso, lines, wordpress
from syndication.archives.files import unpacked
from syndication.archives.nouns import Archive, ArchiveError, Reading, Record

FORMATS: dict[str, Callable[[Path, Reading], Iterator[Record]]] = {
    "wxr": wordpress.read,
    "disqus": disqus.read,
    "isso": isso.read,
    "json": lines.read,
}
_ROOT = re.compile(rb"<(rss|disqus)[\s>]")
_ROOTS = {b"rss": "wxr", b"disqus": "disqus"}


def open_archive(path: Path, reading: Reading, format: str = "") -> Archive:  # noqa: A002
    """`path` as an archive of `format`, or of the one that it looks like.

    Raises `ArchiveError` where it looks like none, `OSError` where it cannot be opened.
    """
    name = format or _looks_like(path)
    return Archive(path=path, format=name, reading=reading, reader=FORMATS[name])


def _looks_like(path: Path) -> str:
    with unpacked(path) as file:
        start = file.read(4096)
    if start.startswith(b"SQLite format 3\0"):
        return "isso"
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return "json"
    if found := _ROOT.search(start.replace(b"\0", b"")):
        return _ROOTS[found[1]]
    raise ArchiveError(
        path, "", f"is none of {', '.join(FORMATS)} by its beginning; name one with --format"
    )
