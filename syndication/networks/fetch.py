"""Fetching what strangers name, without ever reaching into a private network.

requests-hardened resolves a host once, refuses private, loopback and link-local addresses and
connects to the address that it checked; so does each redirect. Besides: a cap of bytes, counted
when unpacked, a deadline over everything, and only the media types that were asked for.
"""

from __future__ import annotations

import ipaddress
import os
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

import requests
from requests_hardened import Config, Manager, ip_filter
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3 import Timeout

from syndication.networks.asking import USER_AGENT, ask_again, utc_now
from syndication.networks.contract import RateLimited, Rejected, Unavailable
from syndication.networks.punctual import punctual
from syndication.rules.mentions import web_address

# What its list of private networks leaves out: IPv4 written as IPv6 in the way of 1998 and for
# translators (SIIT), and the site-local addresses that unique local ones replaced.
ip_filter.EXTRA_BLOCKED_NET_RANGES += tuple(
    map(ipaddress.ip_network, ("::/96", "::ffff:0:0:0/96", "fec0::/10"))
)

REDIRECTS = 5
LONGEST_LINKS = 20_000  # characters of Link headers
_CHUNK = 16 * 1024
_CONNECT = 5.0  # seconds
_SILENCE = 10.0  # seconds between two bytes
_NOT_MODIFIED, _TOO_MANY, _BUSY = 304, 429, 503
_ETAG = re.compile(r'(?:W/)?"[!#-~]{0,400}"')  # as the RFC spells it, and short enough to keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came back. Any status: a 404 is an answer, so is "304 Not Modified" to an etag."""

    url: str  # where it was found in the end
    status: int
    media_type: str  # lower case, without parameters
    body: bytes
    links: str = ""  # its Link headers, joined by commas
    etag: str = ""  # give it to the next call; "" where the server names none


class Fetcher:
    """Callable, with a session for each thread. `allow_loopback`: for tests and the demo."""

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._clock = clock
        self._manager = Manager(
            Config(
                default_timeout=(_CONNECT, _SILENCE),
                never_redirect=True,
                ip_filter_enable=True,
                ip_filter_allow_loopback_ips=allow_loopback,
                user_agent_override=USER_AGENT,
            )
        )
        self._local = threading.local()

    def __call__(
        self,
        url: str,
        *,
        accept: str = "*/*",
        limit: int = 5_000_000,
        deadline: float = 20.0,
        etag: str = "",
    ) -> Fetched:
        """GET `url`, at most `limit` bytes in `deadline` seconds.

        `accept` is a media type or its beginning ("image/"); an answer of another type is not
        read, unless it is an error. `etag`: that of what is known already; if nothing changed, the
        status is 304 and the body empty. Raises `Unavailable` (try later) and `Rejected` (never).
        """
        ends = time.monotonic() + deadline
        for _ in range(REDIRECTS + 1):
            checked = web_address(url)
            if checked is None:
                raise Rejected(f"not an address that can be fetched: {url[:200]}")
            url = checked
            with self._ask(url, accept, etag, ends) as answer:
                if not answer.is_redirect:
                    return _read(answer, url, accept, limit, ends)
                url = urljoin(url, answer.headers["location"])
        raise Rejected(f"{_host(url)} redirects more than {REDIRECTS} times")

    def post(self, url: str, *, body: bytes, media_type: str, deadline: float = 20.0) -> None:
        """POST `body` in `deadline` seconds; what comes back is only a status, and not followed.

        Raises `RateLimited` (429, or 503 with a time), `Unavailable` (another 5xx, no answer) and
        `Rejected` (the rest).
        """
        checked = web_address(url)
        if checked is None:
            raise Rejected(f"not an address that can be told anything: {url[:200]}")
        headers = {"Content-Type": media_type, "Accept": "*/*", "Accept-Encoding": "identity"}
        with self._send("POST", checked, headers, time.monotonic() + deadline, body) as answer:
            status, said = answer.status_code, f"{_host(checked)} answers {answer.status_code}"
            after = answer.headers.get("retry-after", "")
        if status == _TOO_MANY or (status == _BUSY and after):
            raise RateLimited(ask_again(self._clock(), after), said)
        if status >= 500:
            raise Unavailable(said)
        if not 200 <= status < 300:
            raise Rejected(said)

    def _ask(self, url: str, accept: str, etag: str, ends: float) -> requests.Response:
        wanted = f"{accept}*" if accept.endswith("/") else accept
        headers = {"Accept": f"{wanted}, */*;q=0.1", "Accept-Encoding": "gzip"}
        if _ETAG.fullmatch(etag):
            headers["If-None-Match"] = etag
        return self._send("GET", url, headers, ends)

    def _send(
        self, method: str, url: str, headers: dict[str, str], ends: float, body: bytes | None = None
    ) -> requests.Response:
        left = ends - time.monotonic()
        if left <= 0:
            raise Unavailable(f"{_host(url)} took too long")
        try:
            return self._session().request(
                method,
                url,
                data=body,
                headers=headers,
                stream=True,
                # Resolving and connecting use up the same time as reading does.
                # (requests takes this, though its types do not say so.)
                timeout=Timeout(total=left, connect=min(left, _CONNECT), read=left),  # type: ignore[arg-type]
            )
        except (requests.ConnectionError, requests.Timeout) as error:
            raise Unavailable(f"{_host(url)} cannot be reached ({_kind(error)})") from error
        except (requests.RequestException, ValueError) as error:
            what = f"{_host(url)} may not be fetched ({_kind(error)})"
            if isinstance(error, InvalidIPAddress):
                what += ": it is no public address; [collect] loopback = true allows this machine"
            raise Rejected(what) from error

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._manager.get_session()
            # No proxy, no .netrc, no cookies: a stranger's address gets nothing of this machine's.
            session.trust_env = False
            session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            punctual(session, silence=_SILENCE)
            self._local.session = session
        return session


def _read(answer: requests.Response, url: str, accept: str, limit: int, ends: float) -> Fetched:
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    says_something = answer.ok and answer.status_code != _NOT_MODIFIED
    if says_something and accept != "*/*" and not media_type.startswith(accept):
        raise Rejected(f"{_host(url)} sent {media_type or 'no type'} instead of {accept}")
    body = bytearray()
    try:
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > limit:
                raise Rejected(f"{_host(url)} sent more than {limit:,} bytes")
            if time.monotonic() > ends:
                raise Unavailable(f"{_host(url)} took too long")
    except requests.RequestException as error:
        late = time.monotonic() > ends
        how = "took too long" if late else f"broke off ({_kind(error)})"
        raise Unavailable(f"{_host(url)} {how}") from error
    etag = answer.headers.get("etag", "").strip()
    return Fetched(
        url=url,
        status=answer.status_code,
        media_type=media_type,
        body=bytes(body),
        links=answer.headers.get("link", "")[:LONGEST_LINKS],
        etag=etag if _ETAG.fullmatch(etag) else "",
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:100]
    except ValueError:
        return url[:100]


def _kind(error: Exception) -> str:
    return type(error).__name__
