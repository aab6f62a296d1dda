"""Which feeds a page announces: `web_feeds()` in templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from blinker import signal
from jinja2.runtime import Context
from markupsafe import Markup
from pelican.contents import Article, Page

from syndication.rules.escaping import escaped

from .feeds import Feeds
from .nouns import Feed, FeedLink, Format
from .shelves import Name

LATEST: Name = ("latest", "", "")
NAMES = {"ATOM": "Atom", "RSS": "RSS", "JSON": "JSON Feed"}


saw = signal("rendering_saw")
"""Sent with what a page asks the feeds about: kind, language and slug of one, or "" for the latest
words."""


def announced(feeds: Feeds, about: str) -> str:
    """What a page was told that asked `about`, in the same words while it is the same."""
    if not about:
        return str(feeds.has_latest())
    kind, language, slug = about.split(" ")
    shelf = feeds.shelf(kind, language, slug)
    return repr((shelf.name, shelf.paths) if shelf else None)


def links(feeds: Feeds, context: Context) -> Iterator[FeedLink]:
    """The feeds of what a template shows: of its language, its topic or tag, its replies; last,
    of what was said anywhere. Those that many pages have are described once."""
    content = context.get("article") or context.get("page")
    content = content if isinstance(content, Article | Page) else None
    for name in _shelves(content, context):
        saw.send("web_feeds", about=" ".join(name))
        if shelf := feeds.shelf(*name):
            yield from _once(feeds, name, partial(feeds.describe.shelf, shelf))
    if content and content.status == "published" and feeds.conversations.is_talked_about(content):
        describe = feeds.describe
        urls = describe.urls(describe.comment_paths(content))
        yield from _formats(describe.comments_title(content), urls)
    saw.send("web_feeds", about="")
    if feeds.has_latest():
        yield from _once(feeds, LATEST, feeds.describe.latest)


def _shelves(content: Article | Page | None, context: Context) -> list[Name]:
    language = content.lang if content else context.get("lang") or context["DEFAULT_LANG"]
    names = [("site", language, ""), ("translation", language, ""), ("all", language, "")]
    if content is None:
        terms = {kind: context.get(kind) for kind in ("category", "tag", "author")}
        names += [(kind, language, term.slug) for kind, term in terms.items() if term]
    return names


def _once(feeds: Feeds, name: Name, describe: Callable[[], Feed]) -> tuple[FeedLink, ...]:
    if name not in feeds.announced:
        feed = describe()
        feeds.announced[name] = tuple(_formats(feed.title, feed.urls))
    return feeds.announced[name]


def _formats(of: str, urls: Mapping[Format, str]) -> Iterator[FeedLink]:
    for form, url in urls.items():
        name = NAMES[form.value]
        title = f"{of} ({name})"
        html = (
            f'<link rel="alternate" type="{form.media_type}" title="{escaped(title)}"'
            f' href="{escaped(url)}">'
        )
        yield FeedLink(
            title=title,
            url=url,
            media_type=form.media_type,
            format=name,
            html=Markup(html),  # noqa: S704 (escaped)
        )
