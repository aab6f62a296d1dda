"""The sitemap of a process that stays: what it has written since, among what stood there. Pure.

The files themselves are the memory: each page is a line of its shard. So nothing is kept of pages
that did not change, and the files are those that a build would write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape

from .sitemap import INDEX, Line, sitemap_of_lines

_LINE = re.compile(r"<url><loc>([^<]*)</loc>(?:<lastmod>([^<]*)</lastmod>)?.*</url>\n")


def renewed_files(
    site: str, old: Mapping[str, bytes], written: Iterable[Line], gone: Iterable[str]
) -> dict[str, bytes]:
    """The sitemap's files, by name, from those of before, `old`.

    `written`: lines of pages that were written since; `gone`: addresses of those removed.
    """
    lines = {
        line.url: line
        for name, data in old.items()
        if name != INDEX
        for line in map(_line, _LINE.finditer(data.decode()))
    }
    lines |= {line.url: line for line in written}
    for url in gone:
        lines.pop(url, None)
    return sitemap_of_lines(site, lines.values())


def _line(found: re.Match[str]) -> Line:
    return Line(url=unescape(found[1]), changed=found[2] or "", text=found[0])
