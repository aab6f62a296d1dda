"""What listening to every post on Bluesky costs: JSON of Jetstream → is it wanted?

`python -m benchmarks.stream_bluesky [EVENTS]`. Events in Jetstream's documented form around golden
records, of which one in a hundred addresses us; ten watches are asked about each of the others, as
a daemon with ten watches does. CPU time of this process.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from syndication.model import Watch
from syndication.networks.bluesky.convert import Manner
from syndication.networks.bluesky.hearing import Hearing
from syndication.networks.bluesky.jetstream import Telling
from syndication.networks.bluesky.people import People
from syndication.rules import query

EVENTS = 20_000
QUERIES = [
    "vencejo bicicleta",
    "freno eléctrica",
    "city bike",
    "workshop valencia",
    "chain oil",
    "taller bici",
    "reparar frenos",
    "e-bike battery",
    "gravel bike",
    "cambio cadena",
]
WATCHES = [Watch(id=number, query=words, kind="words") for number, words in enumerate(QUERIES)]
PAYLOADS = Path(__file__).parent.parent / "tests" / "golden" / "bluesky"
US = f"did:plc:{'a' * 24}"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


class Nobody:
    """A server that is not asked for anything."""

    did, host = US, "nobody.example"

    def call(self, nsid: str, parameters: Any = None) -> dict[str, Any]:
        raise AssertionError(f"{nsid} was asked")


def events(count: int) -> list[str]:
    """Posts as a server tells of them."""
    views = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(PAYLOADS.glob("*.view.json"))
    ]
    return [json.dumps(_event(views[number % len(views)], number)) for number in range(count)]


def _event(view: dict[str, Any], number: int) -> dict[str, Any]:
    did, collection, rkey = view["uri"].removeprefix("at://").split("/")
    record = dict(view["record"])
    if number % 100 == 0:
        record["text"] = f"@{US}"
    commit = {"operation": "create", "collection": collection, "rkey": rkey, "record": record}
    return {
        "did": did,
        "time_us": 1_763_800_000_000_000 + number,
        "kind": "commit",
        "commit": commit,
    }


def wanted(text: str, tags: Sequence[str], language: str) -> bool:
    """What ten watches say."""
    return any(query.matches(watch, text, tags, language) for watch in WATCHES)


def main(count: int = EVENTS) -> None:
    """Print what an event costs."""
    told = events(count)
    now, hints = [NOW], [0]

    def hint(_message: object) -> None:
        hints[0] += 1

    hearing = Hearing(Nobody(), Manner())
    people = People(hearing, lambda: now[0])
    telling = Telling(hearing, people, wanted, hint, lambda _cursor: None, lambda: now[0])
    began = time.process_time()
    for number, event in enumerate(told):
        telling.take(event)
        if number % 100 == 0:
            now[0] += timedelta(seconds=3)
            telling.settle()
    cpu = time.process_time() - began
    print(f"{count:,} events, {len(WATCHES)} watches: {cpu * 1000 / count:.3f} ms of CPU each,")
    print(f"{count / cpu:,.0f} a second; {hints[0]:,} polls hinted at")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
