"""Atom and RSS say what an issue says, whatever stands in it: read back by a parser of XML."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pelican.plugins.web_feeds.addresses import sayable
from pelican.plugins.web_feeds.atom import atom
from pelican.plugins.web_feeds.nouns import (
    Enclosure,
    Entry,
    Feed,
    Format,
    Issue,
    Parent,
    Person,
    Replies,
)
from pelican.plugins.web_feeds.rss import rss

NOW = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)
NS = {
    "a": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "h": "http://www.w3.org/1999/xhtml",
    "thr": "http://purl.org/syndication/thread/1.0",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}
hostile = st.text(
    st.one_of(st.sampled_from("&<>\"'\r\n\t];é😀"), st.characters(codec="utf-8")), min_size=1
).map(sayable)


def issue_of(said: str) -> Issue:
    urls = dict.fromkeys(Format, said)
    person = Person(name=said, url=said)
    entry = Entry(
        id=said,
        url=said,
        title=said,
        html=said,
        summary="",
        published=NOW,
        updated=NOW,
        authors=(person,),
        language="en",
        categories=(said,),
        enclosures=(Enclosure(url=said, media_type=said, length=7),),
        replies=Replies(url=said, count=2, updated=NOW, feeds=urls),
        parent=Parent(id=said, url=said),
    )
    feed = Feed(
        title=said,
        description=said,
        language="en",
        home=said,
        paths=urls,
        urls=urls,
        note=said,
        back=said,
        owner=person,
        icon=said,
        hubs=(said,),
    )
    return Issue(feed, lambda: (entry,))


def read(data: bytes, *paths: str) -> list[str]:
    """What stands at each of these XPaths, one after the other."""
    found: Any = etree.fromstring(data)
    return [str(value) for path in paths for value in found.xpath(path, namespaces=NS)]


@given(hostile)
def test_whatever_stands_in_an_atom_feed_is_read_as_it_was(said: str) -> None:
    said = said or "x"
    values = read(
        atom(issue_of(said), {"text/css": "/style.css"}),
        *("a:id/text()", "a:title/text()", "a:icon/text()", "a:subtitle/text()", "h:p/h:a/text()"),
        *("a:link/@href", "a:author/*/text()"),
        *("a:entry/a:id/text()", "a:entry/a:title/text()", "a:entry/a:content/text()"),
        *("a:entry/a:author/*/text()", "a:entry/a:category/@term", "a:entry/a:link/@href"),
        *("a:entry/thr:in-reply-to/@ref", "a:entry/thr:in-reply-to/@href"),
    )
    assert values == [said] * 22


@given(hostile)
def test_whatever_stands_in_an_rss_feed_is_read_as_it_was(said: str) -> None:
    said = said or "x"
    values = read(
        rss(issue_of(said), {"text/css": "/style.css"}),
        *("channel/title/text()", "channel/link/text()", "channel/description/text()"),
        *("channel/a:link/@href", "channel/h:p/h:a/@href"),
        *("channel/item/title/text()", "channel/item/description/text()"),
        *("channel/item/guid/text()", "channel/item/category/text()", "channel/item/link/text()"),
        *("channel/item/dc:creator/text()", "channel/item/enclosure/@url"),
        *("channel/item/comments/text()", "channel/item/wfw:commentRss/text()"),
    )
    assert values == [said] * 15


def test_an_entry_that_says_little_has_no_element_for_the_rest() -> None:
    entry = Entry(
        id="i",
        url="u",
        title="",
        html="",
        summary="",
        published=NOW,
        updated=NOW,
        authors=(Person(name="n"),),
        language="",
    )
    issue = Issue(issue_of("x").feed, lambda: (entry,))
    when = "2026-11-22T08:15:00+00:00"
    assert (
        b"<entry><id>i</id><title/>"
        b"<updated>" + when.encode() + b"</updated><author><name>n</name></author>"
        b'<content type="html"/><published>' + when.encode() + b"</published>"
        b'<link rel="alternate" href="u" type="text/html"/></entry>'
    ) in atom(issue, {})
    assert (
        b'<item><description></description><guid isPermaLink="false">i</guid>'
        b"<pubDate>Sun, 22 Nov 2026 08:15:00 +0000</pubDate><link>u</link>"
        b"<dc:creator>n</dc:creator></item>"
    ) in rss(issue, {})
