"""How often a copy's thread is read again.

Replies that mention nobody, edits and deletions make no notification, so every copy is
re-verified: often while it is fresh, seldom when it is old, never never. The interval is a tenth
of the time since the last news (the copy's own sending, or the newest message under it), between
`shortest` and `longest`.

Cost: a site that posts once a day for three years has about 1,100 copies. With the defaults a
quiet copy is read 65 times in its first week and once a week after its first ten weeks, which is
some 10 readings an hour in all, two requests each; `per_hour` bounds it, the most overdue first,
and `tertulia status` shows the lag that the bound causes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """The plan of re-verification."""

    shortest: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(days=7)
    per_hour: int = 60  # copies an account reads again

    def next_check(self, *, now: datetime, last_news: datetime) -> datetime:
        """When to look again after a look at `now`."""
        interval = (now - last_news) / 10
        return now + min(self.longest, max(self.shortest, interval))

    def allowed(self, *, checked_last_hour: int) -> int:
        """How many copies this account may still read within the hour."""
        return max(0, self.per_hour - checked_last_hour)
