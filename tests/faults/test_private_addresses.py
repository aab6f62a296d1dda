"""No stranger makes us knock at a private address: as source, as target, as endpoint, as author.

Every spelling of an address is told as a webmention's source and as the endpoint of a page; what
the process connects to is written down below everything else, at the socket.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from syndication.model import Account, Draft, Ref
from syndication.networks.contract import NetworkError, Request, Unreachable
from syndication.networks.fetch import Fetcher
from syndication.networks.webmention.client import connect
from syndication.networks.webmention.receive import receive
from syndication.networks.webmention.send import Teller
from syndication.rules.mentions import mention_id, telling
from tests.servers.pages import website

HOSTS = {
    "loopback": "127.0.0.1",
    "loopback, another": "127.8.9.10",
    "loopback by name": "localhost",
    "loopback, short": "127.1",
    "decimal": "2130706433",
    "octal": "0177.0.0.1",
    "octal, long": "0000177.0000.0000.0001",
    "hexadecimal": "0x7f000001",
    "hexadecimal, dotted": "0x7f.0x0.0x0.0x1",
    "mixed": "0x7f.1",
    "full width digits": "１２７.0.0.1",
    "full stop of Chinese": "127。0。0。1",
    "IPv6 loopback": "[::1]",
    "IPv6 unspecified": "[::]",
    "IPv4 mapped": "[::ffff:127.0.0.1]",
    "IPv4 mapped, hexadecimal": "[::ffff:7f00:1]",
    "IPv4 compatible": "[::127.0.0.1]",
    "IPv4 translated": "[64:ff9b::7f00:1]",
    "6to4 of a private address": "[2002:7f00:1::]",
    "IPv6 link-local": "[fe80::1]",
    "IPv6 of a company": "[fd00::1]",
    "unspecified": "0.0.0.0",
    "this network": "0.1.2.3",
    "private, 10": "10.0.0.1",
    "private, 172": "172.16.0.1",
    "private, 192": "192.168.1.1",
    "carrier-grade NAT": "100.64.0.1",
    "link-local, metadata": "169.254.169.254",
    "link-local, decimal": "2852039166",
    "multicast": "224.0.0.1",
    "broadcast": "255.255.255.255",
    "reserved": "240.0.0.1",
    "documentation": "192.0.2.1",
    "benchmarks": "198.18.0.1",
}
SCHEMES = ["file:///etc/passwd", "gopher://127.0.0.1:70/1", "ftp://127.0.0.1/", "dict://127.0.0.1/"]
SCHEMES += ["data:text/html,x", "ldap://127.0.0.1/", "jar:http://127.0.0.1!/", "//127.0.0.1/"]

US = "https://brand.example/hello/"


@pytest.fixture
def knocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every address that this process connects to; no connection is made."""
    addresses: list[str] = []

    def refuse(self: socket.socket, address: Any) -> None:
        addresses.append(address[0])
        raise ConnectionRefusedError("nobody is there")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield addresses
    assert [a for a in addresses if not ipaddress.ip_address(a).is_global] == []


def look_up(source: str) -> object:
    web = connect(Account(name="web", network="webmention", options={"site": US}))
    ref = Ref(space="web", id=mention_id(source, "/hello/"), url=source, local=US)
    assert web.reader is not None
    return web.reader.fetch([ref])[ref.id]


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
@pytest.mark.parametrize("port", ["", ":8765"])
def test_a_source_at_a_private_address_is_not_asked(knocked: list[str], host: str, port: str):
    assert isinstance(look_up(f"http://{host}{port}/"), Unreachable)
    assert knocked == []


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
def test_a_page_that_is_linked_to_at_a_private_address_is_not_asked(knocked: list[str], host: str):
    with pytest.raises(NetworkError):
        Teller(Fetcher()).publish(Draft(text=telling(f"http://{host}/", "0"), url=US), key="k")
    assert knocked == []


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
def test_an_endpoint_at_a_private_address_is_told_nothing(knocked: list[str], host: str):
    with pytest.raises(NetworkError):
        Fetcher().post(f"http://{host}/", body=b"x", media_type="text/plain")
    assert knocked == []


@pytest.mark.parametrize("source", SCHEMES)
def test_only_the_web_is_asked(knocked: list[str], source: str):
    assert isinstance(look_up(source), Unreachable)
    request = Request(endpoint="webmention", fields={"source": source, "target": US})
    assert receive(request, lambda url: url == US).answer.status == 400
    assert knocked == []


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let every name resolve to one answer after the other; the names that were asked for."""
    asked: list[str] = []

    def literal(ip: str, port: Any) -> list[Any]:
        place = (ip, int(port or 80))
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place)]

    def resolve(host: str, port: Any, *_: Any, **__: Any) -> list[Any]:
        if host.replace(".", "").isdigit():
            return literal(host, port)
        asked.append(str(host))
        found = answers[min(len(asked), len(answers)) - 1]
        return [entry for ip in found for entry in literal(ip, port)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1"])
def test_a_name_that_resolves_to_a_private_address_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, knocked: list[str], private: str
):
    resolving(monkeypatch, [private])
    assert isinstance(look_up("http://rebound.example/"), Unreachable)
    assert knocked == []


def test_a_name_that_changes_between_check_and_use_gains_nothing(
    monkeypatch: pytest.MonkeyPatch, knocked: list[str]
):
    asked = resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    assert isinstance(look_up("http://rebound.example/"), Unreachable)
    assert asked.count("rebound.example") == 1
    assert set(knocked) == {"93.184.216.34"}


def test_of_two_addresses_no_private_one_is_tried(
    monkeypatch: pytest.MonkeyPatch, knocked: list[str]
):
    resolving(monkeypatch, ["93.184.216.34", "127.0.0.1"])
    look_up("http://rebound.example/")
    assert "127.0.0.1" not in knocked


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
def test_no_redirect_leads_to_a_private_address(host: str):
    """A page on loopback, which this test lets us reach, leads to other private addresses."""
    with website() as site:
        source = site.leads("/re", f"http://{host}:1/")
        options = {"site": US, "loopback": True}
        web = connect(Account(name="web", network="webmention", options=options))
        ref = Ref(space="web", id=mention_id(source, "/hello/"), url=source, local=US)
        assert web.reader is not None
        assert isinstance(web.reader.fetch([ref])[ref.id], Unreachable)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "gopher://a.example/", "javascript:1"])
def test_no_redirect_leaves_the_web(to: str):
    with website() as site:
        source = site.leads("/re", to)
        options = {"site": US, "loopback": True}
        web = connect(Account(name="web", network="webmention", options=options))
        ref = Ref(space="web", id=mention_id(source, "/hello/"), url=source, local=US)
        assert web.reader is not None
        assert isinstance(web.reader.fetch([ref])[ref.id], Unreachable)
        assert site.asked == ["/re"]
