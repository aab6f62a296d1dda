"""An issue of a feed as Atom (RFC 4287) or RSS 2.0, by feedgen. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from feedgen.feed import FeedGenerator

from .extension import EntryExtension, FeedExtension
from .nouns import Entry, Format, Issue, Person

GENERATOR = "Tertulia"


def atom(issue: Issue, styles: Mapping[str, str]) -> bytes:
    """The bytes of an Atom feed; `styles` are the hrefs of stylesheets by their type."""
    generator = _generator(issue, Format.ATOM, styles)
    return bytes(generator.atom_str(pretty=False)) + b"\n"


def rss(issue: Issue, styles: Mapping[str, str]) -> bytes:
    """The bytes of an RSS feed; `styles` as in `atom`."""
    generator = _generator(issue, Format.RSS, styles)
    return bytes(generator.rss_str(pretty=False)) + b"\n"


def _generator(issue: Issue, form: Format, styles: Mapping[str, str]) -> FeedGenerator:
    feed = issue.feed
    generator = FeedGenerator()
    generator.register_extension("tertulia", FeedExtension, EntryExtension)
    generator.tertulia.issue, generator.tertulia.styles = issue, dict(styles)
    generator.generator(GENERATOR)
    generator.id(feed.urls[form])
    generator.title(feed.title)
    generator.subtitle(feed.description)
    generator.description(feed.description or feed.title)
    generator.language(feed.language)
    generator.updated(issue.updated)
    if form is Format.ATOM:  # each would be repeated as a link of the other format
        generator.author(_person(feed.owner))
        if feed.icon:
            generator.icon(feed.icon)
    else:
        generator.link(href=feed.home)
    for entry in issue.entries:
        _add(generator, entry)
    return generator


def _add(generator: FeedGenerator, said: Entry) -> None:
    entry = generator.add_entry(order="append")
    entry.tertulia.entry = said
    entry.guid(said.id, permalink=False)
    entry.title(said.title or said.url)  # feedgen wants one; the extension takes it away again
    entry.content(said.html, type="html")
    if said.summary:
        entry.summary(escape(said.summary, quote=False), type="html")
    entry.author([_person(person) for person in said.authors])
    entry.category([{"term": name} for name in said.categories])
    entry.published(said.published)
    entry.updated(said.updated)


def _person(person: Person) -> dict[str, str]:
    return {"name": person.name} | ({"uri": person.url} if person.url else {})
