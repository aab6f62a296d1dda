"""The sitemap: entries → files. Pure; the same entries are always the same bytes.

Entries are dealt out by the bits of their address's SHA-256: as long as all fit, there is one
shard; a shard that grows beyond `SHARD` parts in two by the next bit. So an entry never moves to
another shard for the sake of others, and a new article changes one shard and the index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

SHARD = 1000
"""The most addresses in one file; the protocol allows 50,000."""
INDEX = "sitemap.xml"
STEM = "sitemap-pages"
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


def sitemap_files(site: str, entries: Iterable[Entry]) -> dict[str, bytes]:
    """File names below `site` with their content: the index and its shards; none for no entry."""
    shards = dict(_split(sorted(entries, key=lambda entry: entry.url)))
    if not shards:
        return {}
    files = {_name(bits): _shard(members) for bits, members in shards.items()}
    lines = [
        f"<sitemap><loc>{escape(f'{site}/{_name(bits)}')}</loc>{_lastmod(_newest(members))}"
        "</sitemap>\n"
        for bits, members in sorted(shards.items())
    ]
    index = f'{_HEAD}<sitemapindex xmlns="{_SITEMAP}">\n{"".join(lines)}</sitemapindex>\n'
    return {INDEX: index.encode(), **files}


def _split(entries: Sequence[Entry], bits: str = "") -> Iterator[tuple[str, Sequence[Entry]]]:
    """(bits that the members' digests begin with, members); no shard is empty."""
    if len(entries) > SHARD:
        for bit in "01":
            half = [entry for entry in entries if _bit(entry.url, len(bits)) == bit]
            yield from _split(half, bits + bit)
    elif entries:
        yield bits, entries


def _bit(url: str, position: int) -> str:
    digest = hashlib.sha256(url.encode()).digest()
    return str(digest[position // 8] >> (7 - position % 8) & 1)


def _name(bits: str) -> str:
    return f"{STEM}-{bits}.xml" if bits else f"{STEM}.xml"


def _shard(entries: Iterable[Entry]) -> bytes:
    namespaces = f'xmlns="{_SITEMAP}" xmlns:image="{_IMAGE}" xmlns:xhtml="{_XHTML}"'
    return f"{_HEAD}<urlset {namespaces}>\n{''.join(map(_url, entries))}</urlset>\n".encode()


def _url(entry: Entry) -> str:
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang={quoteattr(lang)} href={quoteattr(url)}/>'
        for lang, url in entry.alternates
    )
    images = "".join(
        f"<image:image><image:loc>{escape(image)}</image:loc></image:image>"
        for image in entry.images
    )
    return f"<url><loc>{escape(entry.url)}</loc>{_lastmod(entry.changed)}{links}{images}</url>\n"


def _newest(entries: Iterable[Entry]) -> datetime | None:
    return max((entry.changed for entry in entries if entry.changed), default=None)


def _lastmod(changed: datetime | None) -> str:
    return f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
