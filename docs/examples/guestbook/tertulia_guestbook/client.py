"""The roles of a guestbook: requests and what their failures mean, no decisions.

Cost: one request each; news is one a page of twenty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from syndication.model import Draft, Message, Profile, Ref
from syndication.networks.contract import (
    Absent,
    Found,
    Gone,
    Lookup,
    OutcomeUnknown,
    Page,
    RateLimited,
    Rejected,
    Thread,
    Unauthorised,
    Unavailable,
    Unreachable,
)
from syndication.rules.compose import check_draft

from . import LIMITS, convert

TIMEOUT = 10.0  # seconds
PATIENCE = 60  # seconds to wait where the server does not say how long


class Missing(Rejected):
    """There is no such entry."""


class Guestbook:
    """One account of one guestbook."""

    def __init__(self, server: str, token: str) -> None:
        self._server = server.rstrip("/")
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()

    def profile(self) -> Profile:
        """Who we are; verifies the token."""
        me = convert.author(self._ask("GET", "/me"), self._server)
        return Profile(ref=me.ref, handle=me.handle, name=me.name, limits=LIMITS)

    def publish(self, draft: Draft, *, key: str) -> Ref:
        """Write it into the book, once for each key."""
        if problem := check_draft(draft, LIMITS):
            raise Rejected(problem)
        entry = {"text": draft.text, "key": key}
        if draft.reply_to:
            entry["answers"] = draft.reply_to.local or ""
        return self._named(self._ask("POST", "/entries", json=entry))

    def find(self, draft: Draft, *, key: str) -> Ref | None:
        """What stands in the book under this key."""
        found = self._entries("/entries", key=key)
        return self._named(found[0]) if found else None

    def update(self, ref: Ref, draft: Draft, *, key: str) -> Ref:
        """Write other words in its place."""
        try:
            return self._named(self._ask("PUT", f"/entries/{ref.local}", json={"text": draft.text}))
        except Missing as error:
            raise Gone(str(error)) from error

    def delete(self, ref: Ref) -> None:
        """Take it out of the book."""
        try:
            self._ask("DELETE", f"/entries/{ref.local}")
        except Missing:
            return

    def collect(self, cursor: str | None) -> Page:
        """What others wrote, and which of our entries got stars."""
        answer = self._ask("GET", "/changes", params={"after": cursor or "0"})
        changes = list(answer.get("changes") or ())
        written = [change["entry"] for change in changes if change.get("kind") == "written"]
        starred = {change["entry"]["id"] for change in changes if change.get("kind") == "star"}
        return Page(
            messages=tuple(self._messages(written)),
            hints=tuple(convert.ref(self._server, id_) for id_ in sorted(starred)),
            cursor=str(changes[-1]["number"]) if changes else cursor,
            more=answer.get("more") is True,
        )

    def thread(self, ref: Ref) -> Thread:
        """All that stands below an entry of ours."""
        try:
            root = self._ask("GET", f"/entries/{ref.local}")
        except Missing as error:
            raise Gone(str(error)) from error
        below = self._entries(f"/entries/{ref.local}/answers")
        return Thread(
            messages=tuple(self._messages(below)), reactions=convert.stars(root, self._server)
        )

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Lookup]:
        """What became of each."""
        return {ref.id: self._look_up(ref) for ref in refs}

    def _look_up(self, ref: Ref) -> Lookup:
        try:
            found = self._messages([self._ask("GET", f"/entries/{ref.local}")])
        except Missing:
            return Absent()
        except (Unavailable, Rejected) as error:
            return Unreachable(str(error))
        return Found(found[0]) if found else Unreachable("unreadable")

    def _named(self, entry: Mapping[str, Any]) -> Ref:
        if "id" not in entry:
            raise OutcomeUnknown("the guestbook does not say what became of the entry")
        return convert.ref(self._server, entry["id"])

    def _entries(self, path: str, **asked: str) -> list[Mapping[str, Any]]:
        listed = self._ask("GET", path, params=asked).get("entries")
        if not isinstance(listed, list):
            raise Unavailable("the guestbook sent something unreadable")
        return listed

    def _messages(self, entries: Sequence[Mapping[str, Any]]) -> list[Message]:
        """Those that can be read: one odd entry keeps nobody from the others."""
        found = []
        for entry in entries:
            try:
                found.append(convert.message(entry, self._server))
            except (KeyError, TypeError, ValueError):
                continue
        return found

    def _ask(self, method: str, path: str, **request: Any) -> Mapping[str, Any]:
        """One request. After a write whose answer is lost, nobody knows whether it was done."""
        lost = Unavailable if method == "GET" else OutcomeUnknown
        try:
            answer = self._session.request(
                method, self._server + path, timeout=TIMEOUT, allow_redirects=False, **request
            )
            found = answer.json() if answer.content else {}
        except (requests.RequestException, ValueError) as error:
            raise lost(f"the guestbook gave no readable answer ({type(error).__name__})") from error
        said = found if isinstance(found, Mapping) else {}
        match answer.status_code:
            case 401:
                raise Unauthorised("the guestbook does not know this token any more")
            case 404:
                raise Missing("the guestbook has no such entry")
            case 429:
                wait = answer.headers.get("Retry-After", "")
                seconds = int(wait) if wait.isdecimal() else PATIENCE
                raise RateLimited(datetime.now(UTC) + timedelta(seconds=seconds))
            case status if status >= 500:
                raise lost(f"the guestbook answered {status}")
            case status if status >= 300:
                raise Rejected(f"the guestbook refused: {str(said.get('error') or status)[:200]}")
        return said
