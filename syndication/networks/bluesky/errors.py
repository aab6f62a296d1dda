"""What went wrong with a call, in the contract's words: the one place that decides it.

XRPC names its errors in the JSON: ``{"error": "ExpiredToken", "message": "…"}``. What is not there
is 400 as often as 404, an expired token is 400 too, so the name decides before the status.

A write whose answer did not come may have been done: `OutcomeUnknown`, unless it can be repeated
without harm. Whatever never left, or only read, is `Unavailable`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from syndication.networks.contract import (
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unauthorised,
    Unavailable,
)
from syndication.rules.text import one_line

PATIENCE = timedelta(minutes=5)  # where a server that limits does not say until when
LONGEST = timedelta(hours=24)  # no server's clock keeps us silent for longer

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


def no_answer(error: Exception, host: str, *, risky: bool) -> NetworkError:
    """For an exception of `requests`. `risky`: a write that must not be done twice."""
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return Rejected(f"{host} is not the address of a server: correct `server` in the settings")
    what = _in_words(error)
    if risky and not _never_left(error):
        return OutcomeUnknown(f"{host} {what}; it may have been done")
    return Unavailable(f"{host} {what}")


def unreadable(host: str, status: int, *, risky: bool) -> NetworkError:
    """For an answer that claims success and is no JSON object: a proxy's page, or cut."""
    what = f"{host} answered {status} with something that is not JSON"
    return OutcomeUnknown(f"{what}; it may have been done") if risky else Unavailable(what)


def refused(
    status: int,
    name: str,
    words: str,
    headers: Mapping[str, str],
    host: str,
    *,
    risky: bool,
    now: datetime,
) -> NetworkError:
    """For an answer that is no success; `name` and `words` are the server's own.

    `headers`: names in lower case.
    """
    said = f"{host}: {one_line(words, 300) or one_line(name, 80) or _phrase(status)}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(_until(headers, now), f"{host} asks us to wait")
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
    return OutcomeUnknown(f"{said}; it may have been done") if risky else Unavailable(said)


def _about_the_scope(status: int, words: str) -> bool:
    return status == HTTPStatus.FORBIDDEN and bool(re.search(r"scope|token|auth", words, re.I))


def _until(headers: Mapping[str, str], now: datetime) -> datetime:
    """When to ask again: ``ratelimit-reset`` (Unix seconds), ``retry-after``, or five minutes."""
    reset, after = headers.get("ratelimit-reset", ""), headers.get("retry-after", "")
    try:
        if re.fullmatch(r"\d{9,12}", reset.strip()):
            moment = datetime.fromtimestamp(int(reset), UTC)
        elif re.fullmatch(r"\d{1,6}", after.strip()):
            moment = now + timedelta(seconds=int(after))
        else:
            return now + PATIENCE
    except (OverflowError, OSError, ValueError):
        return now + PATIENCE
    return min(max(moment, now + timedelta(seconds=1)), now + LONGEST)


def _never_left(error: Exception) -> bool:
    """Is it certain that not a byte of the request reached the server?"""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE" in str(error).upper()
    reason = error.args[0] if error.args else None
    reason = reason.reason if isinstance(reason, MaxRetryError) else reason
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _in_words(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "cannot be trusted: its certificate or its TLS is wrong"
    if isinstance(error, requests.exceptions.Timeout):
        return "took too long"
    return "cannot be reached" if _never_left(error) else "broke off"


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
