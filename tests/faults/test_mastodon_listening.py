"""How news, threads and searches of the Mastodon family mislead: each trap is a test."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from syndication.model import Account, Limits, Ref, Watch
from syndication.networks import registry
from syndication.networks.contract import (
    Absent,
    Connection,
    Found,
    Gone,
    NetworkError,
    Page,
    RateLimited,
    Unauthorised,
    Unavailable,
    Unreachable,
)
from syndication.networks.mastodon.home import Home
from syndication.networks.mastodon.server import Server
from syndication.networks.mastodon.stream import place_of
from tests.faults.conftest import INSTANCE, ME, TOKEN, status
from tests.faults.scripted import Reply, Scripted
from tests.servers.waiting import HANGS

NEWS = "/api/v1/notifications"
US = [{"id": "1", "acct": "vencejo"}]


def told(id_: str, kind: str, about: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": id_, "type": kind, "status": about}


def link(server: Scripted, rel: str, **place: str) -> dict[str, str]:
    query = "&".join(f"{name}={value}" for name, value in place.items())
    return {"Link": f'<{server.url}{NEWS}?limit=80&{query}>; rel="{rel}"'}


def collect(connection: Connection, cursor: str | None = "5") -> Page:
    assert connection.collector
    return connection.collector.collect(cursor)


def ids(page: Page) -> list[str | None]:
    return [message.ref.local for message in page.messages]


# News


def test_a_quiet_poll_is_one_request(server: Scripted, connection: Connection):
    server.on("GET", NEWS, Reply(json=[]))
    assert collect(connection) == Page(cursor="5")
    assert [asked.path for asked in server.asked] == [NEWS]
    assert server.last("GET").query == {"limit": ["80"], "min_id": ["5"]}


def test_an_empty_page_with_a_link_is_not_the_end(server: Scripted, connection: Connection):
    """Mutes and blocks are taken out after paging: a hundred hidden ones must not stop us."""
    server.on(
        "GET",
        NEWS,
        Reply(json=[], headers=link(server, "prev", min_id="85")),
        Reply(
            json=[told("90", "mention", status("20"))], headers=link(server, "prev", min_id="90")
        ),
        Reply(json=[]),
    )
    first = collect(connection)
    second = collect(connection, first.cursor)
    last = collect(connection, second.cursor)
    assert (first.cursor, first.more) == ("85", True)
    assert (ids(second), second.cursor) == (["20"], "90")
    assert (last.cursor, last.more) == ("90", False)


def test_a_link_that_stands_still_does_not_keep_us_asking(server: Scripted, connection: Connection):
    server.on("GET", NEWS, Reply(json=[], headers=link(server, "prev", min_id="5")))
    assert not collect(connection).more


def test_without_links_the_newest_notification_is_the_cursor(
    server: Scripted, connection: Connection
):
    newest_first = [told("8", "mention", status("21")), told("7", "mention", status("22"))]
    server.on("GET", NEWS, Reply(json=newest_first))
    page = collect(connection)
    assert (page.cursor, page.more) == ("8", False)
    assert ids(page) == ["22", "21"]


def test_the_first_poll_takes_one_page_and_goes_on_from_its_top(
    server: Scripted, connection: Connection
):
    server.on(
        "GET",
        NEWS,
        Reply(
            json=[told("9", "mention", status("20"))],
            headers={
                "Link": f'<{server.url}{NEWS}?max_id=9>; rel="next", '
                f'<{server.url}{NEWS}?min_id=9>; rel="prev"'
            },
        ),
    )
    page = collect(connection, None)
    assert (page.cursor, page.more, ids(page)) == ("9", False, ["20"])


def test_nothing_is_skipped_when_the_first_poll_found_nothing(
    server: Scripted, connection: Connection
):
    server.on(
        "GET",
        NEWS,
        Reply(json=[]),
        Reply(json=[told("9", "mention", status("29"))], headers=link(server, "next", max_id="9")),
        Reply(json=[told("8", "mention", status("28"))]),
    )
    start = collect(connection, None)
    page = collect(connection, start.cursor)
    assert (ids(page), page.cursor) == (["28", "29"], "9")


def test_identifiers_that_cannot_be_compared_are_never_compared(
    server: Scripted, connection: Connection
):
    """A remote status has an id older than its own parent's; order is that of the notifications."""
    late = status("01M807Q2GG", in_reply_to_id="01M807Q2MA")
    news = [told("01B", "mention", late), told("01A", "mention", status("01M807Q2MA"))]
    server.on("GET", NEWS, Reply(json=news))
    assert ids(collect(connection, "01")) == ["01M807Q2MA", "01M807Q2GG"]


