"""Where in a source file an author wrote something: what a build complains about has a place.

And what several plugins read alike there: former addresses, the name of a picture. For plugins;
standard library only. Cost: a file is read only when something is wrong with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

NO_PATH = re.compile(r"[\s?#\x00-\x1f\x7f]|//|/\.\.?(/|$)")
LONGEST_NAME = 240  # bytes of a file's name; file systems take 255, and one being written has more
PLAIN = re.compile(r"[A-Za-z0-9_.~/-]*")  # a URL that percent-encoding leaves as it is
PICTURE = re.compile(r"(?:[{|](static|attach|filename)[|}])?(.+)", re.S)


def in_order(generator: Any) -> None:
    """Let Pelican's generator of articles or pages read by file name, not in the order of a set.

    So of two articles with one date the same one stands first in every build.
    """
    found = generator.get_files
    generator.get_files = lambda *paths, **which: sorted(found(*paths, **which))


def shown_path(source: str) -> str:
    """A source file as a person would type it here."""
    path = os.path.relpath(source)
    return source if path.startswith("..") else path


def line_of(source: str, key: str) -> int:
    """The line of a front matter `key`; 1 where it is not written there, or not readable."""
    pattern = re.compile(rf"\s*(:?{re.escape(key)}\s*:|<meta\b.*\bname=[\"']{key}[\"'])", re.I)
    return _first(source, pattern)


def line_with(source: str, words: str) -> int:
    """The first line in which `words` stand; 1 where none has them."""
    return _first(source, re.compile(".*" + re.escape(words), re.I))


def complaint(source: str, key: str, what: str) -> str:
    """``content/a.md:4: Image-Alt: is missing …``: file, line, key, and what to do."""
    return f"{shown_path(source)}:{line_of(source, key)}: {key_name(key)}: {what}"


def key_name(key: str) -> str:
    """``Image-Alt``: a key as people write it."""
    return "-".join(part.capitalize() for part in key.split("-"))


def not_known(written: str, known: Iterable[str]) -> str:
    """What to say of a word that is none of those that are `known`: which of them looks most like
    it, or all of them."""
    words = list(known)
    if alike := get_close_matches(written.lower(), words, n=1):
        return f"{written!r} is not known; is {alike[0]} meant?"
    return f"{written!r} is not known; known are {', '.join(words)}"


def text_of(metadata: Mapping[str, object], key: str) -> str | None:
    """A key's text, its lines joined; None where the key is absent."""
    value = metadata.get(key)
    if value is None:
        return None
    if type(value) is str:  # as most are; asked several times for each article
        return value.strip()
    lines = value if isinstance(value, list | tuple) else [value]
    return "\n".join(str(line).strip() for line in lines).strip()


def aliases(text: str) -> tuple[str, ...]:
    """The former URL paths in `text`, percent-decoded. Raises `ValueError` with what is allowed."""
    paths = [unquote(path.strip()) for path in re.split(r"[,;\n]", text) if path.strip()]
    for path in paths:
        too_long = any(len(part.encode()) > LONGEST_NAME for part in path.split("/"))
        if too_long or not path.startswith("/") or NO_PATH.search(path):
            raise ValueError(
                "must be former URL paths, each with a leading slash, as '/old/, /older/':"
                f" {path!r} is none"
            )
    if len(set(paths)) < len(paths):
        raise ValueError("has the same path twice")
    return tuple(paths)


@lru_cache(maxsize=1024)
def picture_name(written: str, folder: str) -> str:
    """The picture that front matter names, as a path below the content folder, with slashes.

    Without a placeholder, or with a slash behind it, it counts from the content folder;
    ``{static}x.jpg`` counts from `folder`, the source file's own, as in links. Raises `ValueError`
    for a path that leads out.
    """
    match = PICTURE.fullmatch(written.strip())
    if match is None:
        raise ValueError("is empty: name a file below the content folder, or leave the line out")
    placeholder, path = match.groups()
    start = PurePosixPath(folder) if placeholder and path[0] != "/" else PurePosixPath()
    parts: list[str] = []
    for part in (start / path.lstrip("/")).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            raise ValueError("leads out of the content folder: the picture must lie below it")
    return "/".join(parts)


def url_path(site: str, url: str) -> str:
    """The URL path, percent-decoded, of what Pelican calls `url` on the site at the address `site`:
    how documents name a page. Asked for every page of the site."""
    if PLAIN.fullmatch(url):
        return f"{_folder_of(site)}/{url.lstrip('/')}"
    return unquote(urlsplit(f"{site}/{url.lstrip('/')}").path) or "/"


@lru_cache(maxsize=8)
def _folder_of(site: str) -> str:
    """The path that all pages of a site begin with; "" where it has a host of its own."""
    return unquote(urlsplit(site).path)


def _first(source: str, pattern: re.Pattern[str]) -> int:
    try:
        with Path(source).open(encoding="utf-8", errors="replace") as lines:
            return next((n for n, line in enumerate(lines, 1) if pattern.match(line)), 1)
    except OSError:
        return 1
