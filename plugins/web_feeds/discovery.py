"""Which feeds a page announces: `web_feeds()` in templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from blinker import signal
from jinja2.runtime import Context
from pelican.contents import Article, Page

from .feeds import Feeds
from .nouns import Feed

NAMES = {"ATOM": "Atom", "RSS": "RSS", "JSON": "JSON Feed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """One feed in one format."""

    title: str  # plain text: the template escapes it
    url: str  # absolute
    media_type: str
    format: str  # Atom, RSS or JSON Feed


saw = signal("rendering_saw")
"""Sent with what a page asks the feeds about: kind, language and slug of one, or "" for the latest
words."""


def announced(feeds: Feeds, about: str) -> str:
    """What a page was told that asked `about`, in the same words while it is the same."""
    if not about:
        return str(bool(feeds.latest()))
    kind, language, slug = about.split(" ")
    shelf = feeds.shelf(kind, language, slug)
    return repr((shelf.name, shelf.paths) if shelf else None)


def links(feeds: Feeds, context: Context) -> Iterator[FeedLink]:
    """The feeds of what a template shows: of its language, its topic or tag, its replies; last,
    of what was said anywhere."""
    for feed in _feeds(feeds, context):
        for form, url in feed.urls.items():
            name = NAMES[form.value]
            yield FeedLink(
                title=f"{feed.title} ({name})", url=url, media_type=form.media_type, format=name
            )


def _feeds(feeds: Feeds, context: Context) -> Iterator[Feed]:
    content = context.get("article") or context.get("page")
    content = content if isinstance(content, Article | Page) else None
    language = content.lang if content else context.get("lang") or context["DEFAULT_LANG"]
    names = [("site", language, ""), ("translation", language, ""), ("all", language, "")]
    if content is None:
        terms = {kind: context.get(kind) for kind in ("category", "tag", "author")}
        names += [(kind, language, term.slug) for kind, term in terms.items() if term]
    for name in names:
        saw.send("web_feeds", about=" ".join(name))
        if shelf := feeds.shelf(*name):
            yield feeds.describe.shelf(shelf)
    if content and content.status == "published" and feeds.conversations.is_talked_about(content):
        yield feeds.describe.comments(content)
    saw.send("web_feeds", about="")
    if feeds.latest():
        yield feeds.describe.latest()
