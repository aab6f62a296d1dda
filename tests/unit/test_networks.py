"""The registry, and fetching what strangers name."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import EntryPoint

import pytest

from syndication.networks import registry
from syndication.networks.contract import Network, Rejected, Unavailable
from syndication.networks.fetch import Fetcher
from syndication.networks.mastodon import network


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


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
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
            for _ in range(100):
                self.wfile.write(b"x" * 70_000)
                if self.server.stopped.wait(0.05):  # type: ignore[attr-defined]
                    return

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopped.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


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


def test_what_takes_too_long_is_given_up(site: str):
    started = time.monotonic()
    with pytest.raises(Unavailable, match="too long"):
        fetch(f"{site}/slow", limit=50_000_000, deadline=0.3)
    assert time.monotonic() - started < 2


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
    ],
)
def test_no_private_address_is_reached(url: str):
    with pytest.raises(Rejected):
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
