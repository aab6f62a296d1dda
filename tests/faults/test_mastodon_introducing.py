"""Profiles of the Mastodon family: their addresses and fields, whatever a server sends."""

from __future__ import annotations

from typing import Any

import pytest

from syndication.model import Ref
from syndication.networks.contract import Connection, Gone, Introduction, NetworkError, Unavailable
from tests.faults.scripted import Reply, Scripted

ADA = Ref(
    space="activitypub",
    id="https://plaza.example/users/ada",
    url="https://plaza.example/@ada",
    local="2",
)
KNOWN, SEARCH = "/api/v1/accounts/2", "/api/v2/search"


def profile(**changes: Any) -> dict[str, Any]:
    link = '<a href="https://ada.example" rel="me nofollow"><span>ada</span></a>'
    fields = [{"name": "Web", "value": link}, {"name": "Ciudad", "value": "València"}]
    usual = {"id": "2", "acct": "ada@plaza.example", "url": ADA.url, "uri": ADA.id}
    return usual | {"fields": fields} | changes


def introduce(connection: Connection, author: Ref = ADA) -> Introduction:
    assert connection.introducer
    return connection.introducer.introduce(author)


def test_a_profile_that_the_server_knows_is_one_request(server: Scripted, connection: Connection):
    server.on("GET", KNOWN, Reply(json=profile()))
    assert introduce(connection) == Introduction(
        addresses=(ADA.url or "", ADA.id), links=("https://ada.example",)
    )
    assert [asked.path for asked in server.asked] == [KNOWN]


@pytest.mark.parametrize(
    "other",
    [Reply(json=profile(uri="https://plaza.example/users/eve")), Reply(status=404), Reply(json=[])],
)
def test_a_number_of_another_server_is_nobody_here(
    server: Scripted, connection: Connection, other: Reply
):
    """What one of our accounts calls `2` is somebody else for the other."""
    server.on("GET", KNOWN, other)
    eve = profile(id="8", uri="https://plaza.example/users/eve")
    server.on("GET", SEARCH, Reply(json={"accounts": [eve, profile(id="9")]}))
    assert introduce(connection).links == ("https://ada.example",)
    assert server.last("GET").query["q"] == [ADA.url]


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [
        ("https://plaza.example/@ada", True),
        ("https://www.plaza.example/@ada", True),
        ("https://plaza.example.evil.example/@ada", False),
        ("https://famous.example/@ada", False),
        ("https://plaza.example@famous.example/@ada", False),
    ],
)
def test_nobody_lives_at_an_address_of_another_server(
    server: Scripted, connection: Connection, claimed: str, believed: bool
):
    server.on("GET", KNOWN, Reply(json=profile(url=claimed)))
    assert introduce(connection).addresses == ((claimed, ADA.id) if believed else (ADA.id,))


def test_a_profile_that_nobody_has_is_gone(server: Scripted, connection: Connection):
    server.on("GET", KNOWN, Reply(status=404))
    server.on("GET", SEARCH, Reply(json={"accounts": []}))
    with pytest.raises(Gone):
        introduce(connection)


@pytest.mark.parametrize(
    "broken", [Reply(status=503), Reply(body=b"<html>"), Reply(how="cut", json=profile())]
)
def test_a_server_that_cannot_answer_says_nothing_about_anybody(
    server: Scripted, connection: Connection, broken: Reply
):
    server.on("GET", KNOWN, broken)
    server.on("GET", SEARCH, broken)
    with pytest.raises(Unavailable):
        introduce(connection)


@pytest.mark.parametrize(
    "fields",
    [
        None,
        "x",
        [None, 3, []],
        [{"value": None}, {"value": 7}],
        [{"value": '<a href="javascript:alert(1)">x</a>'}],
        [{"value": '<a href="https://ada.example@evil.example">x</a>'}],
    ],
)
def test_odd_fields_name_nothing(server: Scripted, connection: Connection, fields: Any):
    server.on("GET", KNOWN, Reply(json=profile(fields=fields)))
    assert introduce(connection).links == ()


def test_no_nonsense_escapes_as_anything_but_an_error_of_the_contract(
    server: Scripted, connection: Connection
):
    for nonsense in (3, [], "x", {"id": {}}, {"url": 5, "uri": []}):
        server.on("GET", KNOWN, Reply(json=nonsense))
        server.on("GET", SEARCH, Reply(json=nonsense))
        with pytest.raises(NetworkError):
            introduce(connection)
