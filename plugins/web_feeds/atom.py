"""An issue of a feed as Atom (RFC 4287), with its discussions as RFC 4685 says them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .nouns import Entry, Format, Issue, Person
from .xml_formats import (
    ATOM,
    GENERATOR,
    NAMESPACES,
    answer,
    document,
    explanation,
    language,
    links_of_feed,
    quoted,
    summary,
    text,
)


def atom(issue: Issue, styles: Mapping[str, str]) -> bytes:
    """The bytes of an Atom feed; `styles` are the hrefs of stylesheets by their type."""
    feed = issue.feed
    home = f'href={quoted(feed.home)} type="text/html" hreflang={quoted(feed.language)}'
    parts = [
        f'<feed{NAMESPACES} xmlns="{ATOM}"{language(feed.language)}>{explanation(feed)}',
        f"<id>{text(feed.urls[Format.ATOM])}</id><title>{text(feed.title)}</title>",
        f"<updated>{issue.updated.isoformat()}</updated>{_author(feed.owner)}",
        f"<generator>{GENERATOR}</generator>",
        f"<icon>{text(feed.icon)}</icon>" if feed.icon else "",
        f"<subtitle>{text(feed.description)}</subtitle>",
        f'<link rel="alternate" {home}/>{links_of_feed(feed, Format.ATOM)}',
        *map(_entry, issue.entries),
        "</feed>",
    ]
    return document("".join(parts), styles)


def _entry(said: Entry) -> str:
    parts = [
        f"<entry{language(said.language)}><id>{text(said.id)}</id>",
        # Every entry must have a title; a note has none to say.
        f"<title>{text(said.title)}</title>" if said.title else "<title/>",
        f"<updated>{said.updated.isoformat()}</updated>",
        *map(_author, said.authors),
        f'<content type="html">{text(said.html)}</content>'
        if said.html
        else '<content type="html"/>',
        f'<summary type="html">{summary(said)}</summary>' if said.summary else "",
        *(f"<category term={quoted(name)}/>" for name in said.categories),
        f"<published>{said.published.isoformat()}</published>",
        *_links(said),
        answer(said),
        "</entry>",
    ]
    return "".join(parts)


def _author(person: Person) -> str:
    uri = f"<uri>{text(person.url)}</uri>" if person.url else ""
    return f"<author><name>{text(person.name)}</name>{uri}</author>"


def _links(said: Entry) -> Iterator[str]:
    """To the page, to what belongs to the entry, and to what people said about it."""
    yield f'<link rel="alternate" href={quoted(said.url)} type="text/html"/>'
    for one in said.enclosures:
        kind = f'type={quoted(one.media_type)} length="{one.length}"'
        yield f'<link rel="enclosure" href={quoted(one.url)} {kind}/>'
    if replies := said.replies:
        told = f'thr:count="{replies.count}" thr:updated="{replies.updated.isoformat()}"'
        yield f'<link rel="replies" href={quoted(replies.url)} type="text/html" {told}/>'
        if feed := replies.feeds.get(Format.ATOM):
            kind = Format.ATOM.media_type
            yield f'<link rel="replies" href={quoted(feed)} type="{kind}" {told}/>'
        yield f"<thr:total>{replies.count}</thr:total>"
