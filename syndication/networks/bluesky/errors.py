"""What a server's refusal means, in the contract's words: the one place that decides it.

XRPC names its errors in the JSON: ``{"error": "ExpiredToken", "message": "…"}``. What is not there
is 400 as often as 404, an expired token is 400 too, so the name decides before the status.
"""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus

from syndication.networks.asking import Answer, ask_again, in_doubt, phrase
from syndication.networks.contract import (
    NetworkError,
    RateLimited,
    Rejected,
    Unauthorised,
    Unavailable,
)
from syndication.rules.text import one_line

_EXPIRED = {"ExpiredToken"}
_REFUSED = {
    "AccountDeactivated",
    "AccountNotFound",
    "AccountTakedown",
    "AuthFactorTokenRequired",
    "AuthMissing",
    "AuthenticationRequired",
    "BadJwt",
    "InvalidToken",
    "RepoDeactivated",
    "RepoNotFound",
    "RepoTakendown",
}
_MISSING = {"HandleNotFound", "NotFound", "RecordNotFound"}
# The server was reached and did nothing: the request was too slow, or the origin down.
_NOT_DONE = {408, 425, 521, 522, 523}


class Missing(Rejected):
    """The server answered, and there is no such record, post or handle."""


class NoRepo(Rejected):
    """There is no such account, or it is deactivated, which may pass."""


class Swapped(Rejected):
    """Another content is there than the one that was to be replaced: ``InvalidSwap``."""


class Expired(Unauthorised):
    """The access token's two hours are over; a refresh token may bring another."""


def refused(
    answer: Answer, name: str, words: str, host: str, *, risky: bool, now: datetime
) -> NetworkError:
    """For an answer that is no success; `name` and `words` are the server's own."""
    status, headers = answer.status, answer.headers
    said = f"{host}: {one_line(words, 300) or one_line(name, 80) or phrase(status)}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        reset, after = headers.get("ratelimit-reset", ""), headers.get("retry-after", "")
        return RateLimited(ask_again(now, reset, after), f"{host} asks us to wait")
    if name in _EXPIRED:
        return Expired(f"the session is over ({said})")
    if name in _REFUSED or status == HTTPStatus.UNAUTHORIZED or _about_the_scope(status, words):
        return Unauthorised(f"the session is not accepted ({said})")
    if name == "InvalidSwap":
        return Swapped(said)
    if "could not find repo" in words.casefold():
        return NoRepo(said)
    if name in _MISSING or (status in (404, 410) and not name.startswith("XRPCNotSupported")):
        return Missing(said)
    if 300 <= status < 400:
        place = one_line(headers.get("location", ""), 200)
        return Unavailable(f"{host} redirects to {place}: is `server` right in the settings?")
    if status == HTTPStatus.NOT_IMPLEMENTED or (status < 500 and status not in _NOT_DONE):
        return Rejected(said)
    if status in _NOT_DONE or (status == 503 and headers.get("retry-after")):
        return Unavailable(said)
    return in_doubt(said, risky=risky)


def _about_the_scope(status: int, words: str) -> bool:
    return status == HTTPStatus.FORBIDDEN and bool(re.search(r"scope|token|auth", words, re.I))
