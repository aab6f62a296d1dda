"""What went wrong with a request, in the contract's words: the one place that decides it.

A write whose answer did not come may have been done: `OutcomeUnknown`, unless it can be repeated
without harm. Whatever never left, or only read, is `Unavailable`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
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

# The server was reached and did nothing: the request was too slow, or the origin down.
_NOT_DONE = {408, 409, 425, 521, 522, 523}
_ABOUT_THE_TOKEN = re.compile(r"scope|log ?in|token|confirm", re.IGNORECASE)


class Missing(Rejected):
    """404 or 410: not there, or not for us."""


def no_answer(error: Exception, host: str, *, risky: bool) -> NetworkError:
    """For an exception of `requests`. `risky`: a write that must not be done twice."""
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return Rejected(f"{host} is not the address of a server: correct `server` in the settings")
    what = _in_words(error)
    if risky and not _never_left(error):
        return OutcomeUnknown(f"{host} {what}; it may have been done")
    return Unavailable(f"{host} {what}")


def unreadable(host: str, status: int, *, risky: bool) -> NetworkError:
    """For an answer that claims success and is not JSON: a proxy's page, or cut in the middle."""
    what = f"{host} answered {status} with something that is not JSON"
    return OutcomeUnknown(f"{what}; it may have been done") if risky else Unavailable(what)


def refused(
    status: int,
    words: str,
    headers: requests.structures.CaseInsensitiveDict[str],
    host: str,
    *,
    risky: bool,
    now: datetime,
) -> NetworkError:
    """For an answer that is not a success; `words` are the server's own."""
    said = f"{host}: {one_line(words, 300) or _phrase(status)}"
    if status == 429:
        return RateLimited(_until(headers, now), f"{host} asks us to wait")
    if status == 401 or (status == 403 and _ABOUT_THE_TOKEN.search(words)):
        return Unauthorised(f"the token is not accepted ({said})")
    if status in (404, 410):
        return Missing(said)
    if 300 <= status < 400:
        place = one_line(headers.get("location", ""), 200)
        return Unavailable(f"{host} redirects to {place}: is `server` right in the settings?")
    # Some front servers say 503 when the one behind them is late, and it may do the work yet. Who
    # knows when to come back knows that nothing was done.
    if status in _NOT_DONE or (status == 503 and headers.get("retry-after")):
        return Unavailable(said)
    if status >= 500:
        return OutcomeUnknown(f"{said}; it may have been done") if risky else Unavailable(said)
    return Rejected(said)


def _until(headers: requests.structures.CaseInsensitiveDict[str], now: datetime) -> datetime:
    """When to ask again: Retry-After, X-RateLimit-Reset, or five minutes from now."""
    moment = _moment(headers.get("retry-after", ""), now)
    moment = moment or _moment(headers.get("x-ratelimit-reset", ""), now)
    if moment is None:
        return now + PATIENCE
    return min(max(moment, now + timedelta(seconds=1)), now + LONGEST)


def _moment(text: str, now: datetime) -> datetime | None:
    """A moment as headers write it: seconds from now or since 1970, ISO 8601, HTTP date."""
    text = text.strip()
    try:
        if re.fullmatch(r"\d{1,12}(\.\d+)?", text):
            number = float(text)
            year_2001 = 1_000_000_000
            if number < year_2001:
                return now + timedelta(seconds=number)
            return datetime.fromtimestamp(number, UTC)
        moment = datetime.fromisoformat(text) if "T" in text[:12] else parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
