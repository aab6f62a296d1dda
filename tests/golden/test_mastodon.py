"""Golden pairs: what a server sent beside what it becomes.

`NAME.status.json` ↔ `NAME.message.json`, `NAME.instance.json` ↔ `NAME.limits.json`. Payloads of
GoToSocial are as a real server sent them (host names replaced); those called `mastodon-…` follow
its documentation. After a wanted change: `python -m tests.golden.test_mastodon` writes the right
halves anew, and the difference is read before it is kept.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    left_over = set(FOLDER.glob("*.json")) - {p for pair in pairs().values() for p in pair[:2]}
    assert left_over == set()


@pytest.mark.parametrize("name", [n for n, p in pairs().items() if p[2] is message_of])
def test_what_is_kept_is_safe_to_show_and_has_no_controls(name: str):
    words = message_of(pairs()[name][0]).words
    assert markup.reduce(words.html) == words.html
    assert not any(mark in words.html for mark in "\x00\u202d\u202e")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["\x00", "\ud800", "https://[", "9999-12-31T23:59:59-23:59", 10**30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def places(value: object, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value within a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    found = []
    for key, below in inner:
        found.append((*above, key))
        if isinstance(below, dict | list):
            found += places(below, (*above, key))
    return found


@st.composite
def spoiled(draw: st.DrawFn, half: str) -> Any:
    """What a server sent, with up to five values replaced by anything."""
    value = copy.deepcopy(payload(draw(st.sampled_from(sorted(FOLDER.glob(f"*.{half}.json"))))))
    for _ in range(draw(st.integers(1, 5))):
        *way, last = draw(st.sampled_from(places(value)))
        inner: Any = value
        for key in way:
            inner = inner[key]
        inner[last] = draw(JSON)
        if not value:
            break
    return value


@settings(deadline=None, max_examples=400)
@given(spoiled("status"))
def test_nonsense_is_unreadable_or_fit_to_be_stored_and_nothing_else(status: Any):
    with suppress(convert.Unreadable):
        made = convert.message(status, domain=DOMAIN, parents={})
        kept = json.dumps(asdict(made), default=str, ensure_ascii=False)
        assert "\\u0000" not in kept
        kept.encode()
    with suppress(convert.Unreadable):
        assert all(0 < reaction.count < 2**31 for reaction in convert.reactions(status))


@settings(deadline=None)
@given(JSON)
def test_what_is_no_status_at_all_is_unreadable(value: Any):
    with pytest.raises(convert.Unreadable):
        convert.message(value, domain=DOMAIN, parents={})


@settings(deadline=None)
@given(spoiled("instance"))
def test_whatever_a_server_says_of_itself_has_limits_rules_and_a_domain(said: Any):
    assert instance.limits(said, DEFAULT_LIMITS["mastodon"]).characters > 0
    assert instance.domain_of(said, "https://social.example")
    assert isinstance(instance.rules(said), tuple)


def test_a_domain_of_nothing_but_controls_is_no_domain():
    said = {"account_domain": "\x08", "uri": "social.example"}
    assert instance.domain_of(said, "https://social.example") == "social.example"


if __name__ == "__main__":
    for left, right, make in pairs().values():
        right.write_text(written(make(left)), encoding="utf-8")
