"""Addresses that pages once had: `Aliases` in front matter, and GONE_FILE for what was removed.

GONE_FILE is one path a line, as it stood after the host's name; `#` begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pelican.contents import Article, Content, Page

from syndication import sources

from ..addresses import absolute

PAGES = {"", ".html", ".htm"}  # what is served as a page
SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """All former addresses of a site, by URL path, percent-decoded."""

    moved: Mapping[str, Content] = field(default_factory=dict)  # what is there now
    gone: Mapping[str, int] = field(default_factory=dict)  # the line of GONE_FILE that says so


def path_of(site: str, content: Content) -> str:
    """Its present URL path, percent-decoded."""
    return unquote(urlsplit(absolute(site, content.url)).path) or "/"


def file_of(path: str, base: str) -> str:
    """The file below the output folder that a static host serves at `path`.

    "" where it could not be a page: a path outside `base`, the path of SITEURL, or one such as
    `/old.php`, which a static host would hand out as a download.
    """
    if not path.startswith(f"{base}/"):
        return ""
    name = path.removeprefix(f"{base}/")
    last = PurePosixPath(name).name
    found = SUFFIX.search(last) if not name.endswith("/") else None
    if found is None:
        return f"{name}{'' if name.endswith('/') or not name else '/'}index.html"
    return name if found[0].lower() in PAGES else ""


def read_former(
    site: str, contents: Iterable[object], taken: Mapping[str, str], gone_file: Path
) -> tuple[Former, list[str]]:
    """The former addresses, and a line with file and line for each that cannot be one.

    `taken`: URL path → what is written there that is no article or page.
    """
    written = sorted((c for c in contents if isinstance(c, Article | Page)), key=str)
    owners = _Owners(site, written, taken)
    moved: dict[str, Content] = {}
    problems: list[str] = []
    for content in written:
        if content.status != "published" or "aliases" not in content.metadata:
            continue
        for path, wrong in _aliases(content, owners):
            if wrong:
                problems.append(sources.complaint(content.source_path, "aliases", wrong))
            else:
                moved[path] = content
                owners.add_alias(path, content)
    gone, wrong_lines = _read_gone(gone_file, owners)
    return Former(moved=moved, gone=gone), problems + wrong_lines


class _Owners:
    """Whose each URL path is. All are worked out when the first is asked for: mostly no page ever
    had another address."""

    def __init__(self, site: str, written: Iterable[Content], taken: Mapping[str, str]) -> None:
        self._site, self._written, self._taken = site, written, taken

    @cached_property
    def _by_path(self) -> dict[str, str | Content]:
        """As a complaint says it, or the content whose name it would look up."""
        owners: dict[str, str | Content] = {
            path: f"of {what}" for path, what in self._taken.items()
        }
        return owners | {path_of(self._site, c): c for c in self._written if c.status != "skip"}

    def add_alias(self, path: str, content: Content) -> None:
        """`path` is a former address of `content`."""
        self._by_path[path] = f"an alias of {sources.shown_path(content.source_path)}"

    def of(self, path: str) -> str:
        """Who has this path, with or without a slash at its end: one file answers both."""
        owners = self._by_path
        twin = path.removesuffix("/") if path.endswith("/") else f"{path}/"
        owner = owners.get(path) or (owners.get(twin, "") if len(path) > 1 else "")
        return owner if isinstance(owner, str) else f"of {sources.shown_path(owner.source_path)}"


def _aliases(content: Content, owners: _Owners) -> Iterator[tuple[str, str]]:
    """(former path, what is wrong with it or "")"""
    try:
        paths = sources.aliases(sources.text_of(content.metadata, "aliases") or "")
    except ValueError as error:
        yield "", str(error)
        return
    for path in paths:
        owner = owners.of(path)
        yield path, owner and f"{path} is the address {owner}: each page has its own"


def _read_gone(file: Path, owners: _Owners) -> tuple[dict[str, int], list[str]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError) as error:
        return {}, [f"{sources.shown_path(str(file))}:1: cannot be read: {error}"]
    gone: dict[str, int] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        written = line.partition("#")[0].strip()
        if not written:
            continue
        path, wrong = _gone_path(written, gone, owners)
        if wrong:
            problems.append(f"{sources.shown_path(str(file))}:{number}: {wrong}")
        else:
            gone[path] = number
    return gone, problems


def _gone_path(written: str, gone: Mapping[str, int], owners: _Owners) -> tuple[str, str]:
    try:
        (path,) = sources.aliases(written)
    except ValueError:
        return "", "must be one former URL path with a leading slash, such as /old/"
    if path in gone:
        return path, f"{path} is in line {gone[path]} already"
    if owner := owners.of(path):
        return path, f"{path} is the address {owner}, so it is not gone: take it out of here"
    return path, ""
