"""Webmentions as names: who says something about which page. Pure.

A webmention is a pair, *source* and *target*. One page may speak of several of ours, and each of
ours has its own conversation, so the pair has a name of its own: the source's address with a
fragment that holds the target's path.
"""

from __future__ import annotations

import html
from urllib.parse import quote, unquote, urldefrag, urlsplit

from syndication.rules import markup

_MARK = "#webmention="


def mention_id(source: str, path: str) -> str:
    """The name of what `source` says about the page at `path` (percent-decoded)."""
    return f"{source}{_MARK}{quote(path)}"


def source_of(id_: str) -> str:
    """The page that says it."""
    return id_.partition(_MARK)[0]


def target_path(target: str) -> str:
    """The path of a page of ours, percent-decoded, however it was written."""
    return unquote(urlsplit(target).path) or "/"


def web_address(text: str) -> str | None:
    """`text`, as it stands in a form or a header, as an absolute http(s) address; else None."""
    return markup.address(html.escape(text.strip(), quote=False))


def same_address(one: str, other: str) -> bool:
    """Do two addresses name the same page? Fragment, case of the host and default ports aside."""
    return _plain(one) == _plain(other)


def telling(target: str, revision: str) -> str:
    """What is said to `target` about an entry in the words of `revision`, as a copy keeps it."""
    return f"{target} {revision}"


def target_of(text: str) -> str:
    """Whom `telling` tells."""
    return text.partition(" ")[0]


def host_of(url: str) -> str:
    """The host, lower case, without ``www.``; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""


def _plain(url: str) -> tuple[str, ...]:
    try:
        parts = urlsplit(urldefrag(url).url)
        port = "" if parts.port in (None, 80, 443) else str(parts.port)
    except ValueError:
        return (url,)
    path = unquote(parts.path) or "/"
    return parts.scheme.lower(), (parts.hostname or "").rstrip("."), port, path, parts.query
