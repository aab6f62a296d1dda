"""What a feed says of its posts, as a digest: the daemon tells subscribers when it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from syndication.model import digest_of
from syndication.remembered import Remembered, program_stamp

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


class FeedDigests:
    """Digests of feeds, worked out once for those that say themselves what they are made of."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where they are remembered; it may be deleted at any time."""
        program = (__name__, "syndication.model")
        self._known = Remembered(folder / "feeds.json", lambda: program_stamp(program))

    def of(self, feed: Any) -> str:
        """`feed`: what `feed_written` was sent with."""
        made_of = getattr(feed, "made_of", "")
        digest = self._known.get(made_of) if made_of else None
        if digest is None:
            digest = feed_digest(feed.items)
            if made_of:
                self._known.put(made_of, digest)
        return str(digest)

    def keep(self) -> None:
        """For the next build."""
        self._known.keep()
