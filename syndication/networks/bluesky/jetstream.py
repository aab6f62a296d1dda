"""Making it immediate: Jetstream tells of every post on the network, in the moment it is written.

1. `socket` reads; whatever names us by our DID (an answer, a quote, a mention) hints at a poll.
2. What does not is asked whether it is wanted, on its raw words. What is wanted is read as the
   AppView shows it, with its labels and its author's profile, as soon as it does.
3. How far it came is kept every few seconds, and it goes on there. What was missed for longer than
   servers remember is left to polls and searches: each connection begins with a poll.

Written after Jetstream's documentation: https://github.com/bluesky-social/jetstream.

Cost: 0.05 ms of processor time a post with ten watches (`python -m benchmarks.stream_bluesky`);
one request for each 25 posts that are wanted, and those of `people`.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from syndication.model import PUBLIC, Message
from syndication.networks.contract import NetworkError
from syndication.networks.values import JSON, mapping, text

from . import richtext
from .hearing import BATCH, Hearing, askable
from .names import POST, AtUri, is_did
from .people import People
from .socket import Socket

REMEMBERS = timedelta(hours=24)
"""How old a cursor may be; servers keep a day or more."""
OVERLAP = timedelta(seconds=2)
SETTLE = timedelta(seconds=2)
"""How long the AppView is given until it shows what was just written."""
PATIENCE = timedelta(seconds=30)
"""How long it is asked again for what it does not show yet; searches find the rest."""
MOST = 500
"""So many posts wait to be asked for; of more than that, searches find the rest."""
AHEAD = timedelta(minutes=1)
"""How far a server's clock may be ahead of ours until its cursors are not believed."""
KEEP_EVERY = timedelta(seconds=5)
_TICK = 0.25  # seconds between two looks at `stop`

Wanted = Callable[[str, Sequence[str], str], bool]
Hint = Callable[[Message | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A post that is wanted, until the AppView shows it."""

    uri: str
    time_us: int  # when the server told of it, in microseconds
    since: datetime


class Streamer:
    """The role Streamer."""

    def __init__(
        self, hearing: Hearing, people: People, place: str, now: Callable[[], datetime]
    ) -> None:
        """`place`: the server's address, ``wss://host``."""
        self._hearing, self._people, self._place, self._now = hearing, people, place, now

    def stream(
        self,
        stop: threading.Event,
        wanted: Wanted,
        hint: Hint,
        *,
        cursor: str | None = None,
        keep: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Hint at what concerns us and at what is wanted, until `stop` is set.

        `cursor` is a moment in microseconds since 1970.
        """
        telling = Telling(self._hearing, self._people, wanted, hint, keep, self._now)
        socket = Socket(address(self._place, cursor, self._now()))
        socket.start()
        try:
            while not stop.is_set():
                with suppress(queue.Empty):
                    event = socket.events.get(timeout=_TICK)
                    if isinstance(event, NetworkError):
                        raise event
                    telling.take(event)
                telling.settle()
        finally:
            socket.end()


def address(place: str, cursor: str | None, now: datetime) -> str:
    """Where to listen from `cursor` on; from now on where it is none, or nobody remembers it."""
    asked = {"wantedCollections": POST}
    if cursor and cursor.isascii() and cursor.isdigit() and len(cursor) < 18:
        since = datetime.fromtimestamp(int(cursor) / 1_000_000, UTC) - OVERLAP
        if now - since < REMEMBERS:
            asked["cursor"] = str(int(since.timestamp() * 1_000_000))
    return f"{place.rstrip('/')}/subscribe?{urlencode(asked)}"


class Telling:
    """What becomes of events: polls that are due, posts that wait to be shown."""

    def __init__(
        self,
        hearing: Hearing,
        people: People,
        wanted: Wanted,
        hint: Hint,
        keep: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._hearing, self._people = hearing, people
        self._wanted, self._hint, self._keep, self._now = wanted, hint, keep, now
        self._us = hearing.session.did
        self._poll_at: datetime | None = None
        self._waiting: dict[str, Heard] = {}
        self._ask_at = self._kept_at = now()
        self._newest = 0
        self._kept = 0

    def take(self, raw: str | None) -> None:
        """One event; None for the beginning of the connection. Nonsense is passed over."""
        if raw is None:
            self._hint(None)
            return
        event = _object(raw)
        time_us = event.get("time_us")
        if type(time_us) is int and time_us <= (self._now() + AHEAD).timestamp() * 1_000_000:
            self._newest = max(self._newest, time_us)
        commit, who = mapping(event.get("commit")), text(event.get("did"))
        record = mapping(commit.get("record"))
        if commit.get("collection") != POST or not record or who == self._us or not is_did(who):
            return
        if self._us in raw:
            self._poll_at = self._poll_at or self._now() + SETTLE
        elif self._wanted(text(record.get("text")), _tags(record), _language(record)):
            uri = str(AtUri(who, POST, text(commit.get("rkey"))))
            heard = Heard(uri=uri, time_us=self._newest, since=self._now())
            if askable(uri) and len(self._waiting) < MOST:
                self._waiting.setdefault(uri, heard)

    def settle(self) -> None:
        """Do what is due: a poll, asking for what is wanted, keeping how far it came."""
        now = self._now()
        if self._poll_at is not None and self._poll_at <= now:
            self._poll_at = None
            self._hint(None)
        due = [one for one in self._waiting.values() if one.since + SETTLE <= now]
        if due and self._ask_at <= now:
            self._ask_at = now + SETTLE
            self._show(due[:BATCH], now)
        if self._kept_at + KEEP_EVERY <= now and self._poll_at is None:
            self._kept_at = now
            self._keep_place()

    def _show(self, due: Sequence[Heard], now: datetime) -> None:
        views = self._hearing.posts(one.uri for one in due)
        authors = {uri: text(mapping(view.get("author")).get("did")) for uri, view in views.items()}
        notes = self._people.notes(authors.values())
        known = {uri: view for uri, view in views.items() if authors[uri] in notes}
        hidden = self._hearing.hidden_among(known)
        for message in self._hearing.messages(known.values(), notes=notes, hidden=hidden):
            if message.visibility in PUBLIC:
                self._hint(message)
        for one in due:
            if one.uri in views or one.since + PATIENCE <= now:
                del self._waiting[one.uri]

    def _keep_place(self) -> None:
        """All that came before is hinted at, but for what waits."""
        place = min([one.time_us for one in self._waiting.values()], default=self._newest)
        if place > self._kept:
            self._kept = place
            self._keep(str(place))


def _object(raw: str) -> JSON:
    try:
        return mapping(json.loads(raw))
    except (ValueError, RecursionError):
        return {}


def _tags(record: JSON) -> tuple[str, ...]:
    return richtext.tags_of(record.get("facets"), record.get("tags"))


def _language(record: JSON) -> str:
    langs: Any = record.get("langs")
    return text(langs[0]) if isinstance(langs, list) and langs else ""
