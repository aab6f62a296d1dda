"""News for one account: its notifications, walked upwards so that nothing is skipped.

Servers filter (mutes, blocks) after they have cut a page, so a page may be empty while more follow:
only a missing `Link: rel="prev"` says that this is all. The cursor is that link's `min_id`, a
notification's id: ids of statuses are not in the order in which they arrive.

Cost: one request when nothing happened; with news, one for each page and one for each status that
is answered and not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from syndication.model import Ref
from syndication.networks.contract import Page, Unavailable
from syndication.networks.values import mapping, mappings, text

from . import convert
from .home import Home
from .server import Success

PAGE = 80
_FROM_THE_START = "start"  # the cursor of an account that had no notification when first asked
_MENTIONS = 1_000  # of one status; we stand among them or it is nothing to us
_BACKWARDS = 50  # pages that are read backwards from there

_ADDRESSED = frozenset({"mention", "quote", "pending.reply", "reply"})
_PERHAPS = frozenset({"update", "status"})  # others' words, if they have to do with us
_REACTIONS = frozenset({"favourite", "reblog", "pending.favourite", "pending.reblog"})


class Collector:
    """The role Collector."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def collect(self, cursor: str | None) -> Page:
        """One page of news after `cursor`, oldest first; without a cursor, the newest page."""
        if cursor is None:
            return self._first()
        if cursor == _FROM_THE_START:
            return self._all()
        answer = self._ask(min_id=cursor)
        above = answer.links.get("prev", {}).get("min_id")
        if above is None:
            return self._page(answer.value, _newest(answer) or cursor, more=False)
        return self._page(answer.value, above, more=above != cursor)

    def _first(self) -> Page:
        answer = self._ask()
        return self._page(answer.value, _newest(answer) or _FROM_THE_START, more=False)

    def _all(self) -> Page:
        """Everything there is: there was nothing when we began."""
        answer = self._ask()
        newest = _newest(answer) or _FROM_THE_START
        found = list(answer.value)
        for _ in range(_BACKWARDS):
            below = answer.links.get("next", {}).get("max_id")
            if below is None:
                break
            answer = self._ask(max_id=below)
            found += answer.value
        return self._page(found, newest, more=False)

    def _ask(self, **place: str) -> Success:
        answer = self._home.server.get("/api/v1/notifications", limit=PAGE, **place)
        if not isinstance(answer.value, list):
            raise Unavailable(f"{self._home.server.host} sent something unreadable")
        return answer

    def _page(self, notifications: list[Any], cursor: str, *, more: bool) -> Page:
        """Notifications, newest first, as a page."""
        hints: dict[str, Ref] = {}
        told: dict[str, Mapping[str, Any]] = {}
        kinds: dict[str, str] = {}
        for notification in reversed(notifications):
            kind = text(mapping(notification).get("type"))
            status = mapping(mapping(notification).get("status"))
            if not status:
                continue
            try:
                named = convert.ref(status)
            except convert.Unreadable as error:
                self._home.unreadable(error)
                continue
            id_ = named.local or ""
            if kind in _REACTIONS:
                hints[id_] = named
            elif kind in _ADDRESSED or (kind in _PERHAPS and self._concerns_us(status)):
                told[id_] = status
                if kind == "quote":
                    kinds[id_] = kind
        return Page(
            messages=tuple(self._home.messages(told.values(), kinds=kinds)),
            hints=tuple(hints.values()),
            cursor=cursor,
            more=more,
        )

    def _concerns_us(self, status: Mapping[str, Any]) -> bool:
        """Does it answer or mention us, and is it not ours?"""
        if self._home.is_ours(status.get("account")):
            return False
        people = {str(one.get("id")) for one in mappings(status.get("mentions"), _MENTIONS)}
        people.add(str(status.get("in_reply_to_account_id")))
        return self._home.me.ref.local in people


def _newest(answer: Success) -> str | None:
    """The cursor above a page that was read from the top."""
    if above := answer.links.get("prev", {}).get("min_id"):
        return above
    for notification in answer.value:
        with suppress(convert.Unreadable):
            return convert.local_id(notification)
    return None
