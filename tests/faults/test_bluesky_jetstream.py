"""Jetstream: hints at once, what is wanted, and a cursor that survives. By its documentation."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syndication.demo.bluesky_person import Person, Strong
from syndication.model import Message
from syndication.networks.bluesky import convert, jetstream
from syndication.networks.bluesky.hearing import Hearing
from syndication.networks.contract import NetworkError, Rejected, Streamer, Unavailable
from tests.faults.bluesky import ours
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import connected
from tests.servers.jetstream import Jetstream, event
from tests.servers.waiting import HANGS, wait_until

NOW_US = int(time.time() * 1_000_000)
SESSION = {
    "did": f"did:plc:{'a' * 24}",
    "handle": "vencejo.test",
    "access_jwt": "a.b.c",
    "refresh_jwt": "d.e.f",
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what is indexed already."""
    monkeypatch.setattr(jetstream, "SETTLE", timedelta(0))
    monkeypatch.setattr(jetstream, "KEEP_EVERY", timedelta(0))


@pytest.fixture
def server() -> Iterator[Jetstream]:
    with Jetstream().running() as running:
        yield running


@dataclass(slots=True)
class Listener:
    """Whoever listens to a streamer, in a thread."""

    wanted: str = ""
    cursor: str | None = None
    hints: int = 0
    told: list[Message] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    error: NetworkError | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def wants(self, text: str, tags: Sequence[str], language: str) -> bool:
        return bool(self.wanted) and (self.wanted in text or self.wanted in tags)

    def hint(self, message: Message | None) -> None:
        if message is None:
            self.hints += 1
        else:
            self.told.append(message)

    def listen(self, streamer: Streamer) -> None:
        try:
            streamer.stream(
                self.stop, self.wants, self.hint, cursor=self.cursor, keep=self.kept.append
            )
        except NetworkError as error:
            self.error = error


@contextmanager
def listening(streamer: Streamer | None, **about: Any) -> Iterator[Listener]:
    """Somebody listens while the block runs; the first hint came already."""
    assert streamer is not None
    listener = Listener(**about)
    thread = threading.Thread(target=listener.listen, args=(streamer,))
    thread.start()
    try:
        wait_until(lambda: listener.hints > 0 or listener.error, what="the connection")
        yield listener
    finally:
        listener.stop.set()
        thread.join(HANGS)
        assert not thread.is_alive()


class Quiet:
    """A session that nobody uses."""

    did, host = SESSION["did"], "vencejo.test"

    def call(self, nsid: str, parameters: Any = None) -> dict[str, Any]:
        raise AssertionError(nsid)


def alone(server: Jetstream) -> Streamer | None:
    """An account whose own server is not asked for anything."""
    return connected("http://127.0.0.1:9", SESSION, jetstream=server.url).streamer


def told_of(post: Strong, person: Person, *, time_us: int = NOW_US) -> Any:
    return event(post["uri"], person.record(post["uri"]), time_us=time_us)


ADA = f"at://did:plc:{'b' * 24}/app.bsky.feed.post/"


def says(text: str, *, rkey: str = "3l3qo2vutsw2b", time_us: int = NOW_US, **more: Any) -> Any:
    return event(f"{ADA}{rkey}", {"text": text, "langs": ["en"], **more}, time_us=time_us)


def test_a_connection_begins_with_a_poll_and_asks_for_posts_alone(server: Jetstream):
    with listening(alone(server)) as listener:
        assert listener.hints == 1
    assert server.asked == [{"wantedCollections": ["app.bsky.feed.post"]}]


ADDRESSED: dict[str, dict[str, Any]] = {
    "a reply": {
        "reply": {
            "root": {"uri": f"at://{SESSION['did']}/app.bsky.feed.post/3l3", "cid": "b"},
            "parent": {"uri": f"at://{SESSION['did']}/app.bsky.feed.post/3l3", "cid": "b"},
        }
    },
    "a quote": {
        "embed": {
            "$type": "app.bsky.embed.record",
            "record": {"uri": f"at://{SESSION['did']}/app.bsky.feed.post/3l3", "cid": "b"},
        }
    },
    "a mention": {
        "facets": [
            {
                "index": {"byteStart": 0, "byteEnd": 8},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": SESSION["did"]}],
            }
        ]
    },
}


