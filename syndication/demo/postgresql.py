"""A throw-away PostgreSQL server on a Unix socket in its own folder: no port, no password."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from syndication.demo.servers import ServerError, ServerMissing

# What it holds is thrown away with it: nothing waits for the disk.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
START_SECONDS = 30.0
STOP_SECONDS = 20.0


class PostgreSQL:
    """`initdb` and `postgres`, run by the user `postgres` where we are root. `start()`, `stop()`.

    The server ends with its parent, however that ends. Raises `ServerMissing` when it is not
    installed.
    """

    def __init__(self) -> None:
        self._programs = programs()
        # A socket's path may not be longer than 107 bytes: always near the root.
        self.directory = Path(tempfile.mkdtemp(prefix="tertulia-pg-", dir="/tmp"))
        if os.getuid() == 0:
            shutil.chown(self.directory, "postgres", "postgres")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster and wait until it answers. Raises `ServerError`."""
        data = self.directory / "data"
        subprocess.run(
            [
                *as_owner(),
                *(self._programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust"),
                *("--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"),
            ],
            check=True,
            capture_output=True,
            cwd=self.directory,
        )
        options = [part for option in QUICK for part in ("-c", option)]
        server: list[str | Path] = [self._programs / "postgres", "-D", data]
        with (self.directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*as_owner(), *server, "-k", self.directory, "-h", "", *options],
                stdout=log,
                stderr=log,
                cwd=self.directory,
                start_new_session=True,  # Ctrl-C is for the parent, which ends it in its turn
            )
        self._wait(self._process)

    def stop(self) -> None:
        """End it at once, connections or not, and remove its folder."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database: str = "postgres", *, driver: str = "postgresql") -> str:
        """The address of a database of this server."""
        return f"{driver}://postgres@/{database}?host={self.directory}"

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        question: list[str | Path] = [self._programs / "pg_isready", "-q", "-h", self.directory]
        while process.poll() is None and time.monotonic() < deadline:
            if subprocess.run(question, check=False).returncode == 0:
                return
            time.sleep(0.05)
        log = (self.directory / "log").read_text(encoding="utf-8", errors="replace")
        raise ServerError(f"PostgreSQL did not start; its log ends:\n{log[-1500:]}")


def programs() -> Path:
    """The folder of this machine's newest PostgreSQL. Raises `ServerMissing`."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    folders = os.pathsep.join([*map(str, reversed(debian)), os.environ.get("PATH", "")])
    found = shutil.which("postgres", path=folders)
    if found is None:
        raise ServerMissing("postgresql", "apt-get install postgresql")
    return Path(found).resolve().parent


def as_owner() -> list[str]:
    """The start of a command line: never root, and ended with its parent however this ends."""
    if shutil.which("setpriv") is None:
        if os.getuid() == 0:
            raise ServerMissing("postgresql", "as root, apt-get install util-linux (for setpriv)")
        return []
    command = ["setpriv", "--pdeathsig", "INT"]
    if os.getuid() == 0:
        command += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    return [*command, "--"]
