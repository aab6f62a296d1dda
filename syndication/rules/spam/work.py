"""Proof of work in the format of ALTCHA: a browser looks for a number, we sign what it looks in.

Pure: key, salt and number are passed in. Asked for only under attack and only of browsers with
JavaScript; it costs a person nothing to do but a second of waiting.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import TypedDict

HARDEST = 60_000
"""Largest number to be found: half of it takes a phone about half a second."""
LARGEST_ANSWER = 2_000


class Challenge(TypedDict):
    """What the browser is given."""

    algorithm: str
    challenge: str
    salt: str
    signature: str
    maxnumber: int


def challenge(key: str, *, salt: str, number: int) -> Challenge:
    """Find `number`, 0 … HARDEST, whose hash behind `salt` is this."""
    sought = _hash(salt, number)
    return Challenge(
        algorithm="SHA-256",
        challenge=sought,
        salt=salt,
        signature=_sign(key, sought),
        maxnumber=HARDEST,
    )


def done(answer: str, key: str, *, salt: str) -> bool:
    """Was our challenge with this `salt` solved? `answer` is base64 of JSON, from a stranger."""
    if len(answer) > LARGEST_ANSWER:
        return False
    try:
        said = json.loads(base64.b64decode(answer, validate=True))
        number, signature = said["number"], said["signature"]
        sound = said["algorithm"] == "SHA-256" and said["salt"] == salt and type(number) is int
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        return False
    if not sound or not isinstance(signature, str) or not 0 <= number <= HARDEST:
        return False
    expected = _sign(key, _hash(salt, number))
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def _hash(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _sign(key: str, sought: str) -> str:
    return hmac.new(key.encode(), sought.encode(), hashlib.sha256).hexdigest()
