"""A page that was written → its entry in the sitemap."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from pelican.contents import Content

from syndication import sources

from ..addresses import Alternate
from ..indexable import Variables, content_of
from .sitemap import Entry

IMAGE = re.compile(r"<img\b[^>]*?\ssrc\s*=\s*(?:\"([^\"]+)\"|'([^']+)')", re.I)
MOST_IMAGES = 1000  # of one page: what the protocol takes


def entry_of(
    variables: Variables,
    *,
    url: str,
    alternates: tuple[Alternate, ...],
    lead: str,
    now: datetime,
) -> Entry:
    """The entry of the page whose template got `variables`.

    `lead`: the absolute URL of its main picture, or "". What says it is newer than `now` is not
    believed: networks pass on the dates that people's servers name.
    """
    content = content_of(variables)
    own = content is not None and variables.get("discussion_of") is None
    return Entry(
        url=url,
        changed=_changed(variables, content, now),
        images=tuple(_images(content, url, lead)) if content is not None and own else (),
        alternates=alternates,
    )


def written_at(content: Content) -> datetime | None:
    """When its author last changed it, as far as the front matter says."""
    modified: datetime | None = getattr(content, "modified", None)
    date: datetime | None = getattr(content, "date", None)
    return max(modified, date) if modified and date else modified or date


def lead_of(content: Content) -> str:
    """The picture that `Image` names, below the content folder; "" where it names none."""
    written = sources.text_of(content.metadata, "image")
    try:
        return sources.picture_name(written, content.relative_dir) if written else ""
    except ValueError:
        return ""  # whoever shows the picture says so


def _changed(variables: Variables, content: Content | None, now: datetime) -> datetime | None:
    if content is None:
        moments = [written_at(member) for member in _members(variables)]
    else:
        moments = [written_at(content), spoken_at(content, now)]
    return _newest([moment for moment in moments if moment], now)


def _newest(moments: list[datetime], now: datetime) -> datetime | None:
    """The newest that is not in the future: mostly the newest of all, so it is asked first, for
    moments of two time zones are slow to compare."""
    newest = max(moments, default=None)
    if newest is None or is_past(newest, now):
        return newest
    return max((moment for moment in moments if is_past(moment, now)), default=None)


def is_past(moment: datetime, now: datetime) -> bool:
    """Whether it is not later than `now`; a moment without zone is of this machine's."""
    return (moment if moment.tzinfo else moment.astimezone(UTC)) <= now


def _members(variables: Variables) -> Iterable[Any]:
    """The articles that a list shows on this page."""
    page = variables.get("articles_page")
    return page.object_list if page is not None else variables.get("articles") or ()


def spoken_at(content: Content, now: datetime) -> datetime | None:
    """When approved words last came, changed or went there, where a plugin knows."""
    discussion = getattr(content, "discussion", None)
    changed = getattr(discussion, "changed", None)
    return changed(now) if changed else None


def _images(content: Content, url: str, lead: str) -> list[str]:
    """The page's own pictures, its main one first, each once."""
    found = {lead: None} if lead else {}
    for match in IMAGE.finditer(content.content):
        image = urljoin(url, html.unescape(match[1] or match[2]).strip())
        if urlsplit(image).netloc == urlsplit(url).netloc:
            found[image] = None
    return list(found)[:MOST_IMAGES]
