"""Golden pairs: what a server sent beside what it becomes.

`NAME.status.json` ↔ `NAME.message.json`, `NAME.instance.json` ↔ `NAME.limits.json`. Payloads of
GoToSocial are as a real server sent them (host names replaced); those called `mastodon-…` follow
its documentation. After a wanted change: `python -m tests.golden.test_mastodon` writes the right
halves anew, and the difference is read before it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from syndication.model import Limits, Message, Ref
from syndication.networks.mastodon import convert, instance
from syndication.rules import markup
from syndication.rules.compose import DEFAULT_LIMITS

FOLDER = Path(__file__).parent / "mastodon"
DOMAIN = "social.example"
ROOT = Ref(
    space="activitypub",
    id="https://social.example/users/alice/statuses/01M80B9RX7R7HYY5BFYVMN3FH6",
    url="https://social.example/@alice/statuses/01M80B9RX7R7HYY5BFYVMN3FH6",
    local="01M80B9RX7R7HYY5BFYVMN3FH6",
)


def payload(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def message_of(path: Path) -> Message:
    return convert.message(payload(path), domain=DOMAIN, parents={ROOT.local or "": ROOT})


def limits_of(path: Path) -> Limits:
    return instance.limits(payload(path), DEFAULT_LIMITS["mastodon"])


HALVES = {"status": ("message", message_of), "instance": ("limits", limits_of)}


def written(value: object) -> str:
    """The right half of a pair: what is not said is left out."""

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: value for name, value in pairs if value not in (None, "", (), {}, False)}

    def plain(value: object) -> str:
        assert isinstance(value, datetime)
        return value.isoformat()

    made = asdict(value, dict_factory=kept)  # type: ignore[call-overload]
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True, default=plain) + "\n"


def pairs() -> Mapping[str, tuple[Path, Path, Any]]:
    found = {}
    for left, (right, make) in HALVES.items():
        for path in sorted(FOLDER.glob(f"*.{left}.json")):
            name = path.name.removesuffix(f".{left}.json")
            found[name] = (path, path.with_name(f"{name}.{right}.json"), make)
    return found


@pytest.mark.parametrize("name", pairs())
def test_the_payload_becomes_the_noun(name: str):
    left, right, make = pairs()[name]
    assert written(make(left)) == right.read_text(encoding="utf-8")


def test_there_are_pairs_and_no_halves():
    assert len(pairs()) > 12
    left_over = set(FOLDER.glob("*.json")) - {
        p for pair in pairs().values() for p in pair[:2]
    }
    assert left_over == set()


@pytest.mark.parametrize("name", [n for n, p in pairs().items() if p[2] is message_of])
def test_what_is_kept_is_safe_to_show_and_has_no_controls(name: str):
    words = message_of(pairs()[name][0]).words
    assert markup.reduce(words.html) == words.html
    assert not any(mark in words.html for mark in "\x00\u202d\u202e")


if __name__ == "__main__":
    for left, right, make in pairs().values():
        right.write_text(written(make(left)), encoding="utf-8")
