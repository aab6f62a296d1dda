"""Keys of this installation: made once, kept in the database, never shown."""

from __future__ import annotations

import secrets

from sqlalchemy.exc import IntegrityError

from syndication.store import marks
from syndication.store.database import Store

VISITORS = "visitors-signing-key"


def get(store: Store, name: str) -> str:
    """The key `name`, made when it is asked for first."""
    with store.read() as tx:
        key = marks.get(tx, name)
    if key is None:
        try:
            with store.write() as tx:
                key = marks.get(tx, name) or secrets.token_urlsafe(32)
                marks.put(tx, name, key)
        except IntegrityError:  # another process made it at the same moment
            with store.read() as tx:
                key = marks.get(tx, name)
    return str(key)
