"""An issue of a feed as RSS 2.0, with Atom's links and what Dublin Core, Slash and the Well-Formed
Web have words for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.utils import format_datetime

from .nouns import Entry, Format, Issue
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

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DOCS = "http://www.rssboard.org/rss-specification"


def rss(issue: Issue, styles: Mapping[str, str]) -> bytes:
    """The bytes of an RSS feed; `styles` are the hrefs of stylesheets by their type."""
    feed = issue.feed
    parts = [
        f'<rss{NAMESPACES} xmlns:atom="{ATOM}" xmlns:content="{CONTENT}" version="2.0">',
        f"<channel{language(feed.language)}>{explanation(feed)}",
        f"<title>{text(feed.title)}</title><link>{text(feed.home)}</link>",
        f"<description>{text(feed.description)}</description>",
        f"<docs>{DOCS}</docs><generator>{GENERATOR}</generator>",
        f"<language>{text(feed.language)}</language>",
        f"<lastBuildDate>{format_datetime(issue.updated)}</lastBuildDate>",
        links_of_feed(feed, Format.RSS, "atom:"),
        *map(_item, issue.entries),
        "</channel></rss>",
    ]
    return document("".join(parts), styles)


def _item(said: Entry) -> str:
    parts = [
        f"<item{language(said.language)}>",
        f"<title>{text(said.title)}</title>" if said.title else "",
        _words(said),
        f'<guid isPermaLink="false">{text(said.id)}</guid>',
        *(f"<category>{text(name)}</category>" for name in said.categories),
        f"<pubDate>{format_datetime(said.published)}</pubDate>",
        f"<link>{text(said.url)}</link>",
        *(f"<dc:creator>{text(person.name)}</dc:creator>" for person in said.authors),
        *_belongings(said),
        answer(said),
        "</item>",
    ]
    return "".join(parts)


def _words(said: Entry) -> str:
    """The full words, in a place of their own where there is a summary."""
    if not said.summary:
        return f"<description>{text(said.html)}</description>"
    short = f"<description>{summary(said)}</description>"
    return f"{short}<content:encoded>{text(said.html)}</content:encoded>"


def _belongings(said: Entry) -> Iterator[str]:
    """A recording or picture, of which RSS takes one, and the discussion."""
    for one in said.enclosures[:1]:
        told = f'length="{one.length}" type={quoted(one.media_type)}'
        yield f"<enclosure url={quoted(one.url)} {told}/>"
    if replies := said.replies:
        yield f"<comments>{text(replies.url)}</comments>"
        yield f"<slash:comments>{replies.count}</slash:comments>"
        if feed := replies.feeds.get(Format.RSS):
            yield f"<wfw:commentRss>{text(feed)}</wfw:commentRss>"
