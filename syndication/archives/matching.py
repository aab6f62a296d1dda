"""Which article of ours does a page of an archive mean? Pure.

By what it was called, the surest first: the whole path of one of its addresses, whichever host it
stood on; the same with other endings; the short name alone, where one article of ours has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from syndication.archives.nouns import Page

_ENDINGS = ("/index.html", "/index.php", ".html", ".htm", ".php", ".aspx")


class Articles:
    """All paths that our articles have or had, for many questions."""

    def __init__(self, paths: Mapping[str, int], site: str) -> None:
        """`paths`: each path, present or former, and its post; `site`: our address."""
        self._base = unquote(urlsplit(site).path).rstrip("/")
        self._paths = {_plain(path): post for path, post in paths.items()}
        self._slugs: dict[str, set[int]] = {}
        for path, post in paths.items():
            if slug := _slug(path):
                self._slugs.setdefault(slug, set()).add(post)

    def find(self, page: Page) -> int | None:
        """The post that `page` is, or None where nothing tells or several could be."""
        addresses = list(_paths(page))
        for path in addresses:
            for tried in (path, f"{self._base}{path}"):
                if (found := self._paths.get(_plain(tried))) is not None:
                    return found
        for slug in (page.slug.strip("/").lower(), *map(_slug, addresses)):
            posts = self._slugs.get(slug, set())
            if len(posts) == 1:
                return next(iter(posts))
        return None


def _paths(page: Page) -> Iterator[str]:
    """The paths of a page's addresses; ``/?p=12`` is no front page, it says nothing."""
    for url in page.urls:
        try:
            parts = urlsplit(url)
        except ValueError:
            continue
        path = unquote(parts.path)
        if path.strip("/") or not parts.query:
            yield f"/{path.lstrip('/')}"


def _plain(path: str) -> str:
    """A path without what differs from system to system: case, endings, the last slash."""
    path = path.lower().rstrip("/")
    ending = next((ending for ending in _ENDINGS if path.endswith(ending)), "")
    return path.removesuffix(ending).rstrip("/") or "/"


def _slug(path: str) -> str:
    return _plain(path).rpartition("/")[2]
