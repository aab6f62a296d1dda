"""The sitemap: entries → files. Pure; the same entries are always the same bytes.

Entries are dealt out by the bits of their address's SHA-256: as long as all fit, there is one
shard; a shard that grows beyond `SHARD` parts in two by the next bit. So an entry never moves to
another shard for the sake of others, and a new article changes one shard and the index.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from xml.sax.saxutils import escape, quoteattr

SHARD = 1000
"""The most addresses in one file; the protocol allows 50,000."""
INDEX = "sitemap.xml"
STEM = "sitemap-pages"
TO_ESCAPE = re.compile(r"[&<>\"\n\r\t]")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"
_XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One page that search engines may list."""

    url: str  # absolute, percent-encoded
    changed: datetime | None = None  # aware; None: nobody can say
    images: tuple[str, ...] = ()  # absolute URLs
    alternates: tuple[tuple[str, str], ...] = ()  # (language tag or x-default, absolute URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as it stands in its shard."""

    url: str
    changed: str  # as in `lastmod`; "" where nobody can say
    text: str


def sitemap_files(site: str, entries: Iterable[Entry]) -> dict[str, bytes]:
    """File names below `site` with their content: the index and its shards; none for no entry."""
    return sitemap_of_lines(site, map(line_of, entries))


def line_of(entry: Entry) -> Line:
    """The line of one page."""
    changed = entry.changed.isoformat(timespec="seconds") if entry.changed else ""
    return Line(url=entry.url, changed=changed, text=_url(entry, changed))


def sitemap_of_lines(site: str, lines: Iterable[Line]) -> dict[str, bytes]:
    """As `sitemap_files`, of what may stand in files already."""
    ordered = sorted(lines, key=lambda line: line.url)
    shards = dict(_split(ordered, [_digest(line.url) for line in ordered]))
    if not shards:
        return {}
    files = {_name(bits): _shard(members) for bits, members in shards.items()}
    listed = [
        f"<sitemap><loc>{escape(f'{site}/{_name(bits)}')}</loc>{_lastmod(_newest(members))}"
        "</sitemap>\n"
        for bits, members in sorted(shards.items())
    ]
    index = f'{_HEAD}<sitemapindex xmlns="{_SITEMAP}">\n{"".join(listed)}</sitemapindex>\n'
    return {INDEX: index.encode(), **files}


def _split(
    lines: Sequence[Line], digests: Sequence[str], bits: str = ""
) -> Iterator[tuple[str, Sequence[Line]]]:
    """(bits that the members' digests begin with, members); no shard is empty."""
    if len(lines) > SHARD:
        for bit in "01":
            chosen = [digest[len(bits)] == bit for digest in digests]
            yield from _split(
                list(compress(lines, chosen)), list(compress(digests, chosen)), bits + bit
            )
    elif lines:
        yield bits, lines


def _digest(url: str) -> str:
    """The SHA-256 of an address, bit by bit."""
    return f"{int.from_bytes(hashlib.sha256(url.encode()).digest()):0256b}"


def _name(bits: str) -> str:
    return f"{STEM}-{bits}.xml" if bits else f"{STEM}.xml"


def _shard(lines: Iterable[Line]) -> bytes:
    namespaces = f'xmlns="{_SITEMAP}" xmlns:image="{_IMAGE}" xmlns:xhtml="{_XHTML}"'
    return (
        f"{_HEAD}<urlset {namespaces}>\n{''.join(line.text for line in lines)}</urlset>\n".encode()
    )


def _url(entry: Entry, changed: str) -> str:
    links = "".join([_link(lang, url) for lang, url in entry.alternates])
    images = "".join(
        f"<image:image><image:loc>{escape(image)}</image:loc></image:image>"
        for image in entry.images
    )
    return f"<url><loc>{escape(entry.url)}</loc>{_lastmod(changed)}{links}{images}</url>\n"


def _link(lang: str, url: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang={_quoted(lang)} href={_quoted(url)}/>'


def _quoted(value: str) -> str:
    """An attribute's value. An address is percent-encoded, and has mostly nothing to escape."""
    return quoteattr(value) if TO_ESCAPE.search(value) else f'"{value}"'


def _newest(lines: Iterable[Line]) -> str:
    return max((line.changed for line in lines), key=_moment)


def _moment(changed: str) -> float:
    return datetime.fromisoformat(changed).timestamp() if changed else float("-inf")


def _lastmod(changed: str) -> str:
    return f"<lastmod>{changed}</lastmod>" if changed else ""
