"""What a feed says of its posts, as a digest: the daemon tells subscribers when it changes."""

from __future__ import annotations

from typing import Any

from syndication.model import digest_of

SAID = ("title", "link", "unique_id", "description", "content", "categories", "author_name")
DATES = ("pubdate", "updateddate")


def feed_digest(items: list[dict[str, Any]]) -> str:
    """SHA-256 over what the feed's items say, in their order.

    Neither the time of building nor anything about comments is in it: both change while the posts
    stay as they are.
    """
    return digest_of(
        [
            [str(item.get(key) or "") for key in SAID]
            + [item[key].isoformat() if item.get(key) else "" for key in DATES]
            for item in items
        ]
    )
