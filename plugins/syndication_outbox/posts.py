"""Pelican's articles and pages → posts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from pelican.contents import Article, Content, Page

from syndication.model import Picture, Post
from syndication.rules import markup
from syndication.rules.text import one_line
from syndication.sources import PLAIN, url_path

from .front_matter import FrontMatter, problem, shown_path

TITLE, SUMMARY = 500, 1000  # graphemes; a site may make whole articles their own summaries
AS_WRITTEN = "/:?#[]@!$&'()*+,;=~"  # what an address may have besides letters and digits
SHORT = 10_000  # characters
# One paragraph without markup, in letters of which each is one grapheme: most titles and summaries.
SIMPLE = re.compile(
    r"(?:<p>)?([\n -%'-;=?-~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e]*)(?:</p>)?"
)
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""When a page without a date was published: older than anything that is sent by itself."""


def public(contents: Iterable[object], now: datetime) -> Iterator[Content]:
    """The articles and pages that everybody may see at `now`, in no particular order.

    Pelican turns a future-dated article into a draft only where WITH_FUTURE_DATES is off, and a
    page never.
    """
    for content in contents:
        if isinstance(content, Article | Page) and content.status == "published":
            date = getattr(content, "date", None)
            if date is None or date <= now:
                yield content


def address(site: str, url: str) -> str:
    """The absolute URL of what Pelican calls `url`, percent-encoded."""
    return f"{site}/{_quoted(url)}"


def path_of(site: str, content: Content) -> str:
    """The URL's path, percent-decoded: a post's name."""
    return url_path(site, _quoted(content.url))


def post_of(
    content: Content,
    matter: FrontMatter,
    *,
    site: str,
    statics: Mapping[str, Any],
    siblings: Iterable[Content],
    page_digest: str = "",
) -> Post:
    """The post that `content` is at `site`; `siblings` are those of its translations that are
    public, `statics` the static files by their path below the content folder, `page_digest` that
    of what its page says."""
    return Post(
        url=address(site, content.url),
        kind="article" if isinstance(content, Article) else "page",
        title=plain(content.title, TITLE),
        summary=plain(content.summary, SUMMARY),
        language=content.lang,
        published=published_at(content),
        updated=getattr(content, "modified", None),
        tags=tuple(tag.name for tag in getattr(content, "tags", ())),
        pictures=_pictures(matter, site, statics),
        aliases=matter.aliases,
        translations={other.lang: address(site, other.url) for other in siblings},
        original=is_original(content),
        comments=matter.comments,
        networks=matter.networks,
        texts=matter.texts,
        labels=matter.labels,
        page_digest=page_digest,
    )


def clashes(site: str, matters: Iterable[tuple[Content, FrontMatter]]) -> list[str]:
    """Paths that two posts have, now or formerly: a reader could not tell them apart."""
    matters = list(matters)
    owners: dict[str, Content] = {}
    lines = []
    for key, content, path in [
        *(("slug", content, path_of(site, content)) for content, _ in matters),
        *(("aliases", content, path) for content, matter in matters for path in matter.aliases),
    ]:
        if path in owners:
            what = f"{path} is the path of {shown_path(owners[path])}: each post has its own"
            lines.append(problem(content, key, what))
        owners.setdefault(path, content)
    return lines


def published_at(content: Content) -> datetime:
    """When it was published, as far as its front matter says."""
    dates = (getattr(content, name, None) for name in ("date", "modified"))
    return next((moment for moment in dates if moment), UNDATED)


def is_original(content: Content) -> bool:
    """Is it the one that the others of its group translate? In DEFAULT_LANG, where there is one."""
    group = [content, *content.translations]
    candidates = [one for one in group if not _says_translation(one)] or group
    originals = [one for one in candidates if one.in_default_lang] or candidates
    return content in originals


def plain(html: str, limit: int) -> str:
    """The words of `html` in one line of at most `limit` graphemes, without markup."""
    if len(html) <= SHORT and (simple := SIMPLE.fullmatch(html)):
        return " ".join(simple[1].split())[:limit].strip()
    return one_line(markup.plain(html), limit)


def _quoted(url: str) -> str:
    return (url if PLAIN.fullmatch(url) else quote(unquote(url), safe=AS_WRITTEN)).lstrip("/")


def _says_translation(content: Content) -> bool:
    return str(content.metadata.get("translation", "false")).lower() != "false"


def _pictures(matter: FrontMatter, site: str, statics: Mapping[str, Any]) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            url=address(site, statics[file.name].url),
            alt=file.alt,
            media_type=file.media_type,
            width=file.width,
            height=file.height,
            size=file.size,
        )
        for file in matter.pictures
    )
