"""Sessions that end, accounts that are gone, servers that are down, on a real Bluesky network."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndication.demo.bluesky_person import Person
from syndication.networks.contract import (
    NetworkError,
    RateLimited,
    Unauthorised,
    Unavailable,
)
from tests.faults.bluesky_speaking import (
    Connect,
    draft,
    find,
    publish,
    reply_of,
)
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import connected, expired, session_of

# --- sessions and weather --------------------------------------------------------------------


def test_a_token_that_is_over_is_renewed_by_the_real_server(bluesky: Bluesky, us: Person):
    session = session_of(us)
    over = expired(session["access_jwt"], bluesky.jwt_secret)
    publish(connected(bluesky.pds, session | {"access_jwt": over}), draft())
    assert len(us.records()) == 1


def test_a_revoked_app_password_is_told_and_not_before_its_token_is_over(
    bluesky: Bluesky, us: Person
):
    session = session_of(us, us.app_password("tertulia"))
    us.call("com.atproto.server.revokeAppPassword", name="tertulia")
    publish(connected(bluesky.pds, session), draft())
    over = expired(session["access_jwt"], bluesky.jwt_secret)
    with pytest.raises(Unauthorised, match="connect the account again"):
        publish(connected(bluesky.pds, session | {"access_jwt": over}), draft(), key="later")


@pytest.mark.parametrize("token", ["nonsense", ""])
def test_a_token_that_is_none_is_unauthorised(bluesky: Bluesky, us: Person, token: str):
    session = session_of(us) | {"access_jwt": "nonsense", "refresh_jwt": token or "nonsense"}
    with pytest.raises(Unauthorised):
        publish(connected(bluesky.pds, session), draft())


def test_an_account_that_is_deactivated_can_say_nothing_and_its_posts_are_not_gone(
    connect: Connect, us: Person
):
    connection = connect()
    ref = publish(connection, draft())
    us.deactivate()
    assert connection.updater
    with pytest.raises(Unauthorised, match="deactivated"):
        connection.updater.update(ref, draft("otra"), key="x")
    us.reactivate()
    connection.updater.update(ref, draft("otra"), key="x")


def test_the_profile_is_there_though_the_appview_is_not(bluesky_alone: Bluesky):
    person = Person.register(bluesky_alone.pds, "solo-vencejo.test", password="x-secret")
    profile = connected(bluesky_alone.pds, session_of(person)).profile()
    assert profile.handle == profile.name == "solo-vencejo.test"


def test_posts_leave_though_the_appview_is_down_and_lags(bluesky_alone: Bluesky):
    person = Person.register(bluesky_alone.pds, "lag-vencejo.test", password="x-secret")
    connection = connected(bluesky_alone.pds, session_of(person))
    first = publish(connection, draft(), key="1")
    second = publish(connection, draft("sigue", reply_to=first), key="2")
    assert reply_of(person, second)["root"]["uri"] == first.id
    assert find(connection, draft("x", moment=datetime(2020, 1, 1, tzinfo=UTC))) is None


def test_a_server_that_is_down_is_asked_later(us: Person):
    with pytest.raises(Unavailable):
        publish(connected("http://127.0.0.1:9", session_of(us)), draft())


@pytest.mark.slow
def test_a_server_that_limits_says_until_when(bluesky_limited: Bluesky):
    person = Person.register(bluesky_limited.pds, "prisa-vencejo.test", password="x-secret")
    bad = {"access_token": "wrong"}
    connection = connected(bluesky_limited.pds, bad, handle=person.handle)
    caught: NetworkError = Unauthorised()
    for _ in range(31):
        with pytest.raises(NetworkError) as raised:
            publish(connection, draft())
        caught = raised.value
    assert isinstance(caught, RateLimited)
    assert caught.until > datetime.now(UTC)


def test_points_are_counted_before_a_write_leaves(connect: Connect, us: Person, tmp_path: Path):
    connection = connect(folder=str(tmp_path))
    publish(connection, draft())
    minute = int(datetime.now(UTC).timestamp() // 60)
    (tmp_path / "points.json").write_text(f'{{"{minute}": 4999}}')
    with pytest.raises(RateLimited):
        publish(connection, draft("otra"), key="otra")
    assert len(us.records()) == 1


# --- by hand ---------------------------------------------------------------------------------


def test_an_account_is_connected_at_a_terminal_and_its_session_kept(
    bluesky: Bluesky, us: Person, tmp_path: Path
):
    (tmp_path / "tertulia.toml").write_text(
        '[site]\nurl = "https://vencejo.example"\nname = "Vencejo"\n[collect]\nloopback = true\n'
    )
    password = us.app_password()
    words = ["connect", "bluesky", us.handle, "--name", "vuelo", "-o", f"plc={bluesky.plc}"]
    words += ["-o", f"resolver={bluesky.pds}"]

    def run(typed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "syndication.cli", *words],
            cwd=tmp_path,
            input=f"{typed}\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    refused = run("not-the-password")
    assert refused.returncode != 0
    assert "does not accept that app password" in refused.stderr
    assert "not-the-password" not in refused.stderr + refused.stdout
    assert "[accounts" not in (tmp_path / "tertulia.toml").read_text()
    done = run(password)
    assert f"Connected {us.handle} as account vuelo." in done.stdout, done.stderr
    kept = (tmp_path / "var" / "tokens" / "vuelo.json").read_text()
    assert us.did in kept
    assert password not in kept
    settings = (tmp_path / "tertulia.toml").read_text()
    assert f'handle = "{us.handle}"' in settings
    again = run(password)
    assert "Connected" in again.stdout, again.stderr
    assert settings == (tmp_path / "tertulia.toml").read_text()
