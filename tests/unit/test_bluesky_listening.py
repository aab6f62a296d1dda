"""Listening on Bluesky, as far as no network is needed: trees, cursors, JSON of any depth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.model import Ref
from syndication.networks.bluesky import nested
from syndication.networks.bluesky.convert import Manner
from syndication.networks.bluesky.errors import Missing
from syndication.networks.bluesky.hearing import Hearing
from syndication.networks.bluesky.people import People
from syndication.networks.bluesky.read import PATIENCE, Reader
from syndication.networks.bluesky.seen import REMEMBERED, Place, Seen
from syndication.networks.bluesky.threads import Threader, walk
from syndication.networks.bluesky.whereabouts import Whereabouts
from syndication.networks.contract import (
    Absent,
    Gone,
    Lookup,
    Rejected,
    Unavailable,
    Unreachable,
    Withheld,
)

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
US, ADA = f"did:plc:{'a' * 24}", f"did:plc:{'b' * 24}"


# --- JSON of any depth -------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_what_is_deep_is_read_as_what_is_flat(value: Any, indent: int | None, ascii_: bool):
    source = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    assert nested._Reader(source).document() == value


@given(st.text(alphabet='[]{}:,"\\ 1tx', max_size=12))
def test_what_is_no_json_is_none_here_either(source: str):
    try:
        expected = json.loads(source)
    except ValueError:
        with pytest.raises(ValueError):
            nested._Reader(source).document()
    else:
        assert nested._Reader(source).document() == expected


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_that_python_gives_up_on_is_read(opening: bytes):
    closing = b"]" if opening == b"[" else b"}"
    value = nested.loads(opening * 3000 + b"7" + closing * 3000)
    for _ in range(3000):
        value = value[0] if isinstance(value, list) else value["a"]
    assert value == 7


@pytest.mark.parametrize("body", [b"[" * 1_000_000, b'{"a":' * 50_000, b"[" * 3000, b"\xff[[["])
def test_nothing_but_brackets_ends_soon(body: bytes):
    with pytest.raises(ValueError):
        nested.loads(body)


# --- a server that says what a test wants ------------------------------------------------------


class Server:
    """Answers queries by their name; counts them."""

    host, did = "pds.example", US

    def __init__(self, **answers: Any) -> None:
        self.answers, self.asked = answers, list[tuple[str, Any]]()

    def call(self, nsid: str, parameters: Any = None) -> dict[str, Any]:
        self.asked.append((nsid, parameters))
        answer = self.answers[nsid.rsplit(".", 1)[1]]
        said = answer(parameters) if callable(answer) else answer
        if isinstance(said, Exception):
            raise said
        return dict(said)


def uri(number: int, did: str = ADA) -> str:
    return f"at://{did}/app.bsky.feed.post/3l3aaaaaa{number:04}".replace("0", "a").replace("1", "b")


def post(number: int, *, did: str = ADA, replies: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "uri": uri(number, did),
        "cid": f"cid{number}",
        "author": {"did": did, "handle": "ada.test"},
        "record": {"$type": "app.bsky.feed.post", "text": f"answer {number}"},
        "indexedAt": (NOW + timedelta(seconds=number)).isoformat(),
        "replyCount": replies,
        **more,
    }


def node(number: int, *below: Any, **more: Any) -> dict[str, Any]:
    return {"post": post(number, replies=len(below), **more), "replies": list(below)}


def cut(number: int, replies: int) -> dict[str, Any]:
    """Where a server stops: answers are counted, and there is no list of them."""
    return {"post": post(number, replies=replies)}


ROOT = Ref(space="atproto", id=uri(0))


def heard(server: Server) -> list[str]:
    thread = Threader(Hearing(server, Manner())).thread(ROOT)
    return [message.words.text for message in thread.messages]


def test_a_tree_is_walked_parents_first_and_past_what_shows_no_post():
    missing = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri(9), "notFound": True}
    blocked = {"$type": "app.bsky.feed.defs#blockedPost", "uri": uri(8), "blocked": True}
    tree = node(0, node(2, node(3), missing), blocked, node(4), 7, {"post": 7})
    assert [one["post"]["cid"] for one in walk(tree)] == ["cid0", "cid2", "cid3", "cid4"]


def test_a_ring_of_answers_ends():
    ring = node(1)
    ring["replies"].append(ring)
    assert sum(1 for _ in walk(ring)) < 100_000


def test_where_a_server_cut_the_tree_the_longest_branch_is_asked_for_once():
    trees = {
        uri(0): node(0, node(2, cut(3, replies=1)), node(4, cut(5, replies=7))),
        uri(5): node(5, node(6), cut(7, replies=3)),
    }
    server = Server(getPostThread=lambda asked: {"thread": trees[asked["uri"]]})
    said = ["answer 2", "answer 3", "answer 4", "answer 5", "answer 6", "answer 7"]
    assert heard(server) == said
    assert len(server.asked) == 2


def test_what_cannot_be_read_in_a_tree_is_passed_over(caplog: pytest.LogCaptureFixture):
    tree = node(0, {"post": {"uri": "x", "record": 7}}, node(2, author={"did": "ada"}), node(3))
    assert heard(Server(getPostThread={"thread": tree})) == ["answer 3"]
    assert "answer" not in caplog.text


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"thread": 7},
        {"thread": {"blocked": True}},
        {"thread": node(5)},
        {"thread": {"post": 7}},
    ],
)
def test_an_answer_that_is_no_conversation_is_no_news(said: Mapping[str, Any]):
    with pytest.raises(Unavailable):
        heard(Server(getPostThread=said))


@pytest.mark.parametrize(
    ("own_server", "error"),
    [
        (Missing("there is no such record"), Gone),
        ({"uri": uri(0)}, Unavailable),
        (Rejected("could not find repo"), Rejected),
        (Unavailable("down"), Unavailable),
    ],
)
def test_only_our_own_server_says_that_a_copy_is_gone(own_server: Any, error: type[Exception]):
    """The AppView lags, and takes down what is still there."""
    server = Server(getPostThread=Missing("Post not found"), getRecord=own_server)
    with pytest.raises(error) as caught:
        heard(server)
    assert isinstance(caught.value, Gone) == (error is Gone)


# --- what was reported ---------------------------------------------------------------------------


def test_what_was_reported_counts_when_its_cursor_comes_back():
    seen = Seen()
    seen.reported("a", ["one"])
    seen.stored("a")
    assert "one" in seen


def test_what_was_reported_and_not_stored_does_not_count():
    seen = Seen()
    seen.reported("b", ["one"])
    seen.stored("a")
    seen.stored("b")
    assert "one" not in seen


def test_only_the_latest_are_remembered():
    seen = Seen()
    seen.reported("a", [str(number) for number in range(REMEMBERED + 10)])
    seen.stored("a")
    assert "9" not in seen
    assert "10" in seen


@pytest.mark.parametrize("cursor", [None, "", "x", "2026-11-22T10:00:00 abc", "99 ", 7])
def test_a_cursor_that_is_not_ours_is_none(cursor: Any):
    assert Place.parse(cursor) is None


def test_a_cursor_says_where_it_was():
    place = Place(newest=NOW, digest="abc")
    assert Place.parse(str(place)) == place


# --- people --------------------------------------------------------------------------------------


def test_profiles_are_read_together_and_none_is_remembered():
    profiles = {"profiles": [{"did": ADA, "description": "#nobot"}, {"did": US}]}
    server = Server(getProfiles=profiles)
    people = People(Hearing(server, Manner()))
    for asked in (1, 2):
        assert people.notes([ADA, US, ADA]) == {ADA: "#nobot", US: ""}
        assert len(server.asked) == asked


def test_of_somebody_without_a_profile_nothing_is_claimed():
    people = People(Hearing(Server(getProfiles={"profiles": []}), Manner()))
    assert people.notes([ADA]) == {}
    with pytest.raises(Gone):
        people.introduce(Ref(space="atproto", id=ADA))


# --- names that strangers choose -----------------------------------------------------------------

ODD = [
    "",
    "x",
    "at://ada.test/app.bsky.feed.post/3l3aaaaaaaaaa",
    f"at://{ADA}/app.bsky.feed.like/3l3aaaaaaaaaa",
    f"at://{ADA}/app.bsky.feed.post/",
    f"at://{ADA}/app.bsky.feed.post/..",
    f"at://{ADA}/app.bsky.feed.post/3l3 aaaaaaaaa",
    "at://did:plc:/app.bsky.feed.post/3l3aaaaaaaaaa",
    "at://did:web:a%/app.bsky.feed.post/3l3aaaaaaaaaa",
    f"at://did:web:{'a' * 1900}/app.bsky.feed.post/3l3aaaaaaaaaa",
]


@pytest.mark.parametrize("odd", ODD)
def test_a_name_that_is_none_keeps_no_other_from_being_asked_for(odd: str):
    server = Server(getPosts={"posts": [post(1)]})
    assert list(Hearing(server, Manner()).posts([odd, uri(1)])) == [uri(1)]
    assert server.asked == [("app.bsky.feed.getPosts", {"uris": [uri(1)]})]


@pytest.mark.parametrize("odd", ODD)
def test_a_thread_of_no_name_hides_nothing(odd: str):
    record = {"reply": {"root": {"uri": odd}, "parent": {"uri": odd}}}
    server = Server()
    hearing = Hearing(server, Manner())
    assert hearing.hidden_among({uri(1): post(1, record=record)}) == frozenset()
    assert server.asked == []


# --- why something is not to be seen -------------------------------------------------------------


class Answered:
    """What a fetch brought."""

    def __init__(self, status: int, value: Any) -> None:
        self.status = status
        self.body = value if isinstance(value, bytes) else json.dumps(value).encode()


def why(*answers: Answered | Exception) -> Lookup:
    waiting = list(answers)

    def fetch(url: str, *, accept: str = "", limit: int = 0) -> Answered:
        assert url.startswith("https://pds.example/xrpc/com.atproto.")
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Whereabouts(fetch, lambda _did: "https://pds.example").look(uri(1))


NO_REPO = Answered(400, {"error": "InvalidRequest", "message": "Could not find repo"})


@pytest.mark.parametrize(
    ("answers", "lookup"),
    [
        ([Answered(200, {"uri": uri(1)})], Withheld),
        ([Answered(400, {"error": "RecordNotFound"})], Absent),
        ([NO_REPO, Answered(200, {"active": False, "status": "deactivated"})], Withheld),
        ([NO_REPO, Answered(200, {"active": False, "status": "takendown"})], Withheld),
        ([NO_REPO, Answered(200, {"active": False, "status": "deleted"})], Absent),
        ([NO_REPO, Answered(400, {"error": "RepoNotFound"})], Absent),
        ([NO_REPO, Answered(200, {"active": True})], Unreachable),
        ([NO_REPO, Answered(502, b"<html>")], Unreachable),
        ([Answered(200, {"uri": uri(2)}), Answered(200, b"")], Unreachable),
        ([Answered(404, b"<html>"), Answered(404, b"<html>")], Unreachable),
        ([Unavailable("down")], Unreachable),
        ([Rejected("may not be fetched")], Unreachable),
        ([NO_REPO, Unavailable("down")], Unreachable),
    ],
)
def test_only_its_authors_server_says_that_a_post_is_deleted(answers: Any, lookup: type):
    assert isinstance(why(*answers), lookup)


def test_servers_that_do_not_answer_are_not_asked_for_ever():
    asked: list[str] = []

    def fetch(url: str, *, accept: str = "", limit: int = 0) -> Answered:
        asked.append(url)
        raise Unavailable("too slow")

    hearing = Hearing(Server(getPosts={"posts": []}), Manner())
    reader = Reader(hearing, Whereabouts(fetch, lambda did: f"https://{did[-5:]}.example"))
    refs = [Ref(space="atproto", id=uri(number)) for number in range(2, 8)]
    assert {type(lookup) for lookup in reader.fetch(refs).values()} == {Unreachable}
    assert len(asked) == PATIENCE
