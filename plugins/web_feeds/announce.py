"""A written feed as Pelican's own writer hands it to whoever listens to `feed_written`."""

from __future__ import annotations

from typing import Any

from .nouns import Issue

Item = dict[str, Any]


class Announcement:
    """Has what the signal's listeners read: `feed["feed_url"]`, `items` with their dates and
    words. What people answered is not among it: a feed is new when what it tells of is."""

    def __init__(self, title: str, url: str, items: list[Item]) -> None:
        """`items`: the entries, in their order; the formats of a feed share them."""
        self.feed: dict[str, Any] = {"title": title, "feed_url": url}
        self.items = items


def items_of(issue: Issue) -> list[Item]:
    """The entries as Pelican's writer hands them on."""
    return [
        {
            "title": entry.title,
            "link": entry.url,
            "unique_id": entry.id,
            "description": entry.summary,
            "content": entry.html,
            "categories": list(entry.categories),
            "author_name": ", ".join(person.name for person in entry.authors),
            "pubdate": entry.published,
            "updateddate": entry.updated,
        }
        for entry in issue.entries
    ]
