"""Record keys that are the same for every try of one post: idempotency keys of the network. Pure.

A TID is 13 letters: microseconds since 1970 and ten bits of a clock's id, sortable. Here the time
is true to the minute in which the post left first; the microseconds within it and the clock's id
are a hash of what says which post this is. Written create-only under such a key, a post is there
once however often it is sent.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_CLOCKS = 1024
_MINUTE = 60_000_000  # microseconds
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def tid(microseconds: int, clock: int) -> str:
    """The TID of a moment since 1970 on one of 1,024 clocks."""
    number = (microseconds << 10) | (clock % _CLOCKS)
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def record_key(moment: datetime, key: str) -> str:
    """The record key of what left first at `moment` under the idempotency key `key`."""
    digest = hashlib.sha256(key.encode()).digest()
    minute = (moment - _EPOCH) // timedelta(minutes=1) * _MINUTE
    within = int.from_bytes(digest[:8]) % _MINUTE
    return tid(minute + within, int.from_bytes(digest[8:10]))
