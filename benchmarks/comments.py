"""What a flood of comments does to the desk: its times, and the daemon's memory.

`python -m benchmarks.comments [POSTS] [ADDRESSES]`. A real `tertulia run` on loopback. Sixteen
clients post as fast as they are answered, each form first as the static page does and then from its
preview, in the name of a thousand addresses in as many networks; meanwhile a member of staff loads
the list of what waits, with every comment that got through on it, five times a second.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.webmentions import free_port, memory
from syndication.exchange import Outbox, outbox_bytes
from syndication.model import Post

POSTS, ADDRESSES = 10_000, 1_000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SETTINGS = """
[site]
url = "http://127.0.0.1:{site}"
name = "Vencejo"
outbox = "output/outbox.json"
build = ""
[public]
listen = "127.0.0.1:{public}"
url = "http://127.0.0.1:{public}"
[desk]
listen = "127.0.0.1:{desk}"
[accounts.comments]
network = "site"
"""


class Visitor:
    """One client that keeps its connection and speaks for many addresses."""

    def __init__(self, port: int) -> None:
        self._web = HTTPConnection("127.0.0.1", port, timeout=120)

    def post(self, number: int, address: int) -> int:
        """One form; one in ten is read and sent, the others end at the preview. The status."""
        origin = f"10.{address // 250}.{address % 250}.1"
        typed = {"page": "/hola/", "name": f"Ana {number}", "text": f"Pregunta {number}"}
        status, shown = self._send(typed, origin)
        if (number // ADDRESSES + address) % 10 or status != 200:
            return status
        for name in ("token", "agree"):
            found = re.search(rf'name="{name}" value="([^"]*)"', shown)
            typed[name] = unescape(found[1]) if found else ""
        return self._send(typed | {"action": "send"}, origin)[0]

    def _send(self, typed: dict[str, str], origin: str) -> tuple[int, str]:
        headers = FORM | {"X-Forwarded-For": origin}
        self._web.request("POST", "/comment", urlencode(typed), headers)
        answer = self._web.getresponse()
        return answer.status, answer.read().decode()


def look(port: int, link: str, stop: threading.Event) -> list[float]:
    """Milliseconds of each loading of the list, until `stop`."""
    web = HTTPConnection("127.0.0.1", port, timeout=120)
    origin = f"http://127.0.0.1:{port}"
    web.request("POST", link.removeprefix(origin), "", FORM | {"Origin": origin})
    answer = web.getresponse()
    answer.read()
    cookie = {"Cookie": (answer.headers["Set-Cookie"] or "").partition(";")[0]}
    times = []
    while not stop.wait(0.2):
        began = time.perf_counter()
        web.request("GET", "/inbox", headers=cookie)
        answer = web.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"the desk answers {answer.status}")
        times.append((time.perf_counter() - began) * 1000)
    return times


def flood(port: int, posts: int, addresses: int) -> Counter[int]:
    """All forms, as fast as they are answered; how often each status came."""
    own = threading.local()

    def one(number: int) -> int:
        if not hasattr(own, "visitor"):
            own.visitor = Visitor(port)
        visitor: Visitor = own.visitor
        return visitor.post(number, number % addresses)

    with ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(one, range(posts)))


def measure(posts: int, addresses: int) -> None:
    site, public, desk = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = folder / "tertulia.toml"
        settings.write_text(SETTINGS.format(site=site, public=public, desk=desk))
        home = f"http://127.0.0.1:{site}"
        post = Post(
            url=f"{home}/hola/",
            kind="article",
            title="Hola",
            summary="",
            language="es",
            published=datetime.now(UTC),
        )
        (folder / "output").mkdir()
        (folder / "output" / "outbox.json").write_bytes(
            outbox_bytes(Outbox(site=home, posts=(post,)))
        )
        command = [sys.executable, "-m", "syndication.cli", "--settings", str(settings)]
        daemon = subprocess.Popen([*command, "run"], stdout=subprocess.DEVNULL)
        try:
            ready(public)
            added = subprocess.run(
                [*command, "desk", "add", "Marta"], capture_output=True, text=True, check=True
            )
            link = re.search(r"http\S+/sign-in/\S+", added.stdout)
            assert link, added.stdout
            report(daemon.pid, public, desk, link[0], posts, addresses)
        finally:
            daemon.terminate()
            daemon.wait(10)


def report(pid: int, public: int, desk: int, link: str, posts: int, addresses: int) -> None:
    """Flood in halves, so that memory can be compared, and say what it did."""
    stop, times = threading.Event(), list[float]()
    reader = threading.Thread(target=lambda: times.extend(look(desk, link, stop)))
    reader.start()
    began, statuses, held = time.monotonic(), Counter[int](), [memory(pid)]
    for _ in range(2):
        statuses += flood(public, posts // 2, addresses)
        held.append(memory(pid))
    took = time.monotonic() - began
    stop.set()
    reader.join()
    times.sort()
    print(f"{posts} forms from {addresses} addresses in {took:.0f} s; {dict(statuses)}")
    print(
        f"the desk: {len(times)} lists, {median(times):.0f} ms, 95 % within"
        f" {times[int(len(times) * 0.95)]:.0f} ms, the slowest in {times[-1]:.0f} ms"
    )
    print("the daemon: " + ", ".join(f"{one:.0f} MB" for one in held) + " before, halfway, after")


def ready(port: int) -> None:
    """Wait until the form can be asked for: the outbox is read."""
    for _ in range(120):
        time.sleep(0.5)
        try:
            web = HTTPConnection("127.0.0.1", port, timeout=5)
            web.request("GET", "/comment?page=/hola/")
            if web.getresponse().status == 200:
                return
        except OSError:
            continue
    raise SystemExit("the daemon did not begin")


def main() -> None:
    """Measure, as told on the command line."""
    numbers = [int(word) for word in sys.argv[1:]]
    measure(*numbers, *(POSTS, ADDRESSES)[len(numbers) :])


if __name__ == "__main__":
    main()
