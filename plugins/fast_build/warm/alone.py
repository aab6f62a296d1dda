"""One page without its site: what `--once` reads where a page shows little of it.

1. Whoever has read the whole site leaves a record in CACHE_PATH/fast_build: for each article and
   page its file, its source, those of its translations, and two witnesses, pages of its template
   and language; for each page of a list the source of one article that stands in it.
2. `--once` reads these articles, those that the pages on the disk link to, and no others. It
   renders the witnesses. Where they come out as they stand on the disk, byte for byte, a page of
   their kind needs nothing more of the site; where the page itself still links to what it linked
   to, it is written. Else, and without a record of just these sources, the whole site is read.
3. Lists and feeds are owed: `owe` notes it, and the next publication by a process that has the
   whole site, or the next build, brings them in line.

A page whose source refers to other sources wants their addresses, and is never read alone.

Cost: that of a build of some dozen articles, beside one `stat` for each source of the site.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import unquote, urlsplit

from pelican.contents import Article, Content
from pelican.settings import DEFAULT_CONFIG

from ..files import replace
from . import sources
from .change import Change, read_alone
from .loading import Loaded, load, path_of
from .pages import Page
from .publishing import Publisher

if TYPE_CHECKING:
    from pelican import Pelican

LINK = re.compile(r"[{|](?:filename|attach)[|}]")
HREF = re.compile(r'href="([^"#?]+)')


class Entry(TypedDict):
    """What is recorded of one page."""

    file: str  # below the output folder
    reads: list[str]  # sources, below the content folder
    translations: list[str]  # URL paths
    witnesses: list[str]  # URL paths; none where it is never read alone


Record = dict[str, Entry]  # by URL path


def publish(pelican: Pelican, paths: list[str], built_of: str) -> Change | None:
    """Write the pages of these discussions, and those of their translations; None where that
    takes the whole site.

    `built_of`: the digest of the site's sources. Raises as `Publisher.publish`.
    """
    record = _read(pelican, built_of)
    if not all(path in record and record[path]["witnesses"] for path in paths):
        return None
    witnesses = {one for path in paths for one in record[path]["witnesses"]}
    pelican.settings["ARTICLE_PATHS"] = _articles_for(pelican, record, {*paths, *witnesses})
    loaded = load(pelican, only=paths)
    own = {page.content: page for page in loaded.pages.values() if page.content}
    seen = [path in loaded.contents and own.get(loaded.contents[path]) for path in witnesses]
    mine = loaded.reach.showing(paths)
    if not all(page and _text(page) == _on_disk(pelican, page.name) for page in seen):
        return None
    if not all(_links(_text(page), record) == _linked(pelican, page.name, record) for page in mine):
        return None
    publisher = Publisher(loaded, built_of, alone=True)
    change = publisher.publish(paths)
    publisher.vouch()
    sources.owe(pelican, paths)
    return change


def _articles_for(pelican: Pelican, record: Record, paths: set[str]) -> list[str]:
    """The sources of the articles that are needed to render these pages."""
    own = paths.union(*(record[path]["translations"] for path in paths))
    shown = set(own)
    for path in own & record.keys():
        shown |= _linked(pelican, record[path]["file"], record)
    read_alone.send(pelican, paths=shown)
    return sorted({one for path in shown if path in record for one in record[path]["reads"]})


def note(loaded: Loaded, built_of: str) -> None:
    """Leave the record. Where it cannot be written the whole site is read, as without it."""
    with suppress(OSError):
        record = {"sources": built_of, "pages": dict(_entries(loaded))}
        replace(_file(loaded.pelican), json.dumps(record).encode())


def _entries(loaded: Loaded) -> Iterator[tuple[str, Entry]]:
    own = {id(page.content): page for page in loaded.pages.values()}
    alike: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for path, content in loaded.contents.items():
        if page := own.get(id(content)):
            alike[_refers(content), page.template.name, content.lang].append(path)
    for (refers, *_), paths in alike.items():
        for number, path in enumerate(paths):
            others = () if refers else (number + 1, number + len(paths) // 2)
            witnesses = sorted({paths[one % len(paths)] for one in others} - {path})
            yield path, _entry(loaded, own[id(loaded.contents[path])], witnesses)
    for page in loaded.pages.values():
        if page.content is None and any(True for _ in page.listed()):
            yield _address(loaded, page), _entry(loaded, page, [])


def _entry(loaded: Loaded, page: Page, witnesses: list[str]) -> Entry:
    content = page.content or next(page.listed())
    return Entry(
        file=page.name,
        reads=list(_articles(content, loaded.pelican.path)),
        translations=[path_of(loaded.pelican, one) for one in content.translations],
        witnesses=witnesses,
    )


def _address(loaded: Loaded, page: Page) -> str:
    base = urlsplit(loaded.pelican.settings["SITEURL"]).path
    return f"{base}/{page.name.removesuffix('index.html')}"


def _articles(content: Content, folder: str) -> Iterator[str]:
    """The sources of an article and its translations; pages are read in any case."""
    for one in (content, *content.translations):
        if isinstance(one, Article):
            yield os.path.relpath(one.source_path, folder)


def _refers(content: Content) -> bool:
    """Whether its source names other sources."""
    if content.settings["INTRASITE_LINK_REGEX"] != DEFAULT_CONFIG["INTRASITE_LINK_REGEX"]:
        return True
    words = (text for text in content.metadata.values() if isinstance(text, str))
    return any(map(LINK.search, (content._content, *words)))


def _text(page: Page) -> bytes:
    return page.render().encode()


def _linked(pelican: Pelican, file: str, record: Record) -> set[str]:
    """The pages that a page on the disk links to."""
    return _links(_on_disk(pelican, file), record)


def _links(text: bytes, record: Record) -> set[str]:
    addresses = (unescape(href) for href in HREF.findall(text.decode(errors="replace")))
    return {path for one in addresses if (path := unquote(urlsplit(one).path)) in record}


def _on_disk(pelican: Pelican, name: str) -> bytes:
    """What a page says there; nothing where it cannot be read."""
    try:
        return Path(pelican.output_path, name).read_bytes()
    except OSError:
        return b""


def _read(pelican: Pelican, built_of: str) -> Record:
    with suppress(OSError, ValueError, KeyError, TypeError):
        record = json.loads(Path(_file(pelican)).read_bytes())
        if record["sources"] == built_of:
            pages: Record = record["pages"]
            return pages
    return {}


def _file(pelican: Pelican) -> str:
    return sources.memory(pelican, "alone", ".json")
