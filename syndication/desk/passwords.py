"""Passwords, by argon2. One verification takes long by design, so only a few run at a time."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
AT_ONCE = 2
PATIENCE = 5.0
"""Seconds that one verification waits for its turn."""

_hasher = PasswordHasher()
_turns = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Too many are signing in at this moment; try again in a minute."""


def fits(password: str) -> bool:
    """Is it long enough to be a password, and short enough to be typed by a person?"""
    return SHORTEST <= len(password) <= LONGEST


def hashed(password: str) -> str:
    """The argon2 hash to keep. Raises `Busy`."""
    with _Turn():
        return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Does the password fit the hash? Takes as long where there is none. Raises `Busy`."""
    if len(password) > LONGEST:
        return False
    with _Turn():
        try:
            return _hasher.verify(kept or _nobodys(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    """A hash that is verified in place of one that is not there, so that time tells nothing."""
    return _hasher.hash("nobody's password")


class _Turn:
    def __enter__(self) -> None:
        if not _turns.acquire(timeout=PATIENCE):
            raise Busy

    def __exit__(self, *_: object) -> None:
        _turns.release()
