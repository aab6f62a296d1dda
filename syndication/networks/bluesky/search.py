"""Finding people who did not address us: the AppView's search, which asks for a login.

The network calls that search one for people, not a feed for programs: it is asked once a watch, as
seldom as the settings say (`[collect] listen_every`). Jetstream is what brings everything.

The newest page is read each time and what was reported is left out; reading goes downwards only
while everything on a page is new. A cursor of dates would miss posts whose date lies in the past.

Cost: one request a watch, one more for each 25 people whose words are new; more pages
where more than one is new.
"""

from __future__ import annotations

from collections.abc import Sequence

from syndication.model import PUBLIC, Message, Watch
from syndication.networks.contract import Page
from syndication.networks.values import JSON, mapping, text
from syndication.rules.text import hashtag

from . import convert
from .hearing import Hearing
from .people import People
from .seen import Place, Seen, digest_of

PAGE = 100
PAGES = 3


class Searcher:
    """The role Searcher."""

    def __init__(self, hearing: Hearing, people: People) -> None:
        self._hearing, self._people = hearing, people
        self._seen: dict[int, Seen] = {}

    def supports(self, watch: Watch) -> bool:
        """Words, and hashtags that are any."""
        if watch.kind == "hashtag":
            return bool(hashtag(watch.query))
        return watch.kind == "words" and bool(watch.query.strip())

    def search(self, watch: Watch, cursor: str | None) -> Page:
        """What is new since `cursor`, oldest first; without a cursor, the newest page."""
        seen = self._seen.setdefault(watch.id, Seen())
        seen.stored(cursor)
        before = Place.parse(cursor)
        found, below = self._page(watch, "")
        digest = digest_of(_key(view) for view in found)
        if not found or (before is not None and digest == before.digest):
            return Page(cursor=cursor)
        page = found
        for _ in range(PAGES - 1 if before else 0):
            if not below or any(self._is_old(seen, before, view) for view in page):
                break
            page, below = self._page(watch, below)
            found += page
        newest = max(convert.moment_of(view) for view in found)
        place = str(Place(newest=newest, digest=digest))
        fresh = [view for view in found if _key(view) not in seen]
        messages = self._of_others(fresh)
        seen.reported(place, (_key(view) for view in found))
        return Page(messages=tuple(messages), cursor=place)

    def _page(self, watch: Watch, cursor: str) -> tuple[list[JSON], str]:
        words = hashtag(watch.query) if watch.kind == "hashtag" else watch.query
        asked = {"q": words, "sort": "latest", "limit": PAGE}
        answer = self._hearing.session.call(
            "app.bsky.feed.searchPosts", asked | ({"cursor": cursor} if cursor else {})
        )
        return self._hearing.listed(answer, "posts", PAGE), text(answer.get("cursor"))

    def _is_old(self, seen: Seen, before: Place | None, view: JSON) -> bool:
        """Was this reported by this process, or is it older than what one before it read?"""
        newer = before is None or convert.moment_of(view) > before.newest
        return _key(view) in seen or not newer

    def _of_others(self, views: Sequence[JSON]) -> list[Message]:
        """Public words of people other than us, with what their profiles say, oldest first."""
        theirs = [view for view in views if _author(view) != self._hearing.session.did]
        notes = self._people.notes(_author(view) for view in theirs)
        asked = [view for view in theirs if _author(view) in notes]
        found = self._hearing.messages(asked, notes=notes)
        public = (message for message in found if message.visibility in PUBLIC)
        return sorted(public, key=lambda message: (message.written, message.ref.id))


def _key(view: JSON) -> str:
    return f"{text(view.get('uri'))} {text(view.get('cid'))}"


def _author(view: JSON) -> str:
    return text(mapping(view.get("author")).get("did"))
