"""What changes in discussions though nobody writes: the moments from which a build says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from blinker import signal
from pelican.contents import Content

from syndication.exchange import comments_rule

due = signal("next_build_due")
"""Whoever leaves out builds that would change nothing hears of the next one that does."""


def tell_what_is_due(
    open_contents: Iterable[Content], zone: tzinfo, newest: datetime | None
) -> None:
    """Comments close; and a date that somebody's server gave the `newest` message comes to pass.

    `open_contents`: where people may comment today, by the days of `zone`."""
    for content in open_contents:
        rule = comments_rule(str(content.metadata.get("comments") or "open"))
        if rule != "open":
            day_after = date.fromisoformat(rule) + timedelta(days=1)
            midnight = datetime.combine(day_after, time.min, zone)
            due.send(f"comments on {content} close", at=midnight.timestamp())
    if newest and newest > datetime.now(UTC):
        due.send("a message is dated in the future")
