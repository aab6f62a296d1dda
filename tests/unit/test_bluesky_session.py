"""A session that is renewed, shared, moved and revoked, against a server that says what we want."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syndication import secrets
from syndication.networks.bluesky import identity
from syndication.networks.bluesky.connect import sign_in
from syndication.networks.bluesky.errors import Missing, Swapped
from syndication.networks.bluesky.session import LOGIN, REFRESH, Session
from syndication.networks.bluesky.xrpc import Xrpc
from syndication.networks.contract import (
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unauthorised,
    Unavailable,
)
from syndication.networks.fetch import Fetcher
from syndication.settings import Settings, load
from tests.faults.scripted import Reply, Scripted
from tests.servers.waiting import HANGS, give_up_soon

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DID = "did:plc:vencejo"
ASK = "/xrpc/com.example.ask"
PUT = "/xrpc/com.example.put"
EXPIRED = Reply(status=400, json={"error": "ExpiredToken", "message": "Token has expired"})
FINE = Reply(json={"fine": True})


def jwt(name: str, *, hours: float = 2, **more: str) -> str:
    """A token that says when it ends; `name` tells one from another."""
    said = {"exp": int((NOW + timedelta(hours=hours)).timestamp()), "name": name, **more}
    payload = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    return f"head.{payload}.sign"


def renewed(name: str = "new") -> Reply:
    """What a server answers to a refresh or a login."""
    return Reply(
        json={
            "did": DID,
            "handle": "vencejo.example",
            "accessJwt": jwt(name),
            "refreshJwt": f"refresh-{name}",
        }
    )


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted().running() as running:
        yield running


@pytest.fixture
def other() -> Iterator[Scripted]:
    with Scripted().running() as running:
        yield running


def kept(**more: str) -> dict[str, str]:
    return {
        "did": DID,
        "handle": "vencejo.example",
        "access_jwt": jwt("old"),
        "refresh_jwt": "refresh-old",
        **more,
    }


def session(
    server: Scripted,
    secrets_: Mapping[str, str] | None = None,
    find_server: Callable[[str], str] | None = None,
) -> Session:
    return Session(
        kept() if secrets_ is None else secrets_,
        server=server.url,
        handle="vencejo.example",
        timeout=HANGS,
        loopback=True,
        find_server=find_server,
        now=lambda: NOW,
    )


def bearer(server: Scripted, path: str) -> list[str]:
    """The tokens that came with the requests for `path`."""
    return [
        asked.headers["Authorization"].removeprefix("Bearer ")
        for asked in server.asked
        if asked.path == path
    ]


# --- renewing --------------------------------------------------------------------------------


def test_a_token_that_is_good_is_used_without_another_request(server: Scripted) -> None:
    server.on("GET", ASK, FINE)
    assert session(server).call("com.example.ask") == {"fine": True}
    assert len(server.asked) == 1


def test_a_token_about_to_end_is_renewed_before_a_write_meets_its_end(server: Scripted) -> None:
    server.on("POST", f"/xrpc/{REFRESH}", renewed())
    server.on("POST", PUT, FINE)
    secrets_ = kept(access_jwt=jwt("old", hours=0.01))
    session(server, secrets_).write("com.example.put", {})
    assert bearer(server, f"/xrpc/{REFRESH}") == ["refresh-old"]
    assert bearer(server, PUT) == [jwt("new")]


def test_a_server_that_calls_a_token_expired_with_400_is_asked_again_with_a_new_one(
    server: Scripted,
) -> None:
    server.on("GET", ASK, EXPIRED, FINE)
    server.on("POST", f"/xrpc/{REFRESH}", renewed())
    assert session(server).call("com.example.ask") == {"fine": True}
    assert bearer(server, ASK) == [jwt("old"), jwt("new")]


def test_a_revoked_session_is_unauthorised_and_says_what_to_do_without_a_token(
    server: Scripted,
) -> None:
    revoked = Reply(status=400, json={"error": "ExpiredToken", "message": "Token has been revoked"})
    server.on("GET", ASK, EXPIRED)
    server.on("POST", f"/xrpc/{REFRESH}", revoked)
    with pytest.raises(Unauthorised, match="connect the account again") as caught:
        session(server).call("com.example.ask")
    assert "refresh-old" not in str(caught.value)
    assert jwt("old") not in str(caught.value)


def test_a_refresh_that_a_server_is_too_slow_for_says_nothing_about_the_session(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_up_soon(monkeypatch, "POST", f"/xrpc/{REFRESH}")
    server.on("GET", ASK, EXPIRED)
    server.on("POST", f"/xrpc/{REFRESH}", Reply(how="late"))
    with pytest.raises(Unavailable):
        session(server).call("com.example.ask")


def test_an_app_password_of_the_web_persons_logs_in_where_no_session_is(server: Scripted) -> None:
    server.on("POST", f"/xrpc/{LOGIN}", renewed())
    server.on("GET", ASK, FINE)
    made = session(server, {"access_token": "abcd-efgh"})
    made.call("com.example.ask")
    assert made.did == DID
    said = next(asked.json for asked in server.asked if asked.path == f"/xrpc/{LOGIN}")
    assert said == {"identifier": "vencejo.example", "password": "abcd-efgh"}


def test_an_account_that_was_taken_down_is_unauthorised(server: Scripted) -> None:
    server.on("GET", ASK, Reply(status=401, json={"error": "AccountTakedown", "message": "x"}))
    with pytest.raises(Unauthorised):
        session(server).call("com.example.ask")


# --- sharing ---------------------------------------------------------------------------------


def settings(folder: Any, server: Scripted, more: str = "") -> Settings:
    (folder / "tertulia.toml").write_text(
        '[site]\nurl = "https://vencejo.example"\nname = "Vencejo"\n[collect]\nloopback = true\n'
        f'[accounts.vuelo]\nnetwork = "bluesky"\nserver = "{server.url}"\n{more}\n'
    )
    return load(folder / "tertulia.toml")


def test_a_renewed_session_is_kept_whole_and_private(tmp_path: Any, server: Scripted) -> None:
    given = settings(tmp_path, server)
    path = secrets.keep(given, "vuelo", kept())
    server.on("GET", ASK, EXPIRED, FINE)
    server.on("POST", f"/xrpc/{REFRESH}", renewed())
    session(server, secrets.read(given, "vuelo")).call("com.example.ask")
    assert secrets.read(given, "vuelo") == kept(access_jwt=jwt("new"), refresh_jwt="refresh-new")
    assert all(file.stat().st_mode & 0o077 == 0 for file in path.parent.iterdir())


def test_many_threads_renew_once_and_none_loses_the_session(
    tmp_path: Any, server: Scripted
) -> None:
    given = settings(tmp_path, server)
    secrets.keep(given, "vuelo", kept(access_jwt=jwt("old", hours=-1)))
    server.on("POST", f"/xrpc/{REFRESH}", renewed())
    server.on("GET", ASK, FINE)
    problems: list[Exception] = []

    def ask() -> None:
        try:
            session(server, secrets.read(given, "vuelo")).call("com.example.ask")
        except NetworkError as error:
            problems.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert server.count("POST", f"/xrpc/{REFRESH}") == 1
    assert set(bearer(server, ASK)) == {jwt("new")}


def test_what_another_process_renewed_is_found_without_a_request_of_our_own(
    tmp_path: Any, server: Scripted
) -> None:
    given = settings(tmp_path, server)
    secrets.keep(given, "vuelo", kept())
    ours = session(server, secrets.read(given, "vuelo"))
    secrets.keep(given, "vuelo", kept(access_jwt=jwt("theirs"), refresh_jwt="refresh-theirs"))
    server.on("GET", ASK, EXPIRED, FINE)
    ours.call("com.example.ask")
    assert server.count("POST", f"/xrpc/{REFRESH}") == 0
    assert bearer(server, ASK)[-1] == jwt("theirs")


def test_a_failed_renewal_leaves_what_was_kept(tmp_path: Any, server: Scripted) -> None:
    given = settings(tmp_path, server)
    secrets.keep(given, "vuelo", kept())
    server.on("GET", ASK, EXPIRED)
    server.on("POST", f"/xrpc/{REFRESH}", Reply(status=503))
    with pytest.raises(Unavailable):
        session(server, secrets.read(given, "vuelo")).call("com.example.ask")
    assert secrets.read(given, "vuelo") == kept()


def test_a_session_made_by_a_password_of_the_environment_is_kept_beside_it(
    tmp_path: Any, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VUELO_PASSWORD", "abcd-efgh")
    given = settings(tmp_path, server, 'token_env = "VUELO_PASSWORD"')
    server.on("POST", f"/xrpc/{LOGIN}", renewed())
    server.on("GET", ASK, FINE)
    for _ in range(2):
        session(server, secrets.read(given, "vuelo")).call("com.example.ask")
    assert server.count("POST", f"/xrpc/{LOGIN}") == 1
    (file,) = tmp_path.glob("var/tokens/*.json")
    assert file.name == "vuelo.session.json"
    assert file.stat().st_mode & 0o077 == 0


def test_a_session_that_cannot_be_written_is_no_news_and_the_old_one_stays(
    tmp_path: Any, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(tmp_path, server)
    secrets.keep(given, "vuelo", kept())
    server.on("GET", ASK, EXPIRED, FINE)
    server.on("POST", f"/xrpc/{REFRESH}", renewed())

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Unavailable, match="cannot be kept"):
        session(server, secrets.read(given, "vuelo")).call("com.example.ask")
    assert secrets.read(given, "vuelo") == kept()


def test_a_session_whose_file_was_taken_away_meanwhile_is_asked_for_again(
    tmp_path: Any, server: Scripted
) -> None:
    given = settings(tmp_path, server)
    path = secrets.keep(given, "vuelo", kept())
    made = session(server, secrets.read(given, "vuelo"))
    path.unlink()
    server.on("GET", ASK, EXPIRED)
    with pytest.raises(Unavailable, match="has no token"):
        made.call("com.example.ask")


def test_a_damaged_session_beside_a_password_is_made_anew(
    tmp_path: Any, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VUELO_PASSWORD", "abcd-efgh")
    given = settings(tmp_path, server, 'token_env = "VUELO_PASSWORD"')
    server.on("POST", f"/xrpc/{LOGIN}", renewed())
    server.on("GET", ASK, FINE)
    session(server, secrets.read(given, "vuelo")).call("com.example.ask")
    (file,) = tmp_path.glob("var/tokens/*.json")
    file.write_bytes(b'{"did": \xff')
    session(server, secrets.read(given, "vuelo")).call("com.example.ask")
    assert server.count("POST", f"/xrpc/{LOGIN}") == 2


def test_a_netrc_of_this_machine_does_not_take_the_place_of_the_session(
    tmp_path: Any, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server.on("GET", ASK, FINE)
    session(server).call("com.example.ask")
    assert bearer(server, ASK) == [jwt("old")]


def test_secrets_are_not_shown_when_they_are_printed(tmp_path: Any, server: Scripted) -> None:
    given = settings(tmp_path, server)
    secrets.keep(given, "vuelo", kept())
    assert "refresh-old" not in repr(secrets.read(given, "vuelo"))


# --- moving ----------------------------------------------------------------------------------


def test_an_account_that_moved_is_asked_where_it_lives_now_and_that_is_kept(
    tmp_path: Any, server: Scripted, other: Scripted
) -> None:
    given = settings(tmp_path, server)
    secrets.keep(given, "vuelo", kept())
    server.on("GET", ASK, Reply(how="close"))
    other.on("GET", ASK, FINE)
    made = session(server, secrets.read(given, "vuelo"), lambda _: other.url)
    assert made.call("com.example.ask") == {"fine": True}
    assert secrets.read(given, "vuelo")["pds"] == other.url
    again = session(server, secrets.read(given, "vuelo"))
    again.call("com.example.ask")
    assert server.count("GET", ASK) == 1


def test_a_moved_account_whose_tokens_are_good_no_more_says_where_it_is(
    server: Scripted, other: Scripted
) -> None:
    refused = Reply(status=400, json={"error": "InvalidToken", "message": "bad token"})
    server.on("GET", ASK, Reply(status=400, json={"error": "AccountDeactivated", "message": "x"}))
    other.on("GET", ASK, refused)
    with pytest.raises(Unauthorised):
        session(server, find_server=lambda _: other.url).call("com.example.ask")
    assert other.count("GET", ASK) == 1


def test_who_did_not_move_is_looked_for_once_in_a_while_and_not_at_each_failure(
    server: Scripted,
) -> None:
    looked = []
    server.on("GET", ASK, Reply(status=502, json={"error": "UpstreamFailure"}))

    def find(did: str) -> str:
        looked.append(did)
        return server.url

    made = session(server, find_server=find)
    for _ in range(3):
        with pytest.raises(Unavailable):
            made.call("com.example.ask")
    assert looked == [DID]


def test_a_directory_that_sends_us_where_tokens_can_be_overheard_is_not_followed(
    server: Scripted,
) -> None:
    server.on("GET", ASK, Reply(how="close"))
    made = Session(
        kept(),
        server=server.url,
        timeout=HANGS,
        loopback=True,
        find_server=lambda _: "http://10.0.0.7",
        now=lambda: NOW,
    )
    with pytest.raises(Unavailable):
        made.call("com.example.ask")


def test_a_write_whose_answer_was_lost_is_not_sent_to_another_server(
    server: Scripted, other: Scripted
) -> None:
    server.on("POST", PUT, Reply(how="close"))
    with pytest.raises(OutcomeUnknown):
        session(server, find_server=lambda _: other.url).write("com.example.put", {})
    assert other.asked == []


@pytest.mark.parametrize("address", ["http://pds.example", "ftp://pds.example", "", "https://"])
def test_a_token_goes_over_nothing_that_can_be_overheard(address: str) -> None:
    with pytest.raises(Rejected, match="https://"):
        Xrpc(address)


def test_this_machine_is_asked_only_where_the_settings_say_so() -> None:
    with pytest.raises(Rejected, match=r"\[collect\] loopback"):
        Xrpc("http://127.0.0.1:1")


# --- errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=400, json={"error": "InvalidSwap", "message": "at x"}), Swapped),
        (Reply(status=400, json={"error": "RecordNotFound", "message": "x"}), Missing),
        (Reply(status=404), Missing),
        (Reply(status=400, json={"error": "InvalidRequest", "message": "too big"}), Rejected),
        (Reply(status=413, body=b"<html>too large</html>"), Rejected),
        (Reply(status=501, json={"error": "MethodNotImplemented"}), Rejected),
        (Reply(status=401, json={"error": "AuthMissing"}), Unauthorised),
        (Reply(status=429, json={"error": "RateLimitExceeded"}), RateLimited),
        (Reply(status=502, json={"error": "UpstreamFailure"}), Unavailable),
        (Reply(status=500, json={"error": "InternalServerError"}), Unavailable),
        (Reply(status=302, headers={"Location": "https://evil.example"}), Unavailable),
        (Reply(body=b"<html>hello</html>"), Unavailable),
        (Reply(json=["no", "object"]), Unavailable),
        (Reply(body=b"[" * 100_000), Unavailable),
        (Reply(how="cut", json={"fine": True}), Unavailable),
        (Reply(how="close"), Unavailable),
        (Reply(how="late"), Unavailable),
        (Reply(how="hang", json={"fine": True}), Unavailable),
        (Reply(how="drip", json={"fine": True, "more": "x" * 200}), Unavailable),
    ],
)
def test_whatever_goes_wrong_with_a_question_is_named_by_what_to_do_next(
    server: Scripted, monkeypatch: pytest.MonkeyPatch, reply: Reply, error: type[NetworkError]
) -> None:
    if reply.takes_time:
        give_up_soon(monkeypatch, "GET", ASK)
    server.on("GET", ASK, reply)
    with pytest.raises(NetworkError) as caught:
        session(server).call("com.example.ask")
    assert type(caught.value) is error or isinstance(caught.value, error)
    assert jwt("old") not in str(caught.value)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500, json={"error": "InternalServerError"}),
        Reply(status=502),
        Reply(body=b"<html>fine</html>"),
        Reply(how="cut", json={"cid": "x"}),
        Reply(how="close"),
        Reply(how="late"),
        Reply(how="drip", json={"cid": "x" * 200}),
    ],
)
def test_a_write_without_a_readable_answer_may_have_been_done(
    server: Scripted, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    if reply.takes_time:
        give_up_soon(monkeypatch, "POST", PUT)
    server.on("POST", PUT, reply)
    with pytest.raises(OutcomeUnknown):
        session(server).write("com.example.put", {})
    with pytest.raises(Unavailable):
        session(server).write("com.example.put", {}, repeatable=True)


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 90)}, NOW + timedelta(seconds=90)),
        ({"RateLimit-Reset": str(int(NOW.timestamp()) - 90)}, NOW + timedelta(seconds=1)),
        ({"ratelimit-reset": "99999999999"}, NOW + timedelta(hours=24)),
        ({"retry-after": "30"}, NOW + timedelta(seconds=30)),
        ({"ratelimit-reset": "soon"}, NOW + timedelta(minutes=5)),
        ({}, NOW + timedelta(minutes=5)),
    ],
)
def test_a_limit_is_waited_for_as_long_as_the_server_says_and_a_day_at_most(
    server: Scripted, headers: dict[str, str], until: datetime
) -> None:
    server.on("GET", ASK, Reply(status=429, headers=headers))
    with pytest.raises(RateLimited) as caught:
        session(server).call("com.example.ask")
    assert caught.value.until == until


def test_a_server_that_repeats_our_token_does_not_bring_it_into_a_message(
    server: Scripted,
) -> None:
    said = {"error": "InvalidRequest", "message": f"odd token {jwt('old')}"}
    server.on("GET", ASK, Reply(status=400, json=said))
    with pytest.raises(Rejected) as caught:
        session(server).call("com.example.ask")
    assert jwt("old") not in str(caught.value)


def test_null_is_said_where_it_means_something(server: Scripted) -> None:
    server.on("POST", PUT, FINE)
    session(server).write("com.example.put", {"swapRecord": None})
    assert server.last("POST").body == b'{"swapRecord": null}'


# --- who and where ---------------------------------------------------------------------------


def document(place: str) -> Reply:
    service = {"id": "#atproto_pds", "serviceEndpoint": f"{place}/"}
    return Reply(json={"id": DID, "service": [{"id": "#other"}, "odd", service]})


RESOLVE = "/xrpc/com.atproto.identity.resolveHandle"


def test_a_handle_leads_to_a_did_and_that_to_a_server_and_the_password_is_not_kept(
    server: Scripted, other: Scripted
) -> None:
    server.on("GET", RESOLVE, Reply(json={"did": DID}))
    server.on("GET", f"/{DID}", document(other.url))
    other.on("POST", f"/xrpc/{LOGIN}", renewed())
    options = {"loopback": True, "plc": server.url, "resolver": server.url}
    signed = sign_in("@vencejo.invalid", options, {"app_password": " abcd-efgh "})
    assert signed.server == other.url
    assert signed.options == {"handle": "vencejo.example"}
    assert signed.secrets["did"] == DID
    assert "abcd-efgh" not in str(signed)


def test_a_wrong_app_password_is_told_without_showing_it(server: Scripted, other: Scripted) -> None:
    refused = {"error": "AuthenticationRequired", "message": "Invalid identifier or password"}
    server.on("GET", f"/{DID}", document(other.url))
    other.on("POST", f"/xrpc/{LOGIN}", Reply(status=401, json=refused))
    options = {"loopback": True, "plc": server.url}
    with pytest.raises(Unauthorised, match="does not accept that app password") as caught:
        sign_in(DID, options, {"app_password": "abcd-efgh"})
    assert "abcd-efgh" not in str(caught.value)


def test_the_password_of_the_account_itself_is_refused(server: Scripted, other: Scripted) -> None:
    session = {
        "did": DID,
        "handle": "vencejo.example",
        "accessJwt": jwt("new", scope="com.atproto.access"),
        "refreshJwt": jwt("refresh"),
    }
    server.on("GET", f"/{DID}", document(other.url))
    other.on("POST", f"/xrpc/{LOGIN}", Reply(json=session))
    with pytest.raises(Rejected, match="make an app password"):
        sign_in(DID, {"loopback": True, "plc": server.url}, {"app_password": "the-main-one"})


def test_a_server_that_signs_in_somebody_else_is_not_believed(
    server: Scripted, other: Scripted
) -> None:
    server.on("GET", "/did:plc:brand", document(other.url))
    other.on("POST", f"/xrpc/{LOGIN}", renewed())
    options = {"loopback": True, "plc": server.url}
    with pytest.raises(Rejected, match="somebody else"):
        sign_in("did:plc:brand", options, {"app_password": "x"})


@pytest.mark.parametrize("who", ["", "vencejo", "a b.example", "did:x", "https://bsky.app/x"])
def test_what_is_no_handle_is_said_before_anybody_is_asked(who: str) -> None:
    with pytest.raises(Rejected, match="is no handle"):
        sign_in(who, {}, {"app_password": "x"})


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=400, json={"error": "InvalidRequest"}), Rejected),
        (Reply(status=500), Unavailable),
        (Reply(body=b"<html>", headers={"Content-Type": "application/json"}), Unavailable),
        (Reply(json={"did": 7}), Rejected),
    ],
)
def test_a_handle_that_nobody_knows_is_told_from_a_directory_that_is_down(
    server: Scripted, reply: Reply, error: type[NetworkError]
) -> None:
    server.on("GET", RESOLVE, reply)
    with pytest.raises(error):
        identity.did_of("nadie.invalid", Fetcher(allow_loopback=True), resolver=server.url)


@pytest.mark.parametrize("did", ["did:key:abc", "did:web:localhost%3A80", "did:web:a.b/../c"])
def test_a_did_of_another_kind_is_not_fetched(did: str) -> None:
    with pytest.raises(Rejected):
        identity.server_of(did, Fetcher(allow_loopback=True))


def test_a_document_without_a_server_is_told(server: Scripted) -> None:
    server.on("GET", f"/{DID}", Reply(json={"id": DID, "service": "none"}))
    with pytest.raises(Rejected, match="has no server"):
        identity.server_of(DID, Fetcher(allow_loopback=True), plc=server.url)
