"""What collecting costs: JSON of the Mastodon API → Message, beside Mastodon.py's typed parsing.

`python -m benchmarks.collect_mastodon [MESSAGES]`. The statuses are the golden payloads, repeated
under other ids, parsed page by page (80) as they would come: CPU time of this process, and the peak
of what Python allocated on top of what was there before. The baseline reads a twentieth of them.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from syndication.networks.mastodon import convert

MESSAGES = 10_000
PAGE = 80
BASELINE_SHARE = 20
PAYLOADS = Path(__file__).parent.parent / "tests" / "golden" / "mastodon"


def pages(count: int) -> Iterator[bytes]:
    """`count` statuses in pages, as the bytes of a server's answers."""
    payloads = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(PAYLOADS.glob("*.status.json"))
        if not path.name.startswith("mastodon-bare")
    ]
    for start in range(0, count, PAGE):
        statuses = []
        for number in range(start, min(start + PAGE, count)):
            status = payloads[number % len(payloads)]
            statuses.append(status | {"id": str(number), "uri": f"{status['uri']}-{number}"})
        yield json.dumps(statuses).encode()


def ours(page: bytes) -> int:
    """What the adapter does with a page."""
    statuses = json.loads(page)
    return len([convert.message(s, domain="social.example", parents={}) for s in statuses])


def typed(page: bytes) -> int:
    """What Mastodon.py does with the same page."""
    from mastodon.return_types import Status
    from mastodon.types_base import NonPaginatableList, try_cast_recurse

    return len(try_cast_recurse(NonPaginatableList[Status], json.loads(page)))


def cost(read: Callable[[bytes], int], answers: list[bytes]) -> float:
    """CPU milliseconds a message."""
    read(answers[0])
    gc.collect()
    started = time.process_time()
    count = sum(map(read, answers))
    return (time.process_time() - started) * 1000 / count


def peak(read: Callable[[bytes], int], answers: list[bytes]) -> float:
    """MB that reading page after page needs at most."""
    gc.collect()
    tracemalloc.start()
    for answer in answers:
        read(answer)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1_000_000


def measure(count: int = MESSAGES) -> list[dict[str, Any]]:
    """The table, as rows."""
    answers = list(pages(count))
    few = answers[: max(1, len(answers) // BASELINE_SHARE)]
    rows = []
    for name, read, given in (
        ("Tertulia: JSON → Message", ours, answers),
        ("Mastodon.py: JSON → Status", typed, few),
    ):
        messages = sum(len(json.loads(page)) for page in given)
        rows.append(
            {
                "name": name,
                "messages": messages,
                "cpu_ms_a_message": round(cost(read, given), 3),
                "peak_mb": round(peak(read, given[:25]), 2),
            }
        )
    return rows


def main(count: int = MESSAGES) -> None:
    """Print the table."""
    rows = measure(count)
    print(f"{'':28} {'messages':>9} {'CPU ms each':>12} {'peak MB':>8}")
    for row in rows:
        print(
            f"{row['name']:28} {row['messages']:>9,} {row['cpu_ms_a_message']:>12.3f}"
            f" {row['peak_mb']:>8.2f}"
        )
    ratio = rows[1]["cpu_ms_a_message"] / rows[0]["cpu_ms_a_message"]
    print(f"\nMastodon.py's typed parsing costs {ratio:.0f} times as much.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES)
