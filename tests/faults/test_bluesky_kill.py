"""kill -9 at any request to a real Bluesky network: a chain, its gate, its edits and its end."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from syndication import secrets
from syndication.bootstrap import utc_now
from syndication.demo.bluesky_person import Person
from syndication.model import CopyState, Draft
from syndication.networks.bluesky.names import GATE
from syndication.settings import load
from syndication.store import Store, copies
from syndication.store.copies import Copy
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import NOWHERE, session_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PARTS = 3
KILLED = -9
DEAD = 1200  # seconds after which a claim is taken to be that of a dead process
SETTINGS = """
[site]
url = "https://vencejo.example"
name = "Vencejo"
[collect]
loopback = true
[accounts.vuelo]
network = "bluesky"
server = "{server}"
[accounts.vuelo.options]
handle = "{handle}"
plc = "{plc}"
who_may_reply = "mentioned"
"""


class Daemon:
    """One site with an account on Bluesky, and processes that speak for it."""

    def __init__(self, folder: Path, bluesky: Bluesky) -> None:
        self.us: Person = bluesky.fresh("vencejo")
        self.settings = folder / "tertulia.toml"
        said = {"server": bluesky.pds, "handle": self.us.handle, "plc": NOWHERE}
        self.settings.write_text(SETTINGS.format(**said))
        secrets.keep(load(self.settings), "vuelo", session_of(self.us))
        self.store = Store(f"sqlite:///{folder / 'var' / 'tertulia.db'}")
        self.ahead = 0

    def intend(self, number: int) -> None:
        """Another chain is ready to leave."""
        with self.store.write() as tx:
            for part in range(1, PARTS + 1):
                copies.intend(
                    tx,
                    source=f"post:{number}",
                    account="vuelo",
                    part=str(part),
                    draft=Draft(text=f"Hilo {number}, parte {part}", language="es"),
                    key=f"{number}/{part}",
                    state=CopyState.READY,
                    now=utc_now(),
                )

    def send(self, fatal: int = 0, when: str = "before") -> int:
        """Run a process; its exit status."""
        arguments = [str(self.settings), str(fatal), when, str(self.ahead)]
        return subprocess.run(
            [sys.executable, "-m", "tests.faults.killing_requests", *arguments],
            cwd=ROOT,
            timeout=120,
        ).returncode

    def recovers(self, state: CopyState) -> None:
        """Time passes and nobody is killed any more, until all stands as it should."""
        for _ in range(3 * PARTS):
            self.ahead += DEAD
            assert self.send() == 0
            if all(c.state == state and c.sent_digest == c.digest for c in self.copies()):
                return
        raise AssertionError([(c.source, c.part, c.state, c.error) for c in self.copies()])

    def copies(self) -> list[Copy]:
        with self.store.read() as tx:
            return copies.select_copies(tx)

    def said(self) -> list[str]:
        return sorted(record["value"]["text"] for record in self.us.records())


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_request_all_is_said_changed_and_taken_back_exactly_once(
    bluesky: Bluesky, tmp_path: Path, when: str
) -> None:
    daemon = Daemon(tmp_path, bluesky)
    chains = 0
    while True:
        chains += 1
        daemon.intend(chains)
        if daemon.send(chains, when) != KILLED:
            break
    assert chains > 2 * PARTS - 1, "a chain of three is at least five requests"
    daemon.recovers(CopyState.PUBLISHED)
    wanted = [f"Hilo {n}, parte {part}" for n in range(1, chains + 1) for part in (1, 2, 3)]
    assert daemon.said() == sorted(wanted)
    assert len(daemon.us.records(GATE)) == chains
    _expect_chains(daemon, chains)

    with daemon.store.write() as tx:
        for copy in copies.select_copies(tx):
            other = Draft(text=f"{copy.draft.text}, mejor", language="es")
            copies.redraft(tx, copy.id, other, brake="")
    for fatal in (1, 2, 3):
        assert daemon.send(fatal, when) == KILLED
    daemon.recovers(CopyState.PUBLISHED)
    assert daemon.said() == sorted(f"{text}, mejor" for text in wanted)
    _expect_chains(daemon, chains)

    with daemon.store.write() as tx:
        now = utc_now() + timedelta(seconds=daemon.ahead)
        for number in range(1, chains + 1):
            copies.take_back(tx, f"post:{number}", brake="", now=now)
    for fatal in (1, 2, 3):
        assert daemon.send(fatal, when) == KILLED
    daemon.recovers(CopyState.DELETED)
    assert daemon.said() == []
    assert daemon.us.records(GATE) == []


def _expect_chains(daemon: Daemon, chains: int) -> None:
    """Each part hangs on the one before it, and names the first one."""
    uri_of = {(c.source, c.part): c.ref.id for c in daemon.copies() if c.ref}
    below = {record["uri"]: record["value"].get("reply") for record in daemon.us.records()}
    for source in (f"post:{number}" for number in range(1, chains + 1)):
        first, second, third = (uri_of[source, part] for part in ("1", "2", "3"))
        assert below[first] is None
        assert below[second]["parent"]["uri"] == below[second]["root"]["uri"] == first
        assert (below[third]["parent"]["uri"], below[third]["root"]["uri"]) == (second, first)
