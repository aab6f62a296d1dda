"""Finding people who did not address us: hashtag timelines, and text search where there is one.

A status that travelled slowly gets an id older than what was seen before it, so no id can say
"everything after this". The newest page is read each time, what was already reported is left out,
and reading goes on downwards only while everything on a page is new. Edits count as new.

Cost: one request a watch, more where more than a page is new.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from syndication.model import PUBLIC, Watch
from syndication.networks.contract import Page, Rejected, Unavailable
from syndication.rules.text import hashtag

from . import convert, instance
from .home import Home
from .server import Success, segment

PAGE = 40
PAGES = 5
_REMEMBERED = 2_000

Sighting = tuple[str, str]  # the server's id, when it was edited


class Searcher:
    """The role Searcher."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._seen: OrderedDict[tuple[int, Sighting], None] = OrderedDict()
        self._no_search = False

    def supports(self, watch: Watch) -> bool:
        """Hashtags always. Words where the server searches more than what is ours already."""
        if watch.kind == "hashtag":
            return bool(hashtag(watch.query))
        return not self._no_search and not instance.is_gotosocial(self._home.instance)

    def search(self, watch: Watch, cursor: str | None) -> Page:
        """What is new since `cursor`, the id of the newest status that was seen; oldest first."""
        fresh: list[Mapping[str, Any]] = []
        newest = cursor
        place: dict[str, str] = {}
        for _ in range(PAGES if cursor else 1):
            answer = self._ask(watch, place)
            statuses = _statuses(answer)
            if not place and statuses:
                newest = convert.local_id(statuses[0])
            unseen = [status for status in statuses if self._is_new(watch, status, cursor)]
            fresh += unseen
            below = answer.links.get("next", {}).get("max_id")
            if below is None or len(unseen) < len(statuses):
                break
            place = {"max_id": below}
        theirs = [status for status in reversed(fresh) if self._is_for_us(status)]
        return Page(messages=tuple(self._home.messages(theirs)), cursor=newest)

    def _ask(self, watch: Watch, place: Mapping[str, str]) -> Success:
        if watch.kind == "hashtag":
            tag = segment(hashtag(watch.query).removeprefix("#"))
            return self._home.server.get(f"/api/v1/timelines/tag/{tag}", limit=PAGE, **place)
        try:
            return self._home.server.get(
                "/api/v2/search", q=watch.query, type="statuses", limit=PAGE
            )
        except Rejected:
            # This server does not search; that is no reason to complain each time.
            self._no_search = True
            return Success(status=200, value=[])

    def _is_for_us(self, status: Mapping[str, Any]) -> bool:
        """Public words of others. Not every server leaves out of a search what is not public."""
        ours = self._home.is_ours(status.get("account"))
        return not ours and convert.visibility(status) in PUBLIC

    def _is_new(self, watch: Watch, status: Mapping[str, Any], cursor: str | None) -> bool:
        """Was this one not reported yet, by this process or before `cursor`?"""
        sighting = (str(status.get("id")), str(status.get("edited_at") or ""))
        known = (watch.id, sighting) in self._seen
        self._seen[watch.id, sighting] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return not known and sighting != (cursor, "")


def _statuses(answer: Success) -> Sequence[Mapping[str, Any]]:
    value = answer.value.get("statuses") if isinstance(answer.value, Mapping) else answer.value
    if not isinstance(value, list):
        raise Unavailable("the server sent something unreadable")
    return [status for status in value if _has_id(status)]


def _has_id(status: Any) -> bool:
    try:
        convert.local_id(status)
    except convert.Unreadable:
        return False
    return True
