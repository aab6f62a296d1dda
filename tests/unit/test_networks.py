"""The registry, and fetching what strangers name."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import EntryPoint
from itertools import chain, repeat
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from syndication.networks import fetch as fetching
from syndication.networks import registry
from syndication.networks.contract import Network, Rejected, Unavailable
from syndication.networks.fetch import Fetcher
from syndication.networks.mastodon import network
from tests.servers.waiting import HANGS


def test_ours_are_registered_as_a_third_partys_would_be():
    assert {"mastodon", "memory"} <= set(registry.names())
    assert registry.get("mastodon").title == "Mastodon"


def test_an_unknown_network_is_answered_with_those_that_there_are():
    with pytest.raises(registry.NoSuchNetwork, match=r"'mastadon'.*mastodon, memory"):
        registry.get("mastadon")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    registry.get.cache_clear()
    yield
    registry.get.cache_clear()


def entry(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    point = EntryPoint(name="other", value=value, group=registry.GROUP)
    monkeypatch.setattr(registry, "_found", lambda: {"other": point})


def made() -> Network:
    return network


def test_a_network_may_be_a_function(monkeypatch: pytest.MonkeyPatch):
    entry(monkeypatch, "tests.unit.test_networks:made")
    assert registry.get("other") is network


@pytest.mark.parametrize(
    ("value", "problem"),
    [("nothing_like_this:network", "needs nothing_like_this"), ("os:sep", "is not a Network")],
)
def test_a_network_that_cannot_be_loaded_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, value: str, problem: str
):
    entry(monkeypatch, value)
    with pytest.raises(registry.NoSuchNetwork, match=problem):
        registry.get("other")


def test_looking_a_network_up_loads_no_client():
    code = (
        "import sys; from syndication.networks import registry; registry.get('mastodon');"
        "print([m for m in ('requests', 'mastodon', 'requests_hardened') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
NOTHING = b"\x00\x00\x00\xff\xff"  # an empty block of DEFLATE: bytes that unpack to none
DRIPS = {
    "header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400,
    "body": HEAD + b"\r\n" + b"x" * 400,
    "size of a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 400,
    "packed nothing": HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10]
    + NOTHING * 100,
}  # fmt: skip
BOMB = gzip.compress(b"x" * 50_000_000)


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/drip/"):
            self.drip(DRIPS[self.path.removeprefix("/drip/").replace("%20", " ")])
            return
        if self.path == "/bomb":
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(BOMB)
            return
        if self.path.startswith("/etag/"):
            self.changes_never(unquote(self.path.removeprefix("/etag/")))
            return
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.send_header("Set-Cookie", "who=you")
            self.end_headers()
            return
        kind = "image/png" if self.path.endswith(".png") else "text/html; charset=utf-8"
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write((self.headers.get("Cookie") or "no cookie").encode())
        if self.path == "/long":
            self.wfile.write(b"x" * 100_000)
        if self.path == "/slow":
            self.wfile.write(b"x" * 70_000)
            self.server.stopped.wait(HANGS)  # type: ignore[attr-defined]

    def drip(self, answer: bytes) -> None:
        """All but a beginning comes byte by byte: never silent for long, and never done."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.write(answer[:-390])
            for position in range(len(answer) - 390, len(answer)):
                self.wfile.write(answer[position : position + 1])
                if self.server.stopped.wait(HANGS / 390):  # type: ignore[attr-defined]
                    return
            self.server.said_all = True  # type: ignore[attr-defined]

    def changes_never(self, etag: str) -> None:
        known = self.headers.get("If-None-Match")
        self.send_response(304 if known == etag else 200)
        if known != etag:
            self.send_header("Content-Type", "application/json")
        self.send_header("ETag", etag)
        self.end_headers()
        if known != etag:
            self.wfile.write(f"{known}".encode())

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    server.said_all = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.stopped.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


fetch = Fetcher(allow_loopback=True)


def test_a_page_is_fetched_with_its_type_and_where_it_was_found(site: str):
    found = fetch(f"{site}/to//page", accept="text/html")
    assert (found.url, found.status, found.media_type) == (f"{site}/page", 200, "text/html")
    assert found.body == b"no cookie"


def test_an_error_is_an_answer(site: str):
    assert fetch(f"{site}/gone", accept="image/").status == 404


def test_what_is_not_of_the_wanted_type_is_not_read(site: str):
    assert fetch(f"{site}/a.png", accept="image/").media_type == "image/png"
    with pytest.raises(Rejected, match="text/html instead of image/"):
        fetch(f"{site}/page", accept="image/")


def test_what_is_too_long_is_not_read_to_the_end(site: str):
    with pytest.raises(Rejected, match="more than 1,000 bytes"):
        fetch(f"{site}/long", limit=1_000)


def test_what_takes_too_long_is_given_up(site: str, monkeypatch: pytest.MonkeyPatch):
    moments = chain([0, 0], repeat(21))  # when it is begun, when it is asked, and from then on
    monkeypatch.setattr(fetching, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    with pytest.raises(Unavailable, match="too long"):
        fetch(f"{site}/slow", limit=50_000_000)


@pytest.mark.parametrize("what", DRIPS)
def test_a_slow_drip_does_not_defeat_the_deadline(
    server: ThreadingHTTPServer, site: str, what: str
):
    with pytest.raises(Unavailable, match=r"too long|cannot be reached"):
        fetch(f"{site}/drip/{what}", deadline=0.3)
    assert not server.said_all  # type: ignore[attr-defined]


def test_the_cap_counts_what_was_unpacked(site: str):
    with pytest.raises(Rejected, match="more than 1,000,000 bytes"):
        fetch(f"{site}/bomb", limit=1_000_000)


def test_what_did_not_change_is_not_sent_again(site: str):
    first = fetch(f'{site}/etag/W/"a1"', accept="application/json")
    assert (first.status, first.body, first.etag) == (200, b"None", 'W/"a1"')
    again = fetch(first.url, accept="application/json", etag=first.etag)
    assert (again.status, again.body, again.etag) == (304, b"", first.etag)


@pytest.mark.parametrize("etag", ["bare", '"' + "x" * 1000 + '"', '"a b"'])
def test_an_etag_that_could_not_be_kept_or_sent_is_none(site: str, etag: str):
    found = fetch(f"{site}/etag/{etag}")
    assert (found.status, found.etag) == (200, "")
    assert fetch(found.url, etag=etag).body == b"None"


def test_an_etag_cannot_carry_another_header(site: str):
    assert fetch(f'{site}/etag/"a"', etag='"a"\r\nCookie: b=c').body == b"None"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[::ffff:0:10.0.0.1]/",
        "http://[fec0::1]/",
    ],
)
def test_no_private_address_is_reached(url: str):
    with pytest.raises(Rejected, match="no public address"):
        Fetcher()(url)


def test_no_redirect_leads_into_a_private_network(site: str):
    with pytest.raises(Rejected, match=r"169\.254"):
        fetch(f"{site}/to/http://169.254.169.254/")


def test_redirects_come_to_an_end(site: str):
    with pytest.raises(Rejected, match="redirects more than"):
        fetch(f"{site}/to/" * 9 + "page")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "/a", "", "http://"]
)
def test_only_web_addresses_are_fetched(url: str):
    with pytest.raises(Rejected, match="not an address"):
        fetch(url)


def test_a_site_that_is_not_there_may_come_back():
    with pytest.raises(Unavailable):
        fetch("http://127.0.0.1:1/")
