"""Articles and notes → entries."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from markupsafe import Markup
from pelican.contents import Content

from syndication.sources import aliases, picture_name, text_of

from .addresses import absolute, sayable
from .nouns import Enclosure, Entry, Person

AS_WRITTEN = "/:?#[]@!$&'()*+,;=~"  # what an address may have besides letters and digits
ATTACHED = ("audio", "image")
UNKNOWN_TYPE = "application/octet-stream"
TYPES = mimetypes.MimeTypes(filenames=())  # Python's own table, the same on every machine
for _ending, _type in (
    (".webp", "image/webp"),
    (".avif", "image/avif"),
    (".m4a", "audio/mp4"),
    (".ogg", "audio/ogg"),
    (".opus", "audio/ogg"),
    (".flac", "audio/flac"),
):
    TYPES.add_type(_type, _ending)


class Posts:
    """Makes an article's entry once a build, for all the feeds that it stands in."""

    def __init__(self, site: str, ids: str, statics: Mapping[str, Any], publisher: str) -> None:
        """`site`: absolute. `ids`: the address that ids are made with, mostly the same.
        `statics`: Pelican's static files by their path below the content folder."""
        self.site, self.ids, self.statics, self.publisher = site, ids, statics, publisher
        self._made: dict[int, Entry] = {}

    def entry(self, content: Content) -> Entry:
        """The entry of an article, without what people answered."""
        made = self._made.get(id(content))
        if made is None:
            made = self._made[id(content)] = self._entry(content)
        return made

    def url(self, content: Content) -> str:
        """The permalink, percent-encoded."""
        return address(self.site, content.url)

    def path(self, content: Content) -> str:
        """The permalink's path, percent-decoded: the name of the page in the documents."""
        return unquote(urlsplit(self.url(content)).path) or "/"

    def id(self, content: Content) -> str:
        """The address under which it first appeared: the first of its `Aliases`, else its own."""
        written = text_of(content.metadata, "aliases") or ""
        try:
            former = aliases(written)
        except ValueError:
            former = ()  # whoever reads aliases to act on them says so, with file and line
        return address(self.ids, former[0] if former else content.url)

    def _entry(self, content: Content) -> Entry:
        url = self.url(content)
        html = sayable(absolute(content.get_content(self.site), url))
        note = getattr(content, "kind", "") == "note"
        summary = plain(content.summary)
        return Entry(
            id=self.id(content),
            url=url,
            title="" if note else plain(content.title),
            html=html,
            summary="" if note or summary == plain(html) else summary,
            published=content.date,
            updated=updated(content),
            authors=self._authors(content),
            language=str(content.lang),
            categories=_categories(content),
            enclosures=tuple(self._enclosures(content)),
        )

    def _authors(self, content: Content) -> tuple[Person, ...]:
        people = [
            Person(
                name=name,
                url=address(self.site, author.url) if author.save_as else "",
            )
            for author in getattr(content, "authors", None) or ()
            if (name := plain(author.name))
        ]
        return tuple(people) or (Person(name=self.publisher, url=f"{self.site}/"),)

    def _enclosures(self, content: Content) -> list[Enclosure]:
        """What front matter names: the recording first, since RSS takes one alone."""
        found = []
        for key in ATTACHED:
            if written := text_of(content.metadata, key):
                found += self._enclosure(content, written)
        return found

    def _enclosure(self, content: Content, written: str) -> list[Enclosure]:
        """None for a file that is not there: naming it is the business of who shows it."""
        static = None
        if not is_web(written):
            static = self.statics.get(named_file(content, written) or "")
            if static is None:
                return []
        url = address(self.site, static.url if static else written)
        kind = TYPES.guess_type(urlsplit(url).path)[0] or UNKNOWN_TYPE
        length = Path(static.source_path).stat().st_size if static else 0
        return [Enclosure(url=url, media_type=kind, length=length)]


def address(site: str, url: str) -> str:
    """The absolute URL of what Pelican calls `url`, percent-encoded; an absolute one stays."""
    if is_web(url):
        return sayable(url)
    return sayable(f"{site}/{quote(unquote(url).lstrip('/'), safe=AS_WRITTEN)}")


def is_web(url: str) -> bool:
    """An absolute http(s) address?"""
    return url.startswith(("https://", "http://"))


def named_file(content: Content, written: str) -> str | None:
    """The file that front matter names, below the content folder; None for what is no name."""
    try:
        return picture_name(written, content.relative_dir)
    except ValueError:
        return None


def updated(content: Content) -> datetime:
    """When it was last changed, as its front matter says; never before it was published."""
    modified: datetime | None = getattr(content, "modified", None)
    date: datetime = content.date
    return max(modified, date) if modified else date


def plain(html: object) -> str:
    """Text without markup, entities resolved, on one line."""
    if isinstance(html, str) and "<" not in html and "&" not in html:
        return sayable(" ".join(html.split()))
    return sayable(Markup(html).striptags())  # noqa: S704 (nothing is rendered: tags are taken off)


def _categories(content: Content) -> tuple[str, ...]:
    """Topic and tags by name, each once."""
    topic = getattr(content, "category", None)
    terms = ([topic] if topic else []) + list(getattr(content, "tags", None) or ())
    return tuple(dict.fromkeys(plain(term.name) for term in terms))
