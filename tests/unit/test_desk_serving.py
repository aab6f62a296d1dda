"""The desk on a real socket: it listens, and ends quickly even while somebody is connected."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from threading import Event
from urllib.request import Request, urlopen

import pytest

from syndication.web.serving import Server, ServingError
from tests.servers.waiting import HANGS

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def hello(environ: dict[str, object], start: StartResponse) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


def test_a_server_answers_and_ends_despite_an_open_connection():
    server = Server(hello, "127.0.0.1", 0)
    server.start()
    with urlopen(f"http://127.0.0.1:{server.port}/") as answer:
        assert answer.read() == b"hello"
    with socket.create_connection(("127.0.0.1", server.port)) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\n")
        server.stop()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", server.port), timeout=HANGS)


def test_a_request_that_hangs_does_not_hold_up_the_end():
    leave, came, gone = Event(), Event(), Event()

    def hanging(environ: dict[str, object], start: StartResponse) -> Iterable[bytes]:
        came.set()
        leave.wait(HANGS)
        gone.set()
        return hello(environ, start)

    server = Server(hanging, "127.0.0.1", 0)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert came.wait(HANGS)
        server.stop()
        assert not gone.is_set()
        leave.set()


@pytest.mark.parametrize(("proxied", "seen"), [(True, b"203.0.113.7"), (False, b"127.0.0.1")])
def test_only_behind_a_proxy_a_forwarded_address_is_believed(proxied: bool, seen: bytes):
    def whose(environ: dict[str, object], start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [str(environ["REMOTE_ADDR"]).encode()]

    server = Server(whose, "127.0.0.1", 0, proxied=proxied)
    server.start()
    try:
        headers = {"X-Forwarded-For": "203.0.113.7"}
        with urlopen(Request(f"http://127.0.0.1:{server.port}/", headers=headers)) as answer:
            assert answer.read() == seen
    finally:
        server.stop()


def test_a_server_that_was_never_started_can_be_stopped():
    Server(hello, "127.0.0.1", 0).stop()


def test_an_address_in_use_is_said_with_what_to_do():
    first = Server(hello, "127.0.0.1", 0)
    try:
        with pytest.raises(ServingError, match="Is another program"):
            Server(hello, "127.0.0.1", first.port)
    finally:
        first.stop()
