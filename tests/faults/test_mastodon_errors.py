"""What goes wrong on the wire becomes the error that says what to do next."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syndication.model import Account, Draft, Ref
from syndication.networks import registry
from syndication.networks.contract import (
    Connection,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unauthorised,
    Unavailable,
)
from tests.faults.conftest import TOKEN, status
from tests.faults.scripted import Reply, Scripted
from tests.servers.waiting import give_up_soon

DRAFT = Draft(text="Hola", language="es")
REF = Ref(space="activitypub", id="https://social.example/statuses/9", local="9")
NEWS = "/api/v1/notifications"
SAY = "/api/v1/statuses"
PAGE = b"<!doctype html><title>Maintenance</title>"


def read(connection: Connection) -> object:
    assert connection.collector
    return connection.collector.collect("5")


def publish(connection: Connection) -> object:
    assert connection.publisher
    return connection.publisher.publish(DRAFT, key="k")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=500), Unavailable),
        (Reply(status=502, body=PAGE), Unavailable),
        (Reply(status=503), Unavailable),
        (Reply(status=301, headers={"Location": "https://else.example/"}), Unavailable),
        (Reply(body=PAGE), Unavailable),
        (Reply(json={"not": "a list"}), Unavailable),
        (Reply(body=b"[" * 100_000), Unavailable),
        (Reply(json=[], how="cut", body=b"[1, 2, 3"), Unavailable),
        (Reply(how="close"), Unavailable),
        (Reply(how="late"), Unavailable),
        (Reply(how="drip", body=b" " * 200), Unavailable),
        (Reply(status=401, json={"error": "The access token was revoked"}), Unauthorised),
        (Reply(status=403, json={"error": "insufficient scope permission"}), Unauthorised),
        (Reply(status=403, json={"error": "outside the authorized scopes"}), Unauthorised),
        (Reply(status=429), RateLimited),
    ],
)
def test_reading_that_fails(
    server: Scripted,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    reply: Reply,
    error: type[NetworkError],
):
    if reply.takes_time:
        give_up_soon(monkeypatch, "GET", NEWS)
    server.on("GET", NEWS, reply)
    with pytest.raises(error) as caught:
        read(connection)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=500), OutcomeUnknown),
        (Reply(status=502), OutcomeUnknown),
        (Reply(status=504), OutcomeUnknown),
        (Reply(body=PAGE), OutcomeUnknown),
        (Reply(json={"id": "1"}), OutcomeUnknown),
        (Reply(json=status("1"), how="cut"), OutcomeUnknown),
        (Reply(how="close"), OutcomeUnknown),
        (Reply(how="late"), OutcomeUnknown),
        (Reply(how="drip", body=b" " * 200), OutcomeUnknown),
        (Reply(status=503), OutcomeUnknown),
        (Reply(status=503, headers={"Retry-After": "30"}), Unavailable),
        (Reply(status=401), Unauthorised),
        (Reply(status=429), RateLimited),
        (Reply(status=405, body=b"405 method not allowed"), Rejected),
    ],
)
def test_publishing_that_fails(
    server: Scripted,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    reply: Reply,
    error: type[NetworkError],
):
    if reply.takes_time:
        give_up_soon(monkeypatch, "POST", SAY)
    server.on("POST", SAY, reply)
    with pytest.raises(error):
        publish(connection)


@pytest.mark.parametrize(
    ("status_", "words"),
    [
        (400, "Bad Request: text with spoiler exceed max chars (5000)"),
        (403, "you do not have permission to reply to this status"),
        (404, "target status not found"),
        (422, "Validation failed: Text character limit of 500 exceeded"),
    ],
)
def test_a_refusal_is_final_and_in_the_servers_own_words(
    server: Scripted, connection: Connection, status_: int, words: str
):
    server.on("POST", SAY, Reply(status=status_, json={"error": words}))
    with pytest.raises(Rejected, match=words.split("(")[0]):
        publish(connection)


def test_a_server_that_is_not_there_did_nothing(connection: Connection, server: Scripted):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        account = Account(name="v", network="mastodon", server=nobody)
        down = registry.get("mastodon").connect(account, {"access_token": TOKEN})
        with pytest.raises(Unavailable, match="cannot be reached"):
            publish(down)
        down.close()


@pytest.mark.parametrize("method", ["update", "delete"])
def test_what_can_be_repeated_is_never_in_doubt(
    server: Scripted, connection: Connection, method: str
):
    server.on("GET", f"{SAY}/9", Reply(json=status("9")))
    server.on("PUT", f"{SAY}/9", Reply(how="close"))
    server.on("DELETE", f"{SAY}/9", Reply(how="close"))
    assert connection.publisher
    assert connection.updater
    calls: dict[str, Any] = {
        "update": lambda: connection.updater.update(REF, DRAFT, key="k"),  # type: ignore[union-attr]
        "delete": lambda: connection.publisher.delete(REF),  # type: ignore[union-attr]
    }
    with pytest.raises(Unavailable):
        calls[method]()


def limited(server: Scripted, connection: Connection, **headers: str) -> timedelta:
    reply = Reply(status=429, headers={n.replace("_", "-"): v for n, v in headers.items()})
    server.on("GET", NEWS, reply)
    with pytest.raises(RateLimited) as caught:
        read(connection)
    return caught.value.until - datetime.now(UTC)


def test_a_rate_limit_without_a_date_is_five_minutes(server: Scripted, connection: Connection):
    assert timedelta(minutes=4) < limited(server, connection) <= timedelta(minutes=5)


@pytest.mark.parametrize("form", ["iso", "epoch", "seconds", "http"])
def test_a_rate_limit_is_read_in_every_form(server: Scripted, connection: Connection, form: str):
    until = datetime.now(UTC) + timedelta(minutes=2)
    headers = {
        "iso": {"X_RateLimit_Reset": until.isoformat().replace("+00:00", "Z")},
        "epoch": {"X_RateLimit_Reset": str(int(until.timestamp()))},
        "seconds": {"Retry_After": "120"},
        "http": {"Retry_After": until.strftime("%a, %d %b %Y %H:%M:%S GMT")},
    }
    waiting = limited(server, connection, **headers[form])
    assert timedelta(seconds=110) < waiting <= timedelta(seconds=121)


@pytest.mark.parametrize("nonsense", ["99999999999", "-5", "soon", "2999-01-01T00:00:00Z", "1e999"])
def test_no_server_silences_us_for_longer_than_a_day(
    server: Scripted, connection: Connection, nonsense: str
):
    assert timedelta() < limited(server, connection, Retry_After=nonsense) <= timedelta(hours=24)


def test_a_refusal_in_endless_brackets_is_a_refusal(server: Scripted, connection: Connection):
    server.on("POST", SAY, Reply(status=422, body=b"[" * 100_000))
    with pytest.raises(Rejected):
        publish(connection)


def test_a_server_that_repeats_our_token_does_not_make_us_show_it(
    server: Scripted, connection: Connection
):
    server.on("POST", SAY, Reply(status=401, json={"error": f"bad token {TOKEN}"}))
    with pytest.raises(Unauthorised) as caught:
        publish(connection)
    assert TOKEN not in str(caught.value)


def test_the_token_travels_in_one_header_and_not_after_a_redirect(
    server: Scripted, connection: Connection
):
    server.on("GET", NEWS, Reply(status=302, headers={"Location": f"{server.url}/elsewhere"}))
    with pytest.raises(Unavailable, match="redirects"):
        read(connection)
    assert [asked.path for asked in server.asked] == [NEWS]
    (asked,) = server.asked
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert "access_token" not in asked.query
    assert asked.headers["User-Agent"].startswith("Tertulia")


def test_a_token_does_not_travel_over_plain_http():
    account = Account(name="v", network="mastodon", server="http://social.example")
    with pytest.raises(Rejected, match="https://"):
        registry.get("mastodon").connect(account, {"access_token": TOKEN})


def test_an_account_without_a_token_is_to_be_connected(server: Scripted):
    account = Account(name="v", network="mastodon", server=server.url)
    with pytest.raises(Unauthorised, match="no token"):
        registry.get("mastodon").connect(account, {})
