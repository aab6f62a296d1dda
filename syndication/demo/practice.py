"""A practice network on this machine: a server of the Mastodon family that nobody else can see.

It is mastodon-mock (extra `demo`) in a process of its own. `tertulia demo` runs it, and so do the
tests. Its database, its log, its port and everybody's tokens are kept in one folder: a second start
goes on with what was there, under the same address, since every link that it ever gave contains it.

What it does as the real ones do: posts, replies and their context, quotes, edits and their history,
deletions, likes and boosts, notifications with paging, media with alternative text, content
warnings, polls, idempotency keys, hashtag timelines, text search, streams over SSE.

Where it differs (mastodon-mock 0.6.1):
- `indexable` and another domain cannot be set through its interface; `account()` writes them into
  its database. An account of "another server" is a row with a domain: nothing federates.
- Search and thread contexts do not look at visibility: a search finds strangers' direct messages.
  Whoever asks must drop what is not public.
- Searching for the address of a status finds nothing.
- Edits and deletions reach a stream only for accounts that are followed.
- A picture without upload is an SVG; previews of attachments are placeholders.
- Its codes for OAuth are the account's name with a prefix, and Mastodon.py refuses OAuth without
  TLS: start it with a certificate to practise `tertulia connect`.
- About 13 posts a second, a context of 200 replies takes 3 s: no place for figures of scale.
- The first start on a machine takes up to 17 s of imports, later ones about one.
"""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import requests

from syndication.demo.notebook import Notebook
from syndication.demo.visitor import Visitor

HOST = "127.0.0.1"
START_SECONDS = 90.0
STOP_SECONDS = 4.0


class PracticeError(Exception):
    """The practice network cannot run; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Files in PEM form that let the network speak TLS."""

    chain: Path
    key: Path
    authority: Path  # what a client must trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Somebody who has an account on the practice network."""

    name: str  # without @ and domain
    display_name: str = ""
    domain: str | None = None  # another server's; None: this one's
    indexable: bool = False  # may be found by those who listen
    bot: bool = False
    note: str = ""  # the profile's text; `#nobot` stands here
    picture: bytes = b""  # a portrait as PNG; empty: one that the server draws, as SVG


class PracticeNetwork:
    """One server and its folder. A context manager, or `start()` and `stop()`."""

    def __init__(
        self,
        directory: Path,
        *,
        port: int | None = None,
        accounts: Sequence[Profile] = (),
        tls: Certificate | None = None,
    ) -> None:
        """`port`: None takes the folder's last one, or any that is free at the first start."""
        self.directory = directory
        self._wanted_port = port
        self._profiles = tuple(accounts)
        self._tls = tls
        self._port: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._notes = Notebook(directory / "practice.json")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        if self._port is None:
            raise PracticeError("The practice network has not been started.")
        return f"{'https' if self._tls else 'http'}://{HOST}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The server's process, or None while it does not run."""
        return self._process.pid if self._process else None

    @property
    def verify(self) -> bool | str:
        """What `requests` must trust to talk to it."""
        return str(self._tls.authority) if self._tls else True

    def start(self) -> Self:
        """Start the server, wait until it answers, and make the accounts that are missing.

        Raises PracticeError when the extra is missing, the port is taken or the server ends.
        """
        if self._process is not None:
            return self
        if importlib.util.find_spec("mastodon_mock") is None:
            raise PracticeError("The practice network is missing: pip install 'tertulia[demo]'")
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o700)
        with self._listen() as listening:
            self._port = listening.getsockname()[1]
            self._notes.write(port=self._port)
            self._process = self._launch(listening)
        try:
            self._wait()
            for profile in self._profiles:
                self.account(profile)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server; what was said stays in the folder. Does nothing when it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def account(self, profile: Profile) -> Visitor:
        """The account of that name, made if there is none yet, ready to speak."""
        known = self._tokens().get(profile.name)
        if known:
            return Visitor(self.url, known, verify=self.verify)
        answer = requests.post(
            f"{self.url}/api/v1/_mock/dev_user",
            json={"username": profile.name, "display_name": profile.display_name},
            verify=self.verify,
            timeout=30,
        )
        if not answer.ok:
            raise PracticeError(f"No account {profile.name!r} was made: {answer.text[:200]}")
        made = answer.json()
        self._complete(made["id"], profile)
        self._notes.write(tokens=self._tokens() | {profile.name: made["access_token"]})
        return Visitor(self.url, made["access_token"], verify=self.verify)

    def token(self, name: str) -> str:
        """The access token of the account `name`, with every scope."""
        try:
            return self._tokens()[name]
        except KeyError:
            raise PracticeError(f"The practice network has no account {name!r}.") from None

    def _tokens(self) -> dict[str, str]:
        return dict(self._notes.read().get("tokens", {}))

    def _complete(self, account: str, profile: Profile) -> None:
        """Write what the interface cannot set."""
        avatar = self._portrait(account, profile.picture) if profile.picture else None
        with contextlib.closing(sqlite3.connect(self._database, timeout=10)) as database, database:
            database.execute(
                "UPDATE accounts SET domain = ?, indexable = ?, bot = ?, note = ?, avatar_url = ?"
                " WHERE id = ?",
                (
                    profile.domain,
                    profile.indexable,
                    profile.bot,
                    profile.note,
                    avatar,
                    int(account),
                ),
            )

    def _portrait(self, account: str, picture: bytes) -> str:
        """Where the server serves `picture`: its own upload of portraits is broken (0.6.1)."""
        path = self.directory / "media" / "profile" / f"{account}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
        return f"{self.url}/media/profile/{path.name}"

    @property
    def _database(self) -> Path:
        return self.directory / "practice.sqlite"

    def _listen(self) -> socket.socket:
        try:
            port = self._wanted_port or self._notes.read().get("port", 0)
        except ValueError as error:
            raise PracticeError(str(error)) from error
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen(128)
        except OSError as error:
            listening.close()
            raise PracticeError(
                f"Port {port} is taken ({error.strerror}). End what runs there, or start anew with"
                " another folder (of a demonstration: tertulia demo --fresh)"
            ) from error
        return listening

    def _launch(self, listening: socket.socket) -> subprocess.Popen[bytes]:
        spec = self.directory / "server.json"
        Notebook(spec).write(
            socket=listening.fileno(),
            certificate=str(self._tls.chain) if self._tls else None,
            key=str(self._tls.key) if self._tls else None,
            config={
                "domain": f"{HOST}:{self._port}",
                "url_scheme": "https" if self._tls else "http",
                "title": "Practice network",
                "description": "A practice network. Nothing said here leaves this machine.",
                "rules": ["Be kind.", "Practise as much as you like."],
                "media_storage_path": str(self.directory / "media"),
                "database": {"path": str(self._database)},
                "streaming": {"heartbeat_seconds": 1.0},
                "seed": {"accounts": []},
            },
        )
        with (self.directory / "practice.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "syndication.demo.practice_server", str(spec)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[listening.fileno()],
                start_new_session=True,  # Ctrl-C is for the parent, which ends it in its turn
            )

    def _wait(self) -> None:
        """Until the first answer. The socket listens already, so one long request would do; short
        ones notice a server that has ended."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.url}/health", verify=self.verify, timeout=2).ok:
                    return
        log = (self.directory / "practice.log").read_text(encoding="utf-8", errors="replace")
        raise PracticeError("The practice network did not start; its log ends:\n" + log[-1500:])
