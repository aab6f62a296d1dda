"""When sending waits for a person: every way in which a site can go wrong at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_RUN = "first-run"
TOO_MANY = "too-many-new"
TOO_MANY_CHANGES = "too-many-changes"
TOO_MANY_DELETIONS = "too-many-deletions"
TOO_OLD = "too-old"
POST_GONE = "post-gone"
DELETE_REFUSED = "delete-refused"
DELETED_THERE = "deleted-there"
UNWANTED = "unwanted"
DELETIONS = (TOO_MANY_DELETIONS, DELETE_REFUSED)

REASONS = {
    FIRST_RUN: "it was there before Tertulia first read this site",
    TOO_MANY: "many new posts came at once",
    TOO_MANY_CHANGES: "many posts changed at once",
    TOO_MANY_DELETIONS: "many posts vanished at once",
    TOO_OLD: "it was already old when it was first seen",
    POST_GONE: "its post was gone before it left",
    DELETED_THERE: "somebody deleted it on its network",
    UNWANTED: "the page that is linked to does not ask to be told",
    DELETE_REFUSED: "its server refused to delete it",
}
"""What each brake means, for a person; `tertulia publish --release` lifts those that wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """How much may happen by itself."""

    # since it was first seen: a typo noticed at once never leaves the house
    min_age: timedelta = timedelta(minutes=5)
    max_age: timedelta = timedelta(days=7)  # since its publication, when first seen
    new_posts: int = 3
    changes: int = 10
    deletions: int = 3

    def on_new(self, *, published: datetime, now: datetime, first_run: bool) -> str:
        """The brake that skips one new post for good, or ""."""
        if first_run:
            return FIRST_RUN
        return TOO_OLD if now - published > self.max_age else ""

    def on_batch(self, *, new: int, changed: int) -> tuple[str, str]:
        """(brake on the new ones, brake on the changed ones) of one reading of the outbox."""
        return (
            TOO_MANY if new > self.new_posts else "",
            TOO_MANY_CHANGES if changed > self.changes else "",
        )

    def on_deletions(self, vanished: int, known: int) -> str:
        """The brake on taking copies back: a handful may go, a tenth of the site may not."""
        return TOO_MANY_DELETIONS if vanished > min(self.deletions, max(1, known // 10)) else ""
