"""A throw-away PostgreSQL cluster on a Unix socket in its own folder: no port, no password."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.servers.required import missing
from tests.servers.waiting import wait_until

# A test's cluster forgets everything anyway: nothing waits for the disk.
QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]


class Cluster:
    """`initdb` and `postgres`, run by the user `postgres` where the tests are root's."""

    def __init__(self) -> None:
        self._initdb, self._postgres = programs()
        self.directory = Path(tempfile.mkdtemp(prefix="tertulia-pg-", dir="/tmp"))
        if os.getuid() == 0:
            shutil.chown(self.directory, "postgres", "postgres")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster and wait until it answers, at most 30 s."""
        data = self.directory / "data"
        subprocess.run(
            [*as_owner(), self._initdb, "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=self.directory,
        )
        options = [part for option in QUICK for part in ("-c", option)]
        with (self.directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*as_owner(), self._postgres, "-D", data, "-k", self.directory, "-h", "", *options],
                stdout=log,
                stderr=log,
                cwd=self.directory,
            )
        wait_until(self._answers, what="PostgreSQL answers", seconds=30)

    def stop(self) -> None:
        """End it at once, connections or not, and remove its folder."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(20)
        shutil.rmtree(self.directory, ignore_errors=True)

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """An empty database of its own, as the URL that SQLAlchemy takes."""
        name = f"t{uuid.uuid4().hex}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')  # type: ignore[arg-type]
        try:
            yield f"postgresql+psycopg://postgres@/{name}?host={self.directory}"
        finally:
            with self.connect() as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]

    def connect(self) -> psycopg.Connection:
        """A connection to the maintenance database."""
        return psycopg.connect(
            host=str(self.directory), user="postgres", dbname="postgres", autocommit=True
        )

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError((self.directory / "log").read_text(errors="replace")[-1500:])
        with contextlib.suppress(psycopg.OperationalError), self.connect():
            return True
        return False


def programs() -> tuple[str, str]:
    """The newest `initdb` and `postgres` of this machine; skips the test where there are none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    folders = os.pathsep.join([*map(str, reversed(debian)), os.environ.get("PATH", "")])
    found = shutil.which("initdb", path=folders), shutil.which("postgres", path=folders)
    if found[0] is None or found[1] is None:
        missing("postgresql", "apt-get install postgresql")
    return found[0], found[1]


def as_owner() -> list[str]:
    """The start of a command line: never root, and ended with the tests however these end."""
    if shutil.which("setpriv") is None:
        if os.getuid() == 0:
            missing("postgresql", "as root, apt-get install util-linux (for setpriv)")
        return []
    command = ["setpriv", "--pdeathsig", "INT"]
    if os.getuid() == 0:
        command += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    return [*command, "--"]
