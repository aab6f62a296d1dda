"""Original post discovery: which page of ours do somebody's words belong to?

As in https://indieweb.org/original-post-discovery, but we know our copies: a stored Ref in the
thread decides first (`steps.take_in`), a link to one of our pages second (here).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit


def site_paths(links: Iterable[str], site: str) -> Iterator[str]:
    """The paths, with a leading slash, of those `links` that point into `site`.

    Scheme, port of the scheme, ``www.``, query and fragment do not matter; a site below a folder
    keeps its folder.
    """
    home = urlsplit(site)
    host, base = _host(home.hostname), home.path.rstrip("/")
    for link in links:
        try:
            parts = urlsplit(link)
            same = _host(parts.hostname) == host and _port(parts) == _port(home)
        except ValueError:
            continue
        path = unquote(parts.path) or "/"
        if same and (path == base or path.startswith(f"{base}/")):
            yield path


def _host(name: str | None) -> str:
    return (name or "").lower().removeprefix("www.")


def _port(parts: object) -> int | None:
    port: int | None = getattr(parts, "port", None)
    return None if port in (80, 443) else port
