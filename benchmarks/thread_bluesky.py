"""What reading a long conversation of Bluesky costs: requests, time and memory.

`python -m benchmarks.thread_bluesky [ANSWERS]`. A server on loopback gives conversations of golden
views, wide and deep, as a real one does (tests/faults/test_bluesky_long_threads.py reads real ones
within the same bounds). Each is read in a process of its own: CPU time of that process from the
request to the messages, and the most memory that it ever held, Python and libraries included.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ANSWERS = 1_000
PAYLOADS = Path(__file__).parent.parent / "tests" / "golden" / "bluesky"
OURS = f"did:plc:{'a' * 24}"
ROOT = f"at://{OURS}/app.bsky.feed.post/3l3aaaaaaaaaa"

SHAPES: dict[str, Callable[[int], int]] = {
    "all answer our post": lambda _number: 0,
    "ten branches": lambda number: max(0, number - 10),
    "each answers the one before": lambda number: number - 1,
}

READER = r"""
import json, re, sys, time
from syndication.model import Account, Ref
from syndication.networks import registry

told = json.load(sys.stdin)
account = Account(name="a", network="bluesky", server=told["server"], options={"loopback": True})
connection = registry.get("bluesky").connect(account, told["secrets"])
began = time.process_time()
thread = connection.threader.thread(Ref(space="atproto", id=told["uri"]))
cpu = time.process_time() - began
# Not ru_maxrss: a process begins with that of the one that started it.
peak = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps({"messages": len(thread.messages), "cpu": cpu, "megabytes": peak}))
"""


def conversation(count: int, above: Callable[[int], int]) -> bytes:
    """The answer of a server: our post with `count` answers; `above`: what each answers."""
    views = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(PAYLOADS.glob("*.view.json"))
    ]
    below: list[list[int]] = [[] for _ in range(count + 1)]
    for number in range(1, count + 1):
        below[above(number)].append(number)
    # Without json.dumps, which gives up on what is deep as json.loads does.
    written, waiting = ['{"thread": '], ["0"]
    while waiting:
        part = waiting.pop()
        if not part.isdigit():
            written.append(part)
            continue
        answers = [str(number) for number in below[int(part)]]
        waiting += ["]}", *_between(answers, ", ")[::-1]]
        written.append(f'{{"post": {json.dumps(_post(views, int(part)))}, "replies": [')
    return "".join([*written, "}"]).encode()


def _post(views: list[Any], number: int) -> dict[str, Any]:
    view = views[number % len(views)]
    if not number:
        return view | {"uri": ROOT, "quoteCount": 0}
    key = f"3l3{number:010}".translate(str.maketrans("0189", "abcd"))
    return view | {"uri": f"{view['uri'].rsplit('/', 1)[0]}/{key}"}


def _between(parts: list[str], separator: str) -> list[str]:
    return [one for part in parts for one in (separator, part)][1:]


class Server:
    """Gives one conversation to whoever asks, and counts the requests."""

    def __init__(self, body: bytes) -> None:
        self.asked = 0
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(body))
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Nobody answers any more."""
        self._http.shutdown()
        self._http.server_close()

    def _handler(self, body: bytes) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked += 1
                fits = parse_qs(urlsplit(self.path).query).get("uri") == [ROOT]
                self.send_response(200 if fits else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body) if fits else 0))
                self.end_headers()
                self.wfile.write(body if fits else b"")

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        return Handler


def measure(count: int = ANSWERS) -> list[dict[str, Any]]:
    """The table, as rows."""
    rows = []
    secrets = {"did": OURS, "handle": "vencejo.test", "access_jwt": "a.b.c", "refresh_jwt": "d.e.f"}
    for name, above in SHAPES.items():
        body = conversation(count, above)
        server = Server(body)
        told = {"server": server.url, "secrets": secrets, "uri": ROOT}
        read = subprocess.run(
            [sys.executable, "-c", READER],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=True,
        )
        server.close()
        rows.append(
            {"name": name, "size": len(body), "requests": server.asked, **json.loads(read.stdout)}
        )
    return rows


def main(count: int = ANSWERS) -> None:
    """Print the table."""
    print(f"{'':28} {'messages':>9} {'requests':>9} {'answer MB':>10} {'CPU s':>7} {'peak MB':>8}")
    for row in measure(count):
        print(
            f"{row['name']:28} {row['messages']:>9,} {row['requests']:>9}"
            f" {row['size'] / 1e6:>10.1f} {row['cpu']:>7.2f} {row['megabytes']:>8.0f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ANSWERS)
