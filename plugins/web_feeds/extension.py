"""What feedgen leaves out or loses, put right by an extension of it.

The links of Atom's entries lose `rel` and `type`, RSS has no place for a hub, and neither has one
for discussions, several persons, entries without a title, nor for the words that tell a person
who opens a feed in a browser what it is.
"""

from __future__ import annotations

from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from .nouns import Entry, Feed, Format, Issue

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
SLASH = "http://purl.org/rss/1.0/modules/slash/"
THREAD = "http://purl.org/syndication/thread/1.0"
WFW = "http://wellformedweb.org/CommentAPI/"
XHTML = "http://www.w3.org/1999/xhtml"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class FeedExtension(BaseExtension):
    """Of a whole feed. `issue` and `styles`, the hrefs of stylesheets by type, are set first."""

    issue: Issue
    styles: dict[str, str]

    def extend_ns(self) -> dict[str, str]:
        """The prefixes that are declared once, at the top."""
        return {"dc": DC, "h": XHTML, "slash": SLASH, "thr": THREAD, "wfw": WFW}

    def extend_atom(self, feed: Any) -> Any:
        """The links, and the words for a person."""
        said = self.issue.feed
        _link(feed, "alternate", said.home, type="text/html", hreflang=said.language)
        _link(feed, "self", said.urls[Format.ATOM], type=Format.ATOM.media_type)
        for hub in said.hubs:
            _link(feed, "hub", hub)
        feed.insert(0, _for_a_person(said))
        self._name_styles(feed)
        return feed

    def extend_rss(self, feed: Any) -> Any:
        """The same below RSS's channel, where Atom's links are allowed too."""
        channel, said = feed[0], self.issue.feed
        channel.set(LANGUAGE, said.language)
        _link(channel, "self", said.urls[Format.RSS], ATOM, type=Format.RSS.media_type)
        for hub in said.hubs:
            _link(channel, "hub", hub, ATOM)
        channel.insert(0, _for_a_person(said))
        self._name_styles(feed)
        return feed

    def _name_styles(self, root: Any) -> None:
        for kind, href in self.styles.items():
            instruction = f'type="{kind}" href="{href}"'
            root.addprevious(etree.ProcessingInstruction("xml-stylesheet", instruction))


class EntryExtension(BaseEntryExtension):
    """Of one entry. `entry` is set first."""

    entry: Entry

    def extend_atom(self, entry: Any) -> Any:
        """Links with all they say, replies, the language, and no title where there is none."""
        said = self.entry
        if said.language:
            entry.set(LANGUAGE, said.language)
        if not said.title:
            entry.find("title").text = None
        _link(entry, "alternate", said.url, type="text/html")
        for one in said.enclosures:
            _link(entry, "enclosure", one.url, type=one.media_type, length=str(one.length))
        if said.replies:
            self._atom_replies(entry)
        self._answer(entry)
        return entry

    def extend_rss(self, entry: Any) -> Any:
        """Address, authors, the discussion, and no title where there is none."""
        said = self.entry
        if said.language:
            entry.set(LANGUAGE, said.language)
        if not said.title:
            entry.remove(entry.find("title"))
        _child(entry, "link").text = said.url
        for person in said.authors:
            _child(entry, f"{{{DC}}}creator").text = person.name
        if said.enclosures:  # RSS takes one
            one = said.enclosures[0]
            _child(entry, "enclosure", url=one.url, length=str(one.length), type=one.media_type)
        if said.replies:
            _child(entry, "comments").text = said.replies.url
            _child(entry, f"{{{SLASH}}}comments").text = str(said.replies.count)
            if feed := said.replies.feeds.get(Format.RSS):
                _child(entry, f"{{{WFW}}}commentRss").text = feed
        self._answer(entry)
        return entry

    def _atom_replies(self, entry: Any) -> None:
        replies = self.entry.replies
        assert replies is not None  # noqa: S101 (the caller looked)
        told = {
            f"{{{THREAD}}}count": str(replies.count),
            f"{{{THREAD}}}updated": replies.updated.isoformat(),
        }
        _link(entry, "replies", replies.url, type="text/html", **told)
        if feed := replies.feeds.get(Format.ATOM):
            _link(entry, "replies", feed, type=Format.ATOM.media_type, **told)
        _child(entry, f"{{{THREAD}}}total").text = str(replies.count)

    def _answer(self, entry: Any) -> None:
        if parent := self.entry.parent:
            _child(
                entry,
                f"{{{THREAD}}}in-reply-to",
                ref=parent.id,
                href=parent.url,
                type="text/html",
            )


def _link(parent: Any, rel: str, href: str, namespace: str = "", /, **more: str) -> None:
    name = f"{{{namespace}}}link" if namespace else "link"
    _child(parent, name, rel=rel, href=href, **more)


def _child(parent: Any, name: str, /, **attributes: str) -> Any:
    return etree.SubElement(parent, name, attributes)


def _for_a_person(feed: Feed) -> Any:
    """What a feed is, and a link that works, in elements that every browser shows."""
    note = etree.Element(f"{{{XHTML}}}p", {"lang": feed.language, LANGUAGE: feed.language})
    note.text = f"{feed.note} "
    _child(note, f"{{{XHTML}}}a", href=feed.home).text = feed.back
    return note
