"""How soon a webmention is answered while as many are looked up behind it.

`python -m benchmarks.webmentions [A_MINUTE] [SECONDS]`. A real `tertulia run` on loopback, two
hundred hosts (127.0.1.x, one process of its own) whose pages answer ours, and a client that tells
of a new page at a steady pace. Times are the client's, connection included; the daemon's memory is
what /proc says at the end.
"""

from __future__ import annotations

import json
import multiprocessing
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from syndication.exchange import Outbox, outbox_bytes
from syndication.model import Post

A_MINUTE, SECONDS = 1_000, 60
HOSTS = 200
FILLING = "<p>Una tarde en bicicleta por la huerta, con viento de levante.</p>" * 60
SETTINGS = """
[site]
url = "http://127.0.0.1:{site}"
name = "Vencejo"
build = ""
[public]
listen = "127.0.0.1:{public}"
url = "http://127.0.0.1:{public}"
[collect]
loopback = true
[accounts.web]
network = "webmention"
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def strangers(port: int, target: str) -> None:
    """Every path of every host is an answer to `target`, as long as a usual page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (
                f"<title>{self.path}</title>{FILLING}<article class=h-entry>"
                f"<a class='p-author h-card' href='/'>Ana</a>"
                f"<a class=u-in-reply-to href='{target}'>a</a>"
                f"<p class=e-content>Respuesta {self.path}</p></article>{FILLING}"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the figures are the output."""

    ThreadingHTTPServer(("0.0.0.0", port), Handler).serve_forever()


def tell(public: int, source: str, target: str) -> float:
    """Milliseconds until the answer."""
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", public, timeout=60)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"source": source, "target": target})
    connection.request("POST", "/webmention", body, form)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 202:
        raise SystemExit(f"the endpoint answers {answer.status}")
    return (time.perf_counter() - began) * 1000


def status(settings: Path) -> dict[str, object]:
    asked = [sys.executable, "-m", "syndication.cli", "--settings", str(settings), "status"]
    done = subprocess.run([*asked, "--json"], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def memory(pid: int) -> float:
    """Megabytes that the process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def flood(public: int, other: int, target: str, count: int, pace: float) -> list[float]:
    """Tell of `count` pages, one every `pace` seconds; how long each took."""
    times: list[float] = []
    with ThreadPoolExecutor(16) as pool:
        began = time.monotonic()
        waiting = []
        for number in range(count):
            time.sleep(max(0.0, began + number * pace - time.monotonic()))
            source = f"http://127.0.1.{number % HOSTS + 1}:{other}/{number}"
            waiting.append(pool.submit(tell, public, source, target))
        times += [each.result() for each in waiting]
    return times


def measure(a_minute: int, seconds: int) -> None:
    site, public, other = free_port(), free_port(), free_port()
    target = f"http://127.0.0.1:{site}/hola/"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = folder / "tertulia.toml"
        settings.write_text(SETTINGS.format(site=site, public=public))
        now = datetime.now(UTC)
        post = Post(
            url=target, kind="article", title="Hola", summary="", language="es", published=now
        )
        outbox = Outbox(site=f"http://127.0.0.1:{site}", posts=(post,))
        (folder / "output").mkdir()
        (folder / "output" / "outbox.json").write_bytes(outbox_bytes(outbox))
        web = multiprocessing.Process(target=strangers, args=(other, target), daemon=True)
        web.start()
        run = [sys.executable, "-m", "syndication.cli", "--settings", str(settings)]
        daemon = subprocess.Popen([*run, "run", "--no-desk"], stdout=subprocess.DEVNULL)
        try:
            while not status_ready(settings):
                time.sleep(0.5)
            times = sorted(flood(public, other, target, a_minute * seconds // 60, 60 / a_minute))
            ended = time.monotonic()
            while left := waiting_in(status(settings)):
                time.sleep(1)
            behind = time.monotonic() - ended
            print(f"{len(times)} webmentions at {a_minute} a minute: answered in", end=" ")
            print(
                f"{median(times):.1f} ms, 95 % within {times[int(len(times) * 0.95)]:.1f} ms,",
                end=" ",
            )
            print(f"the slowest in {times[-1]:.0f} ms")
            print(f"all looked up {behind:.0f} s after the last; left: {left or 0}")
            print(f"messages: {status(settings)['messages']}; daemon: {memory(daemon.pid):.0f} MB")
        finally:
            daemon.terminate()
            daemon.wait(10)
            web.terminate()


def status_ready(settings: Path) -> bool:
    try:
        return status(settings)["posts"] == 1
    except subprocess.CalledProcessError:
        return False


def waiting_in(facts: dict[str, object]) -> int:
    found = facts["webmentions"]
    return int(found["to_look_up"]) if isinstance(found, dict) else 0


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    measure(*(given + [A_MINUTE, SECONDS][len(given) :]))
