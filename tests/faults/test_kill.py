"""kill -9 between intent, send and save: said once, never twice, never not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from syndication.model import CopyState, Draft
from syndication.settings import written
from syndication.store import Store, copies, tables
from tests.servers.practice import Practice

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
INSTANTS = ("before-claim", "before-request", "after-request", "before-save")


class Daemon:
    """One site with one copy that is ready to leave, and processes that try to send it."""

    def __init__(self, folder: Path, practice: Practice) -> None:
        self.visitor = practice.visitor("brand")
        self.settings = folder / "tertulia.toml"
        token = folder / "token"
        token.write_text(self.visitor.token)
        token.chmod(0o600)
        self.settings.write_text(
            f"""
            [site]
            url = "https://brand.example"
            name = "Brand"
            [collect]
            loopback = true
            [accounts.main]
            network = "mastodon"
            server = {written(practice.url)}
            token_file = "token"
            """
        )
        self.words = f"Hello {uuid4().hex} https://brand.example/hello/"
        self.store = Store(f"sqlite:///{folder / 'var' / 'tertulia.db'}")

    def intend(self, now: Any) -> None:
        with self.store.write() as tx:
            copies.intend(
                tx,
                source="post:1",
                account="main",
                part="1",
                draft=Draft(text=self.words, language="en", url="https://brand.example/hello/"),
                key=uuid4().hex,
                state=CopyState.READY,
                now=now,
            )

    def send(self, instant: str = "never", *, ahead: int = 0) -> int:
        """Run a process; its exit status (-9: killed)."""
        return subprocess.run(
            [sys.executable, "-m", "tests.faults.killing", str(self.settings), instant, str(ahead)],
            cwd=ROOT,
            timeout=60,
        ).returncode

    def said(self) -> int:
        return sum(self.words.split()[1] in status["content"] for status in self.visitor.statuses())

    def state(self) -> str:
        with self.store.read() as tx:
            return copies.select_copies(tx, tables.copies.c.account == "main")[0].state


@pytest.fixture
def daemon(tmp_path: Path, practice: Practice) -> Daemon:
    from syndication.bootstrap import utc_now

    made = Daemon(tmp_path, practice)
    made.intend(utc_now())
    return made


@pytest.mark.parametrize("instant", INSTANTS)
def test_killed_at_any_instant_it_is_said_exactly_once(daemon: Daemon, instant: str) -> None:
    assert daemon.send(instant) == -signal.SIGKILL
    for ahead in (0, 1200, 2400, 3600):
        assert daemon.send(ahead=ahead) == 0
    assert daemon.said() == 1
    assert daemon.state() == CopyState.PUBLISHED


@pytest.mark.parametrize("instant", ["before-find", "after-find"])
def test_killed_again_while_it_looks_it_up_it_is_still_said_once(
    daemon: Daemon, instant: str
) -> None:
    assert daemon.send("after-request") == -signal.SIGKILL
    assert daemon.send(ahead=1200) == 0  # the dead claim becomes an unknown outcome
    assert daemon.send(instant, ahead=2400) == -signal.SIGKILL
    for ahead in (3600, 4800, 6000):
        assert daemon.send(ahead=ahead) == 0
    assert daemon.said() == 1
    assert daemon.state() == CopyState.PUBLISHED


def test_a_live_claim_is_left_alone(daemon: Daemon) -> None:
    assert daemon.send("after-request") == -signal.SIGKILL
    assert daemon.send(ahead=60) == 0
    assert daemon.state() == CopyState.SENDING
    assert daemon.said() == 1


def test_two_daemons_on_one_database_send_once(daemon: Daemon) -> None:
    command = [sys.executable, "-m", "tests.faults.killing", str(daemon.settings), "never", "0"]
    both = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert daemon.said() == 1
