"""An issue of a feed as JSON Feed 1.1. Pure."""

from __future__ import annotations

import json
from typing import Any

from .nouns import Entry, Format, Issue, Person

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(issue: Issue) -> bytes:
    """The bytes of a JSON Feed."""
    feed = issue.feed
    said: dict[str, Any] = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.urls[Format.JSON],
        "description": feed.description,
        "user_comment": feed.note,
        "icon": feed.icon,
        "authors": [_person(feed.owner)],
        "language": feed.language,
        "hubs": [{"type": "WebSub", "url": hub} for hub in feed.hubs],
    }
    items = [_item(entry) for entry in issue.entries]
    text = json.dumps(_spoken(said) | {"items": items}, ensure_ascii=False, indent=1)
    return text.encode() + b"\n"


def _item(entry: Entry) -> dict[str, Any]:
    images = [one.url for one in entry.enclosures if one.media_type.startswith("image/")]
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "image": images[0] if images else "",
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [_person(person) for person in entry.authors],
        "tags": list(entry.categories),
        "language": entry.language,
        "attachments": [
            _spoken({"url": one.url, "mime_type": one.media_type, "size_in_bytes": one.length})
            for one in entry.enclosures
        ],
        "_discussion": _discussion(entry),
    }
    return _spoken(item) | {"content_html": entry.html}


def _discussion(entry: Entry) -> dict[str, Any]:
    """What JSON Feed has no word for: the replies to an entry, and what an entry replies to."""
    replies, parent = entry.replies, entry.parent
    return _spoken(
        {
            "url": replies.url if replies else "",
            "count": replies.count if replies else 0,
            "feed_url": replies.feeds.get(Format.JSON, "") if replies else "",
            "in_reply_to": _spoken({"id": parent.id, "url": parent.url}) if parent else {},
        }
    )


def _person(person: Person) -> dict[str, Any]:
    return _spoken({"name": person.name, "url": person.url})


def _spoken(said: dict[str, Any]) -> dict[str, Any]:
    """Without what has nothing to say."""
    return {key: value for key, value in said.items() if value}
