"""Starting a practice network for Bluesky: PLC directory, PDS and AppView, the real ones.

They are `@atproto/dev-env` in one Node process, with a PostgreSQL and a Redis of their own, all on
loopback, all ended together. `tertulia demo` runs it where `make servers` has installed it, and so
do the tests. It forgets everything when it ends: each start is another network, other accounts.

Cost: 8 s to start (20 s the first time), 550 MB of memory. Without the AppView, which alone knows
threads, notifications and profiles: 2 s, 250 MB, neither PostgreSQL nor Redis.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import string
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from syndication.demo.bluesky import BlueskyNetwork
from syndication.demo.postgresql import PostgreSQL, programs
from syndication.demo.servers import ServerError, ServerMissing, node

HOST = "127.0.0.1"
START_SECONDS = 120.0
STOP_SECONDS = 12.0


def check(servers: Path, *, appview: bool = True) -> None:
    """Raise `ServerMissing` if the network cannot run from the folder `servers`."""
    if not (node(servers).is_file() and (servers / "bluesky" / "start.mjs").is_file()):
        raise ServerMissing("bluesky", "make servers")
    if appview:
        programs()
        if shutil.which("redis-server") is None:
            raise ServerMissing("bluesky", "apt-get install redis-server")


@contextmanager
def running(
    servers: Path, *, appview: bool = True, rate_limits: bool = False
) -> Iterator[BlueskyNetwork]:
    """A network while the block runs. `servers`: the folder that `make servers` filled.

    `rate_limits`: the PDS counts requests, as public ones do. Raises `ServerMissing` or
    `ServerError`.
    """
    check(servers, appview=appview)
    with ExitStack() as ends:
        folder = Path(tempfile.mkdtemp(prefix="tertulia-bluesky-"))
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        options: dict[str, object] = {"appview": appview, "rateLimits": rate_limits}
        environment = os.environ | {
            "TMPDIR": str(folder),
            "NODE_ENV": "test",
            "LOG_ENABLED": "false",
            "NODE_COMPILE_CACHE": str(servers / "compiled"),
            "NODE_OPTIONS": "--dns-result-order=ipv4first",
        }
        if appview:
            options |= {"database": _start_postgresql(ends).url(), "schema": _letters()}
            environment["REDIS_HOST"] = f"{HOST}:{_start_redis(ends, folder)}"
        yield _start_network(ends, folder, servers, options, environment)


def _start_postgresql(ends: ExitStack) -> PostgreSQL:
    database = PostgreSQL()
    ends.callback(database.stop)
    database.start()
    return database


def _start_redis(ends: ExitStack, folder: Path) -> int:
    """Its port. Nothing is kept on disk; it ends with us, however we end."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    tied = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(*tied, "redis-server", "--bind", HOST, "--port", str(port)),
                *("--save", "", "--appendonly", "no", "--dir", str(folder)),
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    ends.callback(_end, process)
    return port


class _PortTakenError(ServerError):
    """Somebody listens at a port that was free when it was chosen."""


def _start_network(
    ends: ExitStack,
    folder: Path,
    servers: Path,
    options: dict[str, object],
    environment: dict[str, str],
) -> BlueskyNetwork:
    """Its ports are free when they are chosen; where one is not any more, it chooses once again."""
    try:
        return _begin(ends, folder, servers, options, environment)
    except _PortTakenError:
        again = options | ({"schema": _letters()} if "schema" in options else {})
        return _begin(ends, folder, servers, again, environment)


def _begin(
    ends: ExitStack,
    folder: Path,
    servers: Path,
    options: dict[str, object],
    environment: dict[str, str],
) -> BlueskyNetwork:
    log_file = folder / "network.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [node(servers), "start.mjs", json.dumps(options)],
            cwd=servers / "bluesky",
            env=environment,
            stdin=subprocess.PIPE,  # it ends when this does, however we end
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us, who end it in its turn
        )
    ends.callback(_end, process)
    late = threading.Timer(START_SECONDS, process.kill)
    late.start()
    line = process.stdout.readline() if process.stdout else b""
    late.cancel()
    if not line:
        said = log_file.read_text(encoding="utf-8", errors="replace")
        kind = _PortTakenError if "EADDRINUSE" in said else ServerError
        raise kind(f"the Bluesky network did not start; its log ends:\n{said[-1500:]}")
    return BlueskyNetwork.of(json.loads(line))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _letters() -> str:
    """A name for a schema: no digits, which the AppView does not take."""
    digits = str.maketrans(string.digits, "ghijklmnop")
    return f"t_{uuid.uuid4().hex.translate(digits)}"
