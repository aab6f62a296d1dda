"""Original post discovery: which page of ours do somebody's words belong to?

As in https://indieweb.org/original-post-discovery, but we know our copies: a stored Ref in the
thread decides first (`steps.take_in`), a link to one of our pages second (here).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, unquote, urlsplit

_PORTS = {"http": 80, "https": 443}


def site_paths(links: Iterable[str], site: str) -> Iterator[str]:
    """The paths, percent-decoded, of those `links` that point into `site`, in their order.

    ``http`` or ``https``, the scheme's own port, ``www.``, a dot behind the name, Punycode, query
    and fragment do not matter; a site below a folder keeps its folder.
    """
    home = urlsplit(site)
    there, base = _place(home), unquote(home.path).rstrip("/")
    for link in links:
        try:
            parts = urlsplit(link)
            same = parts.scheme in _PORTS and _place(parts) == there
        except ValueError:
            continue
        path = unquote(parts.path) or "/"
        if same and (path == base or path.startswith(f"{base}/")):
            yield path


def _place(parts: SplitResult) -> tuple[str, int | None]:
    """Host and port as far as they tell one site from another. Raises `ValueError`."""
    name = (parts.hostname or "").rstrip(".").removeprefix("www.")
    if not name.isascii():
        name = name.encode("idna").decode()  # UnicodeError, a ValueError: no server has that name
    return name, None if parts.port == _PORTS.get(parts.scheme) else parts.port
