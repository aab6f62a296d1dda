"""Hubs and search engines hear of what changed, once everybody can see it, and of nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from syndication.cli.status import gather, show
from syndication.exchange import IndexNow
from syndication.model import Post
from syndication.networks.contract import Unavailable
from syndication.networks.fetch import Fetcher
from syndication.steps.announce import announce
from syndication.steps.publish import publish
from syndication.store import marks
from tests.servers.listener import Listener, listener
from tests.steps.town import URL, Town

KEY = "0123456789abcdef"
KEY_URL = f"{URL}/{KEY}.txt"
FEED = f"{URL}/feeds/atom.xml"


@pytest.fixture
def ear() -> Iterator[Listener]:
    with listener() as made:
        yield made


class Telling:
    """A town whose site names a search engine and a hub: the same listener plays both."""

    def __init__(self, town: Town, ear: Listener) -> None:
        self.town, self.ear = town, ear
        fetcher = Fetcher(allow_loopback=True, clock=lambda: town.now)
        town.change(post=fetcher.post)
        self.named: dict[str, Any] = {
            "index_now": IndexNow(key=KEY, key_url=KEY_URL, endpoints=(f"{ear.url}/engine",)),
            "hubs": (f"{ear.url}/hub",),
        }

    def page(self, slug: str, words: str = "first", **fields: Any) -> Post:
        return self.town.post(slug, page_digest=words, **fields)

    def build(self, *posts: Post, feed: str = "first", live: bool = True) -> None:
        """A build with these pages and one feed that says `feed`; deployed if `live`."""
        self.town.build(*posts, live=live, feeds={FEED: feed}, **self.named)
        if live:
            self.town.web.show(KEY_URL, KEY.encode())
            self.town.web.show(FEED, feed.encode())
        publish(self.town.site)

    def begin(self, *posts: Post) -> None:
        """The first run is behind us."""
        self.build(*posts)
        assert self.run() == 0

    def run(self, **later: float) -> int:
        self.town.later(**later)
        return announce(self.town.site)

    @property
    def lists(self) -> list[list[str]]:
        """The addresses that the search engine was told, a list for each request."""
        return [
            json.loads(body)["urlList"]
            for path, _, body in self.ear.told
            if path.endswith("engine")
        ]

    @property
    def feeds(self) -> list[str]:
        """The feeds that the hub was told of."""
        return [
            parse_qs(body.decode())["hub.url"][0]
            for path, _, body in self.ear.told
            if path.endswith("hub")
        ]

    def waiting(self) -> list[tuple[str, int, bool]]:
        """What `tertulia status` says waits: (why, how many, is it tried again?)"""
        news = gather(self.town.site)["announcements"]
        return [(one["problem"], one["count"], one["next_try"] is not None) for one in news]


@pytest.fixture
def telling(town: Town, ear: Listener) -> Telling:
    return Telling(town, ear)


def test_nobody_hears_of_what_was_there_before(telling: Telling) -> None:
    telling.begin(*(telling.page(f"p{n}") for n in range(5)))
    assert telling.run(hours=1) == 0
    assert telling.ear.told == []


def test_a_changed_page_is_told_with_the_key_and_once(telling: Telling) -> None:
    telling.begin(telling.page("a"), telling.page("b"))
    telling.build(telling.page("a", "second"), telling.page("b"))
    assert telling.run() == 1
    ((path, media_type, body),) = telling.ear.told
    assert path.endswith("/engine")
    assert media_type == "application/json; charset=utf-8"
    assert json.loads(body) == {
        "host": "brand.example",
        "key": KEY,
        "keyLocation": KEY_URL,
        "urlList": [f"{URL}/a/"],
    }
    telling.build(telling.page("a", "second"), telling.page("b"))
    assert telling.run(hours=9) == 0
    assert len(telling.ear.told) == 1


def test_a_new_page_is_told_though_its_copies_still_wait(telling: Telling) -> None:
    telling.begin()
    telling.build(telling.page("a"))
    telling.run()
    assert telling.lists == [[f"{URL}/a/"]]


def test_a_typo_mended_in_the_body_is_told_to_search_engines_and_to_no_network(
    telling: Telling,
) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"))
    telling.run(hours=1)
    publish(telling.town.site)
    assert telling.lists == [[f"{URL}/a/"]]
    assert telling.town.copies() == []


def test_a_feed_is_told_to_its_hub_when_its_digest_changed_and_only_then(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a"), feed="second")
    assert telling.run() == 1
    assert telling.feeds == [FEED]
    (_, media_type, body) = telling.ear.told[0]
    assert media_type == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode())["hub.mode"] == ["publish"]
    telling.build(telling.page("a", tags=("other",)), feed="second")
    assert telling.run(hours=9) == 0


def test_nothing_is_told_before_the_public_address_shows_it(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    changed = telling.page("a", "second")
    telling.build(changed, feed="second", live=False)
    assert telling.run() == 0
    assert telling.waiting() == [("the outbox there does not have it in these words", 1, True)] * 2
    telling.build(changed, feed="second")
    assert telling.run() == 0  # not asked again at once
    assert telling.run(minutes=2) == 2


@pytest.mark.parametrize(
    ("page", "why"),
    [({"status": 503}, "it answers 503"), ({"status": 404}, "it answers 404")],
)
def test_a_page_that_does_not_answer_yet_waits(
    telling: Telling, page: dict[str, int], why: str
) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"))
    telling.town.web.show(f"{URL}/a/", **page)  # type: ignore[arg-type]
    assert telling.run() == 0
    assert telling.waiting() == [(why, 1, True)]
    telling.town.web.show(f"{URL}/a/")
    assert telling.run(minutes=1) == 1


def test_a_feed_that_a_cache_still_shows_as_before_waits_an_hour_at_most(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a"), feed="second")
    assert telling.run() == 1
    telling.build(telling.page("a"), feed="third")
    telling.town.web.show(FEED, b"second")
    assert telling.run() == 0
    telling.town.web.show(FEED, b"third")
    assert telling.run(minutes=1) == 1
    telling.build(telling.page("a"), feed="fourth")
    telling.town.web.show(FEED, b"third")
    tried = [telling.run(minutes=30 + 30 * n) for n in range(9)]
    assert tried == [0] * 8 + [1]


def test_the_key_must_be_at_its_place_first(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"))
    telling.town.web.show(KEY_URL, b"another")
    assert telling.run() == 0
    assert telling.ear.told == []
    ((why, _, again),) = telling.waiting()
    assert why.startswith(f"{KEY_URL} does not hold the key yet")
    assert again


def test_a_removed_page_is_told_when_the_site_itself_says_that_it_is_gone(
    telling: Telling,
) -> None:
    telling.begin(telling.page("a"), telling.page("b"))
    telling.build(telling.page("b"))
    telling.town.web.show(f"{URL}/a/")
    assert telling.run() == 0
    telling.town.web.show(f"{URL}/a/", status=410)
    assert telling.run(minutes=1) == 1
    assert telling.lists == [[f"{URL}/a/"]]
    assert telling.run(hours=9) == 0


def test_an_outage_is_no_removal(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build()
    telling.town.web.down = True
    assert telling.run() == 0


def test_a_removed_page_that_never_leaves_is_left_alone_in_the_end(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build()
    telling.town.web.show(f"{URL}/a/")
    for _ in range(31):
        telling.run(hours=7)
    assert telling.waiting() == []


def test_a_page_that_moved_is_told_under_both_addresses(telling: Telling) -> None:
    telling.begin(telling.page("old"))
    telling.build(telling.page("new", aliases=("/old/",)))
    assert telling.run() == 2
    assert telling.lists == [[f"{URL}/new/", f"{URL}/old/"]]
    assert telling.run(hours=9) == 0


def test_a_page_that_goes_before_anybody_heard_of_it_is_no_news(telling: Telling) -> None:
    telling.begin()
    telling.build(telling.page("a"), live=False)
    telling.build()
    assert telling.run(hours=1) == 0
    assert telling.waiting() == []


def test_a_hub_hears_nothing_of_a_feed_that_ended(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.town.build(telling.page("a"), feeds={}, **telling.named)
    publish(telling.town.site)
    assert telling.run() == 0
    assert telling.waiting() == []


def test_a_site_that_tells_no_page_digests_is_told_by_those_of_its_copies(
    telling: Telling,
) -> None:
    telling.begin(telling.page("a", ""))
    telling.build(telling.page("a", "", title="Other words"))
    assert telling.run() == 1
    assert telling.lists == [[f"{URL}/a/"]]


def test_what_changes_back_before_it_was_told_is_no_news(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"), live=False)
    telling.run()
    telling.build(telling.page("a"))
    assert telling.run(hours=1) == 0
    assert telling.waiting() == []


@pytest.mark.parametrize(
    ("status", "headers", "too_soon", "then"),
    [
        (500, {}, {"seconds": 29}, {"seconds": 1}),
        (429, {"Retry-After": "3600"}, {"minutes": 59}, {"minutes": 1}),
        (503, {"Retry-After": "120"}, {"seconds": 119}, {"seconds": 1}),
    ],
)
def test_a_listener_that_fails_or_asks_to_wait_is_told_later(
    telling: Telling,
    status: int,
    headers: dict[str, str],
    too_soon: dict[str, float],
    then: dict[str, float],
) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"))
    telling.ear.status, telling.ear.headers = status, headers
    assert telling.run() == 0
    telling.ear.status = 200
    assert telling.run(**too_soon) == 0
    assert telling.run(**then) == 1
    assert len(telling.ear.told) == 2


def test_one_that_is_down_holds_up_nobody_else(town: Town, ear: Listener) -> None:
    telling = Telling(town, ear)
    telling.named["hubs"] = ("http://127.0.0.1:9/dead", f"{ear.url}/hub")
    telling.begin(telling.page("a"))
    telling.build(telling.page("a"), feed="second")
    assert telling.run() == 1
    assert telling.feeds == [FEED]
    ((why, count, again),) = telling.waiting()
    assert "cannot be reached" in why
    assert (count, again) == (1, True)


def test_one_that_never_answers_is_given_up_in_time(telling: Telling) -> None:
    telling.ear.is_silent = True
    fetcher = Fetcher(allow_loopback=True)
    telling.town.change(post=lambda url, **what: fetcher.post(url, **what, deadline=0.3))
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"))
    assert telling.run() == 0
    assert telling.waiting()[0][2]


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(403, "does not find the key"), (422, "another site's"), (400, ""), (301, "answers 301")],
)
def test_a_refusal_is_said_once_and_not_tried_again_before_something_changes(
    telling: Telling, caplog: pytest.LogCaptureFixture, status: int, meaning: str
) -> None:
    telling.begin(telling.page("a"))
    telling.ear.status = status
    telling.build(telling.page("a", "second"))
    assert telling.run() == 0
    assert telling.run(hours=48) == 0
    assert len(telling.ear.told) == 1
    ((why, _, again),) = telling.waiting()
    assert meaning in why
    assert not again
    assert len([record for record in caplog.records if "not told" in record.message]) == 1
    telling.ear.status = 200
    telling.build(telling.page("a", "third"))
    assert telling.run() == 1


def test_status_says_what_waits_and_why(
    telling: Telling, capsys: pytest.CaptureFixture[str]
) -> None:
    telling.begin(telling.page("a"))
    telling.ear.status = 403
    telling.build(telling.page("a", "second"), feed="second")
    telling.run()
    show(gather(telling.town.site))
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("news for")]
    assert lines == [
        f"news for {telling.ear.url}/engine: 1 address, refused: 127.0.0.1 answers 403: it does "
        "not find the key in the file that INDEXNOW_KEY names",
        f"news for {telling.ear.url}/hub: 1 address, refused: 127.0.0.1 answers 403",
    ]


def test_a_listener_on_this_machine_or_in_its_network_is_never_told(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.town.change(post=Fetcher().post)
    telling.build(telling.page("a", "second"))
    assert telling.run() == 0
    assert telling.ear.told == []
    assert len(telling.waiting()) == 1


def test_another_key_is_a_reason_to_try_again(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.ear.status = 403
    telling.build(telling.page("a", "second"))
    telling.run()
    telling.ear.status = 200
    named = telling.named["index_now"]
    telling.named["index_now"] = IndexNow(
        key="fedcba98", key_url=KEY_URL, endpoints=named.endpoints
    )
    telling.build(telling.page("a", "second"))
    telling.town.web.show(KEY_URL, b"fedcba98\n")
    assert telling.run() == 1


def test_a_pause_holds_for_listeners_too(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"))
    with telling.town.site.store.write() as tx:
        marks.put(tx, marks.PAUSED, {"by": "ines", "at": "now"})
    assert telling.run(hours=1) == 0
    with telling.town.site.store.write() as tx:
        marks.drop(tx, marks.PAUSED)
    assert telling.run() == 1


def test_the_switch_works_at_once_also_in_the_middle_of_telling(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"), feed="second")
    post = telling.town.site.post

    def and_pause(url: str, **what: Any) -> None:
        post(url, **what)
        with telling.town.site.store.write() as tx:
            marks.put(tx, marks.PAUSED, {"by": "ines", "at": "now"})

    telling.town.change(post=and_pause)
    assert telling.run() == 1
    assert len(telling.ear.told) == 1


def test_a_listener_that_the_site_names_later_hears_of_nothing_old(telling: Telling) -> None:
    hubs = telling.named.pop("hubs")
    telling.begin(telling.page("a"))
    telling.named["hubs"] = hubs
    telling.build(telling.page("a"), feed="second")
    assert telling.run() == 0
    telling.build(telling.page("a"), feed="third")
    assert telling.run() == 1


def test_a_listener_that_the_site_names_no_longer_is_forgotten(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"), live=False)
    telling.named.pop("index_now")
    telling.build(telling.page("a", "second"))
    assert telling.run(hours=1) == 0
    assert telling.waiting() == []


def test_killed_between_telling_and_noting_it_is_told_once_more(telling: Telling) -> None:
    class Killed(BaseException):
        pass

    post = telling.town.site.post

    def last_words(url: str, **what: Any) -> None:
        post(url, **what)
        raise Killed

    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"))
    telling.town.change(post=last_words)
    with pytest.raises(Killed):
        telling.run()
    telling.town.change(post=post)
    assert telling.run() == 1
    assert telling.run(hours=1) == 0
    assert telling.lists == [[f"{URL}/a/"]] * 2


def test_news_of_while_it_is_told_is_told_too(telling: Telling) -> None:
    telling.begin(telling.page("a"))
    telling.build(telling.page("a", "second"))
    post = telling.town.site.post

    def meanwhile(url: str, **what: Any) -> None:
        post(url, **what)
        telling.town.change(post=post)
        telling.build(telling.page("a", "third"))

    telling.town.change(post=meanwhile)
    assert telling.run() == 1
    assert telling.run() == 1


def test_an_unreadable_outbox_there_is_asked_for_once_a_run(telling: Telling) -> None:
    pages = [telling.page(f"p{n}") for n in range(20)]
    telling.begin(*pages)
    telling.build(*(telling.page(f"p{n}", "second") for n in range(20)))
    telling.town.web.failing[f"{URL}/outbox.json"] = Unavailable("down")
    telling.town.web.asked.clear()
    assert telling.run() == 0
    assert telling.town.web.asked == [f"{URL}/outbox.json"]
    assert telling.waiting() == [("down", 20, True)]


def test_many_changes_go_in_lists_of_at_most_five_hundred(telling: Telling) -> None:
    telling.begin(*(telling.page(f"p{n}") for n in range(501)))
    telling.build(*(telling.page(f"p{n}", "second") for n in range(501)))
    assert [telling.run(), telling.run(), telling.run()] == [500, 1, 0]
    assert [len(urls) for urls in telling.lists] == [500, 1]


def test_it_is_the_same_on_postgresql(postgresql: str, tmp_path: Path, ear: Listener) -> None:
    town = Town(tmp_path, url=postgresql)
    telling = Telling(town, ear)
    telling.begin(telling.page("a"), telling.page("b"))
    telling.build(telling.page("a", "second"), feed="second")
    town.web.show(f"{URL}/b/", status=410)
    assert telling.run() == 3
    assert telling.run(hours=1) == 0
    town.site.store.close()