def test_kinds_of_news_that_nobody_knows_are_passed_over(server: Scripted, connection: Connection):
    news = [
        told("9", "pleroma:emoji_reaction", status("20")),
        told("8", "follow", None),
        told("7", "admin.sign_up", None),
        told("6", "mention", {"id": "broken"}),
        told("5", "mention", status("21")),
    ]
    server.on("GET", NEWS, Reply(json=news))
    assert ids(collect(connection)) == ["21"]


POISON: dict[str, Any] = {
    "a notification that is none": 7,
    "a status that is none": {"id": "8", "type": "mention", "status": [1]},
    "a like of nothing": told("8", "favourite", {"id": "3"}),
    "pictures that are none": told("8", "mention", status("20", media_attachments=["x", 1, None])),
    "emojis that are none": told("8", "mention", status("20", emojis=["x"])),
    "tags that are none": told("8", "mention", status("20", tags=["x"])),
    "a date that is none": told("8", "mention", status("20", edited_at="ayer")),
    "a date out of time": told("8", "mention", status("20", created_at="0001-01-01T00+23:00")),
    "people who are none": told("8", "update", status("20", mentions=["x"], account="x")),
    "a parent that is none": told("8", "mention", status("20", in_reply_to_id={"\ud800": 1})),
    "an id that no database takes": told(
        "8", "mention", status("20", uri="https://a.example/\x00")
    ),
    "half a letter": told("8", "mention", status("\ud800")),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_one_unreadable_thing_does_not_keep_the_others_from_us(
    server: Scripted, connection: Connection, poison: Any, caplog: pytest.LogCaptureFixture
):
    news = [poison, told("7", "mention", status("21", "<p>@vencejo hola</p>"))]
    server.on("GET", NEWS, Reply(json=news, headers=link(server, "prev", min_id="8")))
    page = collect(connection)
    assert ids(page)[0] == "21"
    assert page.cursor == "8"
    assert "ayer" not in caplog.text


def test_the_cursor_is_the_newest_notification_that_has_a_name(
    server: Scripted, connection: Connection
):
    server.on("GET", NEWS, Reply(json=[7, {"id": {}}, told("6", "mention", status("20"))]))
    assert collect(connection).cursor == "6"


@pytest.mark.parametrize("below", [None, 7, {}, "x"])
def test_a_conversation_that_is_none_is_no_news(
    server: Scripted, connection: Connection, below: Any
):
    server.on("GET", "/api/v1/statuses/7", Reply(json=status("7", account=ME)))
    server.on("GET", "/api/v1/statuses/7/context", Reply(json={"descendants": below}))
    assert connection.threader
    with pytest.raises(Unavailable):
        connection.threader.thread(ROOT)


def test_what_is_no_status_in_a_conversation_or_a_search_is_passed_over(
    server: Scripted, connection: Connection
):
    listed = [None, 7, {"id": []}, status("20", account="x"), status("21", in_reply_to_id="7")]
    server.on("GET", "/api/v1/statuses/7", Reply(json=status("7", account=ME)))
    server.on("GET", "/api/v1/statuses/7/context", Reply(json={"descendants": listed}))
    server.on("GET", TAG, Reply(json=listed))
    assert connection.threader
    assert [m.ref.local for m in connection.threader.thread(ROOT).messages] == ["21"]
    assert ids(search(connection, WATCH, None)) == ["21"]


@pytest.mark.parametrize("said", [{"domain": "["}, {"configuration": 7}, {"rules": 7}, {"urls": 7}])
def test_a_server_that_talks_nonsense_of_itself_is_listened_to(
    server: Scripted, connection: Connection, said: dict[str, Any]
):
    server.on("GET", "/api/v2/instance", Reply(json=said))
    server.on("GET", NEWS, Reply(json=[told("7", "mention", status("21"))]))
    assert ids(collect(connected(server))) == ["21"]


def test_an_account_that_cannot_be_read_is_asked_for_again_later(
    server: Scripted, connection: Connection
):
    server.on("GET", "/api/v1/accounts/verify_credentials", Reply(json={"id": "1"}))
    server.on("GET", NEWS, Reply(json=[told("7", "update", status("21"))]))
    with pytest.raises(Unavailable):
        collect(connection)


def test_likes_and_boosts_are_hints_at_our_copy(server: Scripted, connection: Connection):
    ours = status("20", account=ME)
    server.on("GET", NEWS, Reply(json=[told("7", "reblog", ours), told("6", "favourite", ours)]))
    page = collect(connection)
    assert [hint.id for hint in page.hints] == [ours["uri"]]
    assert page.messages == ()


def test_an_edit_that_we_are_told_of_is_the_message_with_its_new_words(
    server: Scripted, connection: Connection
):
    edited = status("20", "<p>@vencejo ahora</p>", mentions=US, edited_at="2026-11-22T11:00:00Z")
    news = [told("7", "update", edited), told("6", "mention", edited)]
    server.on("GET", NEWS, Reply(json=news))
    (message,) = collect(connection).messages
    assert message.edited is not None


@pytest.mark.parametrize("kind", ["update", "status"])
def test_what_strangers_write_without_us_is_not_taken_from_the_news(
    server: Scripted, connection: Connection, kind: str
):
    server.on("GET", NEWS, Reply(json=[told("7", kind, status("20"))]))
    assert collect(connection).messages == ()


def test_a_reply_that_waits_for_approval_comes_without_the_servers_note(
    server: Scripted, connection: Connection
):
    note = '<div class="gts-system-message gts-pending-reply"><hr><p>Note from HOST</p></div>'
    waiting = status("20", f"<p>¿Abrís?</p>{note}")
    server.on("GET", NEWS, Reply(json=[told("7", "pending.reply", waiting)]))
    (message,) = collect(connection).messages
    assert message.words.html == "<p>¿Abrís?</p>"


def test_a_quote_is_told_as_a_quote(server: Scripted, connection: Connection):
    ours = status("3", account=ME)
    quote = status("20", quote={"state": "accepted", "quoted_status": ours})
    server.on("GET", NEWS, Reply(json=[told("7", "quote", quote)]))
    (message,) = collect(connection).messages
    assert (message.kind, message.quotes and message.quotes.id) == ("quote", ours["uri"])


@pytest.mark.parametrize(("visibility", "local_only"), [("direct", False), ("public", True)])
def test_private_words_among_the_news_are_said_to_be_private(
    server: Scripted, connection: Connection, visibility: str, local_only: bool
):
    private = status("20", visibility=visibility, local_only=local_only)
    server.on("GET", NEWS, Reply(json=[told("7", "mention", private)]))
    assert collect(connection).messages[0].visibility in ("direct", "local")


def test_a_parent_is_asked_for_once(server: Scripted, connection: Connection):
    parent = status("7")
    answers = [told(str(n), "mention", status(str(n), in_reply_to_id="7")) for n in (22, 21, 20)]
    server.on("GET", NEWS, Reply(json=answers))
    server.on("GET", "/api/v1/statuses/7", Reply(json=parent))
    messages = (*collect(connection).messages, *collect(connection).messages)
    assert {m.reply_to.id for m in messages if m.reply_to} == {parent["uri"]}
    assert server.count("GET", "/api/v1/statuses/7") == 1


def test_an_answer_to_something_deleted_still_says_what_it_answers(
    server: Scripted, connection: Connection
):
    server.on("GET", NEWS, Reply(json=[told("9", "mention", status("20", in_reply_to_id="7"))]))
    (message,) = collect(connection).messages
    assert message.reply_to is not None
    assert message.reply_to.local == "7"


# Threads and single statuses

ROOT = Ref(space="activitypub", id="https://social.example/statuses/7", local="7")


def test_a_thread_is_two_requests_and_children_never_come_before_parents(
    server: Scripted, connection: Connection
):
    root = status("7", account=ME, favourites_count=3, reblogs_count=0, replies_count=9)
    below = [
        status("12", in_reply_to_id="11"),
        {"id": "broken"},
        status("11", in_reply_to_id="7"),
        status("13", in_reply_to_id="gone"),
    ]
    server.on("GET", "/api/v1/statuses/7", Reply(json=root))
    server.on("GET", "/api/v1/statuses/7/context", Reply(json={"descendants": below}))
    assert connection.threader
    thread = connection.threader.thread(ROOT)
    assert [message.ref.local for message in thread.messages] == ["11", "12", "13"]
    assert [(r.kind, r.count) for r in thread.reactions] == [("like", 3)]
    assert len(server.asked) == 2


@pytest.mark.parametrize("status_", [404, 410])
def test_a_thread_of_ours_that_is_not_there_any_more_is_gone(
    server: Scripted, connection: Connection, status_: int
):
    server.on("GET", "/api/v1/statuses/7", Reply(status=status_))
    assert connection.threader
    with pytest.raises(Gone):
        connection.threader.thread(ROOT)


@pytest.mark.parametrize(
    ("root", "context"),
    [
        (Reply(status=503), Reply(json={"descendants": []})),
        (Reply(status=405), Reply(json={"descendants": []})),
        (Reply(how="close"), Reply(json={"descendants": []})),
        (Reply(json=[]), Reply(json={"descendants": []})),
        (Reply(json=status("7", account=ME)), Reply(status=404)),
    ],
    ids=["down", "no such method", "cut", "nonsense", "no conversation"],
)
def test_a_thread_that_cannot_be_read_is_not_gone(
    server: Scripted, connection: Connection, root: Reply, context: Reply
):
    server.on("GET", "/api/v1/statuses/7", root)
    server.on("GET", "/api/v1/statuses/7/context", context)
    assert connection.threader
    with pytest.raises(NetworkError) as caught:
        connection.threader.thread(ROOT)
    assert not isinstance(caught.value, Gone)


def test_a_copy_that_a_search_does_not_find_is_not_gone(server: Scripted, connection: Connection):
    server.on("GET", "/api/v2/search", Reply(json={"statuses": []}))
    assert connection.threader
    with pytest.raises(Unavailable):
        connection.threader.thread(Ref(space="activitypub", id="https://far.example/1"))


def fetch(connection: Connection, ref: Ref) -> object:
    assert connection.reader
    return connection.reader.fetch([ref])[ref.id]


def test_only_a_404_for_the_servers_own_id_is_an_absence(server: Scripted, connection: Connection):
    server.on("GET", "/api/v1/statuses/7", Reply(status=404))
    assert fetch(connection, ROOT) == Absent()
    server.on("GET", "/api/v1/statuses/7", Reply(status=503))
    assert isinstance(fetch(connection, ROOT), Unreachable)
    server.on("GET", "/api/v1/statuses/7", Reply(body=b"<html>"))
    assert isinstance(fetch(connection, ROOT), Unreachable)


def test_what_a_search_does_not_find_may_still_be_there(server: Scripted, connection: Connection):
    server.on("GET", "/api/v2/search", Reply(json={"statuses": []}))
    ref = Ref(space="activitypub", id="https://far.example/1")
    assert isinstance(fetch(connection, ref), Unreachable)


def test_an_id_that_means_another_status_here_is_not_believed(
    server: Scripted, connection: Connection
):
    server.on("GET", "/api/v1/statuses/7", Reply(json=status("7", uri="https://else.example/7")))
    server.on("GET", "/api/v2/search", Reply(json={"statuses": [status("31", uri=ROOT.id)]}))
    found = fetch(connection, ROOT)
    assert isinstance(found, Found)
    assert found.message.ref.local == "31"


def test_a_revoked_token_is_not_an_absence(server: Scripted, connection: Connection):
    server.on("GET", "/api/v1/statuses/7", Reply(status=401))
    with pytest.raises(Unauthorised):
        fetch(connection, ROOT)


def test_a_rate_limit_in_the_middle_keeps_what_was_found(server: Scripted, connection: Connection):
    server.on("GET", "/api/v1/statuses/7", Reply(json=status("7")), Reply(status=429))
    server.on("GET", "/api/v1/statuses/8", Reply(status=429))
    assert connection.reader
    other = Ref(space="activitypub", id="https://social.example/statuses/8", local="8")
    answers = connection.reader.fetch([ROOT, other])
    assert isinstance(answers[ROOT.id], Found)
    assert isinstance(answers[other.id], Unreachable)
    with pytest.raises(RateLimited):
        connection.reader.fetch([other])


# Who we are


def test_an_old_server_is_asked_in_the_old_way(server: Scripted, connection: Connection):
    old = {"uri": "social.example", "max_toot_chars": 1000, "version": "2.9"}
    server.on("GET", "/api/v2/instance", Reply(status=404))
    server.on("GET", "/api/v1/instance", Reply(json=old))
    profile = connection.profile()
    assert (profile.handle, profile.limits.characters) == ("vencejo@social.example", 1000)


def test_gotosocial_counts_addresses_whole_whatever_it_says(
    server: Scripted, connection: Connection
):
    statuses = {"max_characters": 5000, "characters_reserved_per_url": 25}
    said = INSTANCE | {
        "source_url": "https://codeberg.org/superseriousbusiness/gotosocial",
        "configuration": {"statuses": statuses},
    }
    server.on("GET", "/api/v2/instance", Reply(json=said))
    assert connection.profile().limits.url_characters is None


# Searching

TAG = "/api/v1/timelines/tag/bici"
WATCH = Watch(id=1, query="#bici", kind="hashtag")
WORDS = Watch(id=2, query="vencejo", kind="words")


def search(connection: Connection, watch: Watch, cursor: str | None) -> Page:
    assert connection.searcher
    return connection.searcher.search(watch, cursor)


def test_a_status_that_travelled_slowly_is_found_though_its_id_is_older(
    server: Scripted, connection: Connection
):
    server.on("GET", TAG, Reply(json=[status("30")]), Reply(json=[status("30"), status("29")]))
    first = search(connection, WATCH, None)
    second = search(connection, WATCH, first.cursor)
    assert (ids(first), ids(second), second.cursor) == (["30"], ["29"], "30")


def test_an_edit_is_found_again(server: Scripted, connection: Connection):
    edited = status("30", edited_at="2026-11-22T12:00:00Z")
    server.on("GET", TAG, Reply(json=[status("30")]), Reply(json=[edited]))
    first = search(connection, WATCH, None)
    assert ids(search(connection, WATCH, first.cursor)) == ["30"]


def test_more_than_a_page_is_read_downwards_to_where_we_were(
    server: Scripted, connection: Connection
):
    more = {"Link": f'<{server.url}{TAG}?max_id=31>; rel="next"'}
    server.on(
        "GET",
        TAG,
        Reply(json=[status("32"), status("31")], headers=more),
        Reply(json=[status("30"), status("20")], headers=more),
    )
    page = search(connection, WATCH, "20")
    assert (ids(page), page.cursor) == (["30", "31", "32"], "32")
    assert server.count("GET", TAG) == 2


def test_our_own_words_and_private_ones_are_not_found(server: Scripted, connection: Connection):
    server.on("GET", TAG, Reply(json=[status("30", account=ME), status("31", visibility="direct")]))
    assert search(connection, WATCH, None).messages == ()


def test_gotosocial_does_not_search_for_words(server: Scripted):
    server.on("GET", "/api/v2/instance", Reply(json=INSTANCE | {"version": "0.20 GoToSocial"}))
    searcher = connected(server).searcher
    assert searcher
    assert not searcher.supports(WORDS)
    assert searcher.supports(WATCH)


def test_a_server_that_refuses_to_search_is_not_asked_again(
    server: Scripted, connection: Connection
):
    assert connection.searcher
    server.on("GET", "/api/v2/search", Reply(status=400, json={"error": "not supported"}))
    assert connection.searcher.supports(WORDS)
    assert search(connection, WORDS, "5") == Page(cursor="5")
    assert not connection.searcher.supports(WORDS)


# Streams

HEALTH = "/api/v1/streaming/health"
STREAM = "/api/v1/streaming/user"


def connected(server: Scripted) -> Connection:
    account = Account(name="v", network="mastodon", server=server.url, options={"timeout": HANGS})
    return registry.get("mastodon").connect(account, {"access_token": TOKEN})


@pytest.mark.parametrize(
    ("server_", "named", "place"),
    [
        ("social.example.org", "wss://social.example.org", "https://social.example.org"),
        ("a.example.org", "wss://a.example.org:4000/x/", "https://a.example.org:4000/x"),
        ("example.org", "wss://streaming.example.org", "https://streaming.example.org"),
        ("social.example.org", "wss://streaming.example.org", "https://streaming.example.org"),
        ("a.example.co.uk", "https://b.example.co.uk", "https://b.example.co.uk"),
    ],
)
def test_a_relation_of_the_server_may_stream(server_: str, named: str, place: str):
    assert streaming_place(f"https://{server_}", named) == place


@pytest.mark.parametrize(
    ("server_", "named"),
    [
        ("social.example.org", "wss://else.example.net"),
        ("social.example.org", "wss://social.example.org.else.net"),
        ("social.example.org", "wss://notexample.org"),
        ("example.org", "wss://else.org"),
        ("example.org", "wss://org"),
        ("example.co.uk", "wss://else.co.uk"),
        ("example.com.es", "https://else.com.es"),
        ("192.0.2.7", "wss://198.0.2.7"),
        ("social.example.org", "ws://social.example.org:4000"),
        ("social.example.org", "wss://a:b@social.example.org:4000"),
        ("social.example.org", "wss://["),
        ("social.example.org", "wss://social.example.org:x"),
        ("social.example.org", 7),
    ],
)
def test_a_stranger_whom_a_server_names_does_not_get_our_token(server_: str, named: Any):
    base = f"https://{server_}"
    assert streaming_place(base, named) == base


def streaming_place(base: str, named: Any) -> str:
    home = Home(Server(base, TOKEN), Limits(characters=500))
    home.__dict__["instance"] = {"configuration": {"urls": {"streaming": named}}}
    return place_of(home)


def test_a_server_without_server_sent_events_has_no_streamer(server: Scripted):
    server.on("GET", HEALTH, Reply(status=404))
    assert connected(server).streamer is None


def test_a_server_that_is_down_is_connected_all_the_same(server: Scripted):
    server.on("GET", HEALTH, Reply(status=503))
    server.on("GET", "/api/v2/instance", Reply(how="close"))
    assert connected(server).streamer is not None


def listen(server: Scripted, stop: threading.Event, hint: Any) -> None:
    server.on("GET", HEALTH, Reply(body=b"OK"))
    streamer = connected(server).streamer
    assert streamer
    streamer.stream(stop, lambda *_: False, hint)


def test_a_silent_stream_is_left_at_once(server: Scripted):
    server.on("GET", STREAM, Reply(body=b":thump\n", how="hang"))
    stop, hints = threading.Event(), threading.Semaphore(0)
    thread = threading.Thread(target=listen, args=(server, stop, lambda _: hints.release()))
    thread.start()
    assert hints.acquire(timeout=HANGS)
    stop.set()
    thread.join(HANGS)
    assert not thread.is_alive()


def test_only_news_hints_and_nonsense_does_no_harm(server: Scripted):
    said = (
        b":hello\n\nevent: delete\ndata: 01M8-not-json\n\n" + b"x" * 5000 + b"\n"
        b"event: update\ndata: {}\n\nevent: notification\ndata: {}\n\n"
    )
    server.on("GET", STREAM, Reply(body=said))
    hints: list[object] = []
    with pytest.raises(Unavailable):
        listen(server, threading.Event(), hints.append)
    assert hints == [None, None]  # one for being connected, one for the notification


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=401), Unauthorised),
        (Reply(status=503), Unavailable),
        (Reply(how="close"), Unavailable),
    ],
)
def test_a_stream_that_cannot_be_had_says_what_to_do(
    server: Scripted, reply: Reply, error: type[Exception]
):
    server.on("GET", STREAM, reply)
    with pytest.raises(error):
        listen(server, threading.Event(), lambda _: None)
