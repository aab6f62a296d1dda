"""What a server's refusal means, in the contract's words: the one place that decides it."""

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

# The server was reached and did nothing: the request was too slow, or the origin down.
_NOT_DONE = {408, 409, 425, 521, 522, 523}
_ABOUT_THE_TOKEN = re.compile(r"scope|log ?in|token|confirm", re.IGNORECASE)


class Missing(Rejected):
    """404 or 410: not there, or not for us."""


def refused(answer: Answer, words: str, host: str, *, risky: bool, now: datetime) -> NetworkError:
    """For an answer that is not a success; `words` are the server's own."""
    status, headers = answer.status, answer.headers
    said = f"{host}: {one_line(words, 300) or phrase(status)}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
        return RateLimited(ask_again(now, after, reset), f"{host} asks us to wait")
    if status == HTTPStatus.UNAUTHORIZED or (
        status == HTTPStatus.FORBIDDEN and _ABOUT_THE_TOKEN.search(words)
    ):
        return Unauthorised(f"the token is not accepted ({said})")
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Missing(said)
    if 300 <= status < 400:
        place = one_line(headers.get("location", ""), 200)
        return Unavailable(f"{host} redirects to {place}: is `server` right in the settings?")
    # Some front servers say 503 when the one behind them is late, and it may do the work yet. Who
    # knows when to come back knows that nothing was done.
    late = status == HTTPStatus.SERVICE_UNAVAILABLE and headers.get("retry-after")
    if status in _NOT_DONE or late:
        return Unavailable(said)
    return in_doubt(said, risky=risky) if status >= 500 else Rejected(said)
