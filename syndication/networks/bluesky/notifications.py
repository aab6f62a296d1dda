"""News for one account: what its notifications say. Threads are the truth, this makes it quick.

1. The newest notifications about words are read, and the newest about likes and reposts, apart, so
   that no wave of likes hides a word. If both pages are what they were, that is all.
2. Pages are read downwards until what was known before: their order is the order of the dates that
   people claim, so it is gone `OVERLAP` further, and everything on the first page is looked at.
3. What is new about words is asked for as posts: with pictures, labels, and what is hidden.

What notifications never tell is left to the re-reading of threads: a reply dated years back when
more than a page of others is newer, one that was indexed before its parent, an edit.

Cost: two requests when it is quiet. With news: one for each 25 posts and one for each 25 threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from syndication.model import Message, Ref
from syndication.networks.contract import Page
from syndication.networks.values import JSON, mapping, text

from . import convert
from .hearing import Hearing
from .seen import Place, Seen, digest_of

PAGE = 100
PAGES = 50  # that are read downwards at most
OVERLAP = timedelta(hours=1)

WORDS = ["reply", "mention", "quote"]
REACTIONS = ["like", "repost"]


class Collector:
    """The role Collector."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._seen = Seen()

    def collect(self, cursor: str | None) -> Page:
        """What is new since `cursor`, oldest first; without a cursor, the newest page."""
        self._seen.stored(cursor)
        before = Place.parse(cursor)
        words, below = self._page(WORDS)
        reactions, _ = self._page(REACTIONS)
        digest = digest_of(_key(one) for one in (*words, *reactions))
        if before is not None and digest == before.digest:
            return Page(cursor=cursor)
        newest = max([convert.moment_of(one) for one in words], default=convert.LONG_AGO)
        if before is not None:
            words += self._older(words, below, until=before.newest - OVERLAP)
            newest = max(newest, before.newest)
        fresh = [one for one in words if _key(one) not in self._seen]
        place = str(Place(newest=newest, digest=digest))
        liked = [one for one in reactions if _key(one) not in self._seen]
        page = Page(
            messages=tuple(self._messages(fresh)),
            hints=tuple(self._copies(liked)),
            cursor=place,
        )
        self._seen.reported(place, (_key(one) for one in (*words, *reactions)))
        return page

    def _page(self, reasons: list[str], cursor: str = "") -> tuple[list[JSON], str]:
        """(notifications, newest first, where older ones begin)"""
        place = {"cursor": cursor} if cursor else {}
        answer = self._hearing.session.call(
            "app.bsky.notification.listNotifications",
            {"limit": PAGE, "reasons": reasons, **place},
        )
        listed = self._hearing.listed(answer, "notifications", PAGE)
        return [one for one in listed if text(one.get("reason")) in reasons], text(
            answer.get("cursor")
        )

    def _older(self, first: Sequence[JSON], below: str, *, until: datetime) -> list[JSON]:
        """What stands below the first page and is newer than `until`."""
        found: list[JSON] = []
        page = list(first)
        for _ in range(PAGES):
            ends = min([convert.moment_of(one) for one in page], default=until)
            if not below or min(ends, convert.moment_or_long_ago(below)) < until:
                break
            page, below = self._page(WORDS, below)
            found += page
        return [one for one in found if convert.moment_of(one) >= until]

    def _messages(self, fresh: Sequence[JSON]) -> list[Message]:
        """The posts that notifications are about, as they are now; what is not there is no news."""
        if not fresh:
            return []
        views = self._hearing.posts(text(one.get("uri")) for one in fresh)
        quotes = {text(one.get("uri")): "quote" for one in fresh if one.get("reason") == "quote"}
        authors = [mapping(one.get("author")) for one in fresh]
        notes = {text(who.get("did")): text(who.get("description")) for who in authors}
        found = self._hearing.messages(
            views.values(), kinds=quotes, notes=notes, hidden=self._hearing.hidden_among(views)
        )
        return sorted(found, key=lambda message: (message.written, message.ref.id))

    def _copies(self, liked: Iterable[JSON]) -> list[Ref]:
        """Posts of ours that somebody liked or repeated."""
        subjects = dict.fromkeys(text(one.get("reasonSubject")) for one in liked)
        found = (convert.named({"uri": uri}, self._hearing.manner) for uri in subjects)
        return [ref for ref in found if ref is not None]


def _key(notification: JSON) -> str:
    parts = (text(notification.get(name)) for name in ("reason", "uri", "cid", "reasonSubject"))
    return " ".join(parts)
