"""A thousand answers on a real network: few requests, little memory, whatever their shape."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import islice

import pytest

from syndication.demo.bluesky_person import Person, Strong
from tests.faults.bluesky import Ours, ours, ref
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import connected, session_of
from tests.servers.unreliable import Unreliable

ANSWERS = 1_000
AT_ONCE = 200  # records that a server takes in one commit
REQUESTS = 3
MEGABYTES = 150  # of the whole process that reads
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"

READER = r"""
import json, re, sys
from syndication.model import Account, Ref
from syndication.networks import registry

told = json.load(sys.stdin)
account = Account(name="a", network="bluesky", server=told["server"], options={"loopback": True})
connection = registry.get("bluesky").connect(account, told["secrets"])
thread = connection.threader.thread(Ref(space="atproto", id=told["uri"]))
# Not ru_maxrss: a process begins with that of the one that started it.
peak = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps({"messages": len(thread.messages), "megabytes": peak}))
"""


def key(number: int) -> str:
    """A record key of its own for each number."""
    digits = []
    for _ in range(4):
        number, digit = divmod(number, 32)
        digits.append(_LETTERS[digit])
    return f"3l3aaaaaa{''.join(reversed(digits))}"


def answer_all(person: Person, root: Strong, above: Callable[[int], int | None]) -> None:
    """A thousand answers in a few commits; `above`: what each answers, None for the root."""

    def written(number: int) -> dict[str, object]:
        over = above(number)
        uri = f"at://{person.did}/app.bsky.feed.post/{key(over)}" if over is not None else ""
        # No server checks the digest of what is answered.
        parent = {"uri": uri, "cid": root["cid"]} if uri else root
        return {
            "$type": "com.atproto.repo.applyWrites#create",
            "collection": "app.bsky.feed.post",
            "rkey": key(number),
            "value": {
                "$type": "app.bsky.feed.post",
                "text": f"answer {number}",
                "createdAt": f"2026-11-22T10:{number // 60 % 60:02}:{number % 60:02}Z",
                "reply": {"root": root, "parent": parent},
            },
        }

    numbers = iter(range(ANSWERS))
    while some := list(islice(numbers, AT_ONCE)):
        person.call(
            "com.atproto.repo.applyWrites",
            repo=person.did,
            writes=[written(number) for number in some],
        )


SHAPES: dict[str, Callable[[int], int | None]] = {
    "all answer our post": lambda _number: None,
    "each answers the one before": lambda number: number - 1 if number else None,
    "ten branches": lambda number: number - 10 if number >= 10 else None,
}


@pytest.mark.slow
@pytest.mark.parametrize("above", SHAPES.values(), ids=SHAPES)
def test_a_thousand_answers_are_read_in_three_requests_and_little_memory(
    bluesky: Bluesky, above: Callable[[int], int | None]
):
    us: Ours = ours(bluesky)
    root = us.says()
    answer_all(bluesky.fresh("ada"), root, above)
    bluesky.process()
    with Unreliable(bluesky.pds).running() as proxy:
        told = {"server": proxy.url, "secrets": session_of(us.me), "uri": root["uri"]}
        read = subprocess.run(
            [sys.executable, "-c", READER],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=True,
        )
        assert len(proxy.asked) <= REQUESTS
    said = json.loads(read.stdout)
    assert said["messages"] == ANSWERS
    assert said["megabytes"] < MEGABYTES


@pytest.mark.slow
def test_parents_come_first_however_deep(bluesky: Bluesky):
    us = ours(bluesky)
    root = us.says()
    answer_all(bluesky.fresh("ada"), root, SHAPES["each answers the one before"])
    bluesky.process()
    threader = connected(bluesky.pds, session_of(us.me)).threader
    assert threader
    told = [message.words.text for message in threader.thread(ref(root)).messages]
    assert told == [f"answer {number}" for number in range(ANSWERS)]
