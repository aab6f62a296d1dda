"""What can be found: an article's own words as a small page for pagefind, nothing around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from markupsafe import Markup
from pelican.contents import Article, Content, Page

NO_LIST = frozenset({"noindex", "none"})
SEPARATORS = re.compile(r"[\s,;]+")


def findable(contents: Iterable[object]) -> Iterator[Article | Page]:
    """The published articles and pages whose authors want them found."""
    for content in contents:
        if isinstance(content, Article | Page) and content.status == "published":
            said = content.metadata.get("robots")
            if said is None or NO_LIST.isdisjoint(SEPARATORS.split(str(said).lower())):
                yield content


def page_of(content: Content) -> str:
    """The page that pagefind reads. Its address and date are data of each result."""
    title = escape(_plain(content.title))
    date = getattr(content, "date", None)
    day = (
        f'<time datetime="{date.date()}" data-pagefind-meta="date[datetime]"></time>'
        if date
        else ""
    )
    return (
        f'<!doctype html>\n<html lang="{escape(content.lang)}"><head><title>{title}</title>'
        f'</head><body data-pagefind-body><h1 data-pagefind-meta="title">{title}</h1>'
        f'<a href="/{escape(content.url.lstrip("/"))}" data-pagefind-meta="url[href]"></a>'
        f"{day}{content.content}</body></html>\n"
    )


def _plain(title: str) -> str:
    if "<" not in title and "&" not in title:
        return " ".join(title.split())
    return Markup(title).striptags()  # noqa: S704 (tags are taken off)


def pages_of(contents: Iterable[Content]) -> dict[str, str]:
    """All of them by file name, in an order that every build finds again."""
    ordered = sorted(contents, key=lambda content: content.save_as)
    return {f"{n:06}.html": page_of(content) for n, content in enumerate(ordered, 1)}
