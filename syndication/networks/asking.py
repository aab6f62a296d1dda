"""One request to a server with an interface: its answer, whole and in time, or what went wrong.

What all servers have in common is here; what a refusal of theirs means, each adapter knows.
Redirects are not followed. An answer is whole in time or it is none (`networks.punctual`), and no
longer than `LARGEST`.

A write whose answer did not come may have been done: `OutcomeUnknown`, unless it can be repeated
without harm. Whatever never left, or only read, is `Unavailable`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from syndication.networks.contract import NetworkError, OutcomeUnknown, Rejected, Unavailable
from syndication.networks.punctual import punctual

USER_AGENT = "Tertulia"
TIMEOUT = 20.0  # seconds between two bytes
LARGEST = 50_000_000  # bytes of an answer; a thread of thousands of replies is a tenth of it
PATIENCE = timedelta(minutes=5)  # where a server that limits does not say until when
LONGEST = timedelta(hours=24)  # no server's clock keeps us silent for longer
_WHOLE = 3  # times as long, an answer may take from its first byte to its last
_CONNECT = 10.0  # seconds
_CHUNK = 64 * 1024
_YEAR_2001 = 1_000_000_000  # seconds since 1970; what is less is a time to wait

Headers = CaseInsensitiveDict[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, of whatever status."""

    status: int
    headers: Headers
    body: bytes

    @property
    def is_success(self) -> bool:
        """Did the server do what it was asked for?"""
        return 200 <= self.status < 300


def utc_now() -> datetime:
    """The clock of the real world."""
    return datetime.now(UTC)


def session_of(auth: Any, *, silence: float) -> requests.Session:
    """Connections to one server. `auth` signs each request, or leaves it as it is: without one,
    requests would look into .netrc. `silence`: seconds between two bytes."""
    session = requests.Session()
    session.auth = auth
    session.headers["User-Agent"] = USER_AGENT
    punctual(session, silence=silence)
    return session


def ask(
    session: requests.Session,
    method: str,
    url: str,
    host: str,
    *,
    risky: bool,
    silence: float,
    **request: Any,
) -> Answer:
    """What the server answers, success or not. `request` is what `requests` takes besides.

    `host`: its name in what is said when there is no answer. `risky`: a write that must not be
    done twice. `silence`: seconds between two bytes. Raises as `no_answer` says.
    """
    try:
        with session.request(
            method,
            url,
            timeout=(_CONNECT, _WHOLE * silence),
            allow_redirects=False,
            stream=True,
            **request,
        ) as response:
            body = _whole(response, host)
    except requests.RequestException as error:
        raise no_answer(error, host, risky=risky) from error
    return Answer(status=response.status_code, headers=response.headers, body=body)


def flat(value: str | int | bool | list[str]) -> str | list[str]:
    """A parameter as addresses write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, list) else str(value)


def no_answer(error: Exception, host: str, *, risky: bool) -> NetworkError:
    """For an exception of `requests`. `risky`: a write that must not be done twice."""
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return Rejected(f"{host} is not the address of a server: correct `server` in the settings")
    what = _in_words(error)
    if _never_left(error):
        return Unavailable(f"{host} {what}")
    return in_doubt(f"{host} {what}", risky=risky)


def unreadable(answer: Answer, host: str, *, risky: bool) -> NetworkError:
    """For an answer that claims success and is not the JSON that was asked for: a proxy's page,
    or cut in the middle."""
    return in_doubt(f"{host} answered {answer.status} with something that is not JSON", risky=risky)


def in_doubt(said: str, *, risky: bool) -> NetworkError:
    """For a request that reached the server, and who knows what it did."""
    return OutcomeUnknown(f"{said}; it may have been done") if risky else Unavailable(said)


def phrase(status: int) -> str:
    """A status in HTTP's own words, for a server that has none."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def ask_again(now: datetime, *said: str) -> datetime:
    """When to ask again, by the first of some headers that names a moment; "" for a missing one.

    `PATIENCE` where none does; at least a second from now, and at most `LONGEST`.
    """
    moment = next(filter(None, (_moment(text, now) for text in said)), now + PATIENCE)
    return min(max(moment, now + timedelta(seconds=1)), now + LONGEST)


def _whole(response: requests.Response, host: str) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > LARGEST:
            raise requests.exceptions.ReadTimeout(f"{host} does not come to an end")
    return bytes(body)


def _moment(text: str, now: datetime) -> datetime | None:
    """A moment as headers write it: seconds from now or since 1970, ISO 8601, HTTP date."""
    text = text.strip()
    try:
        if re.fullmatch(r"\d{1,12}(\.\d+)?", text):
            number = float(text)
            if number < _YEAR_2001:
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
