"""A written feed as Pelican's own writer hands it to whoever listens to `feed_written`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .nouns import Entry


class Announcement:
    """Has what the signal's listeners read: `feed["feed_url"]`, `items` with their dates and
    words. What people answered is not among it: a feed is new when what it tells of is."""

    def __init__(
        self, title: str, url: str, made_of: str, entries: Callable[[], Iterable[Entry]]
    ) -> None:
        """`made_of`: a digest; announcements that have the same have the same items. "": nobody
        knows. `entries` is asked when somebody looks at them."""
        self._entries = entries
        self.feed: dict[str, Any] = {"title": title, "feed_url": url}
        self.made_of = made_of

    @property
    def items(self) -> list[dict[str, Any]]:
        """The entries, in their order."""
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
            for entry in self._entries()
        ]
