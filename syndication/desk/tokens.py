"""Signed tokens: a form works for one session, one action and the words that were read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from syndication.store import Store, keys

LASTS = timedelta(hours=24)
"""A page that stood open overnight is read again before somebody decides."""

_MARK = "desk-signing-key"


def signing_key(store: Store) -> str:
    """This site's key: made once, kept in the database, never shown."""
    return keys.get(store, _MARK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What somebody had before them when their form was made."""

    revision: int  # of the message's words
    decision: int  # the last decision on it, 0 for none


class Tokens:
    """Makes and checks the tokens in forms."""

    def __init__(self, key: str) -> None:
        self._serializer = URLSafeSerializer(key, salt="tertulia desk form")

    def make(
        self,
        action: str,
        *,
        session: str,
        now: datetime,
        message: int = 0,
        read: Read | None = None,
    ) -> str:
        """A token with which the session of that digest may do `action` on `message`, as read."""
        seen = [read.revision, read.decision] if read else [0, 0]
        made = int(now.timestamp())
        token = self._serializer.dumps([action, message, session[:16], made, *seen])
        return token if isinstance(token, str) else token.decode()

    def check(
        self, token: str, action: str, *, session: str, now: datetime, message: int = 0
    ) -> Read | None:
        """What was read when the token was made; None: forged, for something else, or too old."""
        try:
            *meant, made, revision, decision = self._serializer.loads(token)
        except BadData:
            return None
        age = now.timestamp() - made
        if meant != [action, message, session[:16]] or not -60 <= age <= LASTS.total_seconds():
            return None
        return Read(revision=revision, decision=decision)
