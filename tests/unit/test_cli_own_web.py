"""Webmentions and comments are switched on by two lines: no token is missed, and none is made."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from click.testing import CliRunner, Result

from syndication.cli import main
from syndication.settings import load

OWN_WEB = ["webmention", "site"]
PUBLIC = '[public]\nurl = "https://talk.vencejo.example"\n'


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "tertulia.toml"
    path.write_text('[site]\nurl = "https://vencejo.example"\nname = "Vencejo"\n')
    return path


def run(settings: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--settings", str(settings), *words])


def about_accounts(settings: Path) -> list[str]:
    """What `check` says of accounts and tokens."""
    told = run(settings, "check").output.splitlines()
    return [line for line in told if " account" in line or "token" in line]


@pytest.mark.parametrize("network", OWN_WEB)
def test_what_two_lines_switch_on_is_fine_without_a_token(settings: Path, network: str) -> None:
    lines = f'[accounts.talk]\nnetwork = "{network}"\n'
    settings.write_text(settings.read_text() + PUBLIC + lines)
    told = about_accounts(settings)
    assert "fine   account talk is heard at https://talk.vencejo.example" in told
    assert [line for line in told if not line.startswith("fine ") or line.endswith(" ")] == []


def test_comments_that_nobody_can_reach_are_told_of(settings: Path) -> None:
    settings.write_text(settings.read_text() + '[accounts.talk]\nnetwork = "site"\n')
    assert any(
        "nobody can reach it: say below [public]" in line for line in about_accounts(settings)
    )


def test_a_site_may_tell_others_and_hear_nobody(settings: Path) -> None:
    settings.write_text(settings.read_text() + '[accounts.talk]\nnetwork = "webmention"\n')
    assert all(line.startswith("fine ") for line in about_accounts(settings))


@pytest.mark.parametrize(("public", "wrong"), [("127.0.0.1:8765", True), ("127.0.0.1:8766", False)])
def test_desk_and_public_endpoints_cannot_listen_on_one_address(
    settings: Path, public: str, wrong: bool
) -> None:
    lines = f'listen = "{public}"\n[accounts.talk]\nnetwork = "site"\n'
    settings.write_text(settings.read_text() + PUBLIC + lines)
    told = run(settings, "check").output
    assert (f"wrong  [public] listen: {settings}: is that of the desk" in told) is wrong


@pytest.mark.parametrize(
    ("network", "places"),
    [
        ("site", "https://talk.vencejo.example/comment, https://talk.vencejo.example/report"),
        ("webmention", "https://talk.vencejo.example/webmention"),
    ],
)
def test_status_says_where_an_account_is_heard_that_nobody_polls(
    settings: Path, network: str, places: str
) -> None:
    account = f'[accounts.talk]\nnetwork = "{network}"\n'
    alone = settings.read_text() + account
    settings.write_text(alone)
    assert "talk: hears nobody: [public] url is empty\n" in run(settings, "status").output
    settings.write_text(alone + PUBLIC)
    said = run(settings, "status").output
    assert f"talk: heard at {places}\n" in said
    assert "poll" not in said


@pytest.mark.parametrize("network", OWN_WEB)
def test_connecting_the_own_web_writes_its_lines_and_no_token(settings: Path, network: str) -> None:
    done = run(settings, "connect", network)
    assert done.exit_code == 0, done.output
    assert "It needs no token." in done.output
    assert "[public]" in done.output
    assert load(settings).accounts[network].network == network
    assert not (settings.parent / "var" / "tokens").exists()


def test_the_own_web_has_no_server_and_is_declared_once(settings: Path) -> None:
    assert (
        "leave 'social.example' out"
        in run(settings, "connect", "webmention", "social.example").output
    )
    run(settings, "connect", "webmention", "-o", "pingback=true")
    assert load(settings).accounts["webmention"].options == {"pingback": True}
    again = run(settings, "connect", "webmention")
    assert again.exit_code == 2
    assert "change it there" in again.output


@contextmanager
def mail_server(port: int) -> Iterator[None]:
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield
    finally:
        server.stop()


@pytest.mark.parametrize("answers", [True, False])
def test_check_asks_whether_the_mail_server_answers(settings: Path, answers: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mail = f'[mail]\nserver = "127.0.0.1:{port}"\nsender = "Vencejo <talk@vencejo.example>"\n'
    settings.write_text(settings.read_text() + mail)
    with mail_server(port) if answers else nullcontext():
        told = run(settings, "check").output
    (line,) = [line for line in told.splitlines() if "mail server" in line]
    assert line.startswith("fine " if answers else "wrong")
    assert "mail server" not in run(settings, "check", "--offline").output


def test_a_reader_that_has_seen_enough_is_no_error(settings: Path) -> None:
    """`tertulia status | head -1`."""
    command = [sys.executable, "-m", "syndication.cli", "--settings", str(settings), "status"]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert done.stderr == b""