@pytest.mark.parametrize("how", ADDRESSED.values(), ids=ADDRESSED)
def test_whoever_addresses_us_hints_at_a_poll(server: Jetstream, how: dict[str, Any]):
    with listening(alone(server)) as listener:
        server.play(says("something else"), says("@vencejo", **how))
        wait_until(lambda: listener.hints == 2, what="a hint")


def test_what_we_say_and_what_is_deleted_is_no_news(server: Jetstream):
    mine = f"at://{SESSION['did']}/app.bsky.feed.post/3l3qo2vutsw2b"
    with listening(alone(server), wanted="brakes") as listener:
        server.play(
            event(mine, {"text": "brakes"}, time_us=NOW_US),
            event(f"{ADA}3l3", {}, time_us=NOW_US, operation="delete"),
            {"did": SESSION["did"], "time_us": NOW_US + 1, "kind": "identity"},
            {"did": SESSION["did"], "time_us": NOW_US + 2, "kind": "account"},
        )
        wait_until(lambda: listener.kept[-1:] == [str(NOW_US + 2)], what="the cursor")
        assert (listener.hints, listener.told) == (1, [])


NONSENSE = ["", "{", "7", "[]", '{"commit": 7}', '{"time_us": "x"}', "[" * 100_000]


@pytest.mark.parametrize("said", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_passed_over(server: Jetstream, said: str):
    with listening(alone(server)) as listener:
        server.play(said, says("@vencejo", **ADDRESSED["a mention"]))
        wait_until(lambda: listener.hints >= 2, what="a hint")
        assert listener.error is None


def test_what_is_wanted_is_told_as_the_network_shows_it(server: Jetstream, bluesky: Bluesky):
    us = ours(bluesky, jetstream=server.url)
    ada = bluesky.fresh("ada", about="I ride")
    asked, other = ada.say("my brakes squeak"), ada.say("my dog barks")
    bluesky.process()
    with listening(us.connection.streamer, wanted="brakes") as listener:
        server.play(told_of(asked, ada), told_of(other, ada))
        wait_until(lambda: listener.told, what="what is wanted")
        (message,) = listener.told
        assert message.ref.id == asked["uri"]
        assert message.author.handle == ada.handle
        assert message.author.note == "I ride"


def test_what_its_author_shows_to_members_only_is_not_told(server: Jetstream, bluesky: Bluesky):
    us, ada = ours(bluesky, jetstream=server.url), bluesky.fresh("ada")
    wish = {
        "$type": "com.atproto.label.defs#selfLabels",
        "values": [{"val": "!no-unauthenticated"}],
    }
    ada.put("app.bsky.actor.profile", "self", {"displayName": "Ada", "labels": wish})
    asked = ada.say("my brakes squeak")
    bluesky.process()
    with listening(us.connection.streamer, wanted="brakes") as listener:
        server.play(told_of(asked, ada))
        wait_until(lambda: listener.kept == [str(NOW_US)], what="the cursor")
        assert listener.told == []


def test_what_the_appview_does_not_show_yet_is_asked_for_again(server: Jetstream, bluesky: Bluesky):
    us, ada = ours(bluesky, jetstream=server.url), bluesky.fresh("ada")
    bluesky.process()
    said: list[Strong] = []
    soon = f"at://{ada.did}/app.bsky.feed.post/3l3qo2vutsw2b"
    record = {"text": "my brakes squeak", "createdAt": "2026-11-22T10:00:00Z"}
    with listening(us.connection.streamer, wanted="brakes") as listener:
        server.play(event(soon, record, time_us=NOW_US))
        assert not listener.told
        said.append(ada.put("app.bsky.feed.post", "3l3qo2vutsw2b", record))
        bluesky.process()
        wait_until(lambda: listener.told, what="what is wanted")
        wait_until(lambda: listener.kept, what="the cursor")
    assert [message.ref.id for message in listener.told] == [said[0]["uri"]]


def test_it_goes_on_where_it_was_heard_last(server: Jetstream):
    with listening(alone(server)) as listener:
        server.play(says("one", time_us=NOW_US), says("two", time_us=NOW_US + 5))
        wait_until(lambda: listener.kept[-1:] == [str(NOW_US + 5)], what="the cursor")
    with listening(alone(server), cursor=listener.kept[-1]):
        pass
    (since,) = server.asked[-1]["cursor"]
    assert NOW_US - 10_000_000 < int(since) < NOW_US + 5


def test_a_place_is_not_kept_before_what_stands_there_was_told(server: Jetstream):
    with listening(alone(server), wanted="brakes") as listener:
        server.play(says("quiet", time_us=NOW_US))
        wait_until(lambda: listener.kept, what="the cursor")
        server.play(says("my brakes", time_us=NOW_US + 7))  # nobody can be asked about it
        wait_until(lambda: listener.error, what="the end")
    assert listener.kept == [str(NOW_US)]
    assert isinstance(listener.error, Unavailable)


def test_a_server_whose_clock_is_ahead_does_not_keep_us_from_going_on(server: Jetstream):
    with listening(alone(server)) as listener:
        server.play(says("a lie", time_us=NOW_US + 3600 * 1_000_000), says("two", time_us=NOW_US))
        wait_until(lambda: listener.kept, what="the cursor")
    assert listener.kept == [str(NOW_US)]


def test_a_flood_of_wanted_words_is_left_to_searches(
    server: Jetstream, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jetstream, "SETTLE", timedelta(hours=1))
    asked: list[str] = []
    telling = jetstream.Telling(
        Hearing(Quiet(), convert.Manner()),
        None,  # type: ignore[arg-type] - nobody is introduced before the words settle
        lambda *_: True,
        lambda _: None,
        asked.append,
        lambda: datetime.now(UTC),
    )
    for number in range(2 * jetstream.MOST):
        telling.take(json.dumps(says("brakes", rkey=f"3l3{number}", time_us=NOW_US + number)))
    telling.settle()
    assert len(telling._waiting) == jetstream.MOST
    assert asked == [str(NOW_US)]


TWO_DAYS_AGO = str(NOW_US - 48 * 3600 * 1_000_000)


@pytest.mark.parametrize(
    "cursor",
    # The same name in every process that collects the tests, whatever the time is.
    [None, "", "x", "-7", "9" * 30, "²", pytest.param(TWO_DAYS_AGO, id="two days ago")],
)
def test_a_cursor_that_nobody_remembers_begins_now(cursor: str | None):
    now = datetime.fromtimestamp(NOW_US / 1_000_000, UTC)
    assert "cursor" not in jetstream.address("wss://a.example/", cursor, now)


def test_a_stream_that_is_cut_says_so(server: Jetstream):
    with listening(alone(server)) as listener:
        server.cut()
        wait_until(lambda: listener.error, what="the end")
    assert isinstance(listener.error, Unavailable)


def test_a_server_that_is_not_there_says_so():
    with listening(
        connected("http://127.0.0.1:9", SESSION, jetstream="ws://127.0.0.1:9").streamer
    ) as one:
        assert isinstance(one.error, Unavailable)


@pytest.mark.parametrize(
    "place",
    ["jetstream.example", "https://a.example", "ws://a.example", "wss://", "wss://[", "wss://a:x"],
)
def test_an_address_that_is_not_encrypted_or_none_is_refused(place: str):
    with pytest.raises(Rejected, match="wss://"):
        connected("http://127.0.0.1:9", SESSION, jetstream=place)


def test_without_the_option_there_is_no_stream():
    assert connected("http://127.0.0.1:9", SESSION).streamer is None
