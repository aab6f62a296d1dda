"""News of an account: taken in once, whatever breaks, at the cost of a request."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from syndication.networks.contract import RateLimited, Rejected, Unauthorised
from syndication.steps import take_in as taking
from syndication.store import accounts, posts
from tests.steps.town import START, Town


def test_a_reply_that_mentions_us_waits_for_a_person(town: Town) -> None:
    ours = town.speak()
    ref = town.person("ana").say("@brand lovely", reply_to=ours)
    assert town.collect().new == 1
    stored = town.stored(ref)
    assert (stored.verdict, stored.shown, stored.copy_id) == ("hold", None, town.copy().id)
    assert stored.post_id == town.copy().post_id


def test_nothing_is_stored_twice_when_it_is_collected_again(town: Town) -> None:
    ours = town.speak()
    town.person("ana").say("@brand lovely", reply_to=ours)
    town.collect()
    with town.site.store.write() as tx:
        accounts.polled(tx, "brand", None, now=town.now)
    assert town.collect().new == 0
    assert len(town.messages()) == 1


def test_news_come_page_by_page_until_there_is_none(town: Town) -> None:
    ours = town.speak()
    for number in range(45):
        town.person("ana").say(f"@brand {number}", reply_to=ours)
    asked = town.requests("collect")
    assert town.collect().new == 45
    assert town.requests("collect") == asked + 3


def test_a_server_that_never_moves_on_is_not_asked_forever(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    town.collect()
    connection = town.connect("brand")

    class Stuck:
        asked = 0

        def collect(self, cursor: str | None) -> object:
            self.asked += 1
            page = connection.collector.collect(cursor)  # type: ignore[union-attr]
            return replace(page, more=True, cursor=cursor)

    stuck = Stuck()
    town.change(connect=lambda _name: replace(connection, collector=stuck))
    town.collect()
    assert stuck.asked == 1


def test_a_page_that_cannot_be_stored_moves_no_cursor_and_comes_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = town.speak()
    town.collect()
    before = town.account().cursor
    ref = town.person("ana").say("@brand lovely", reply_to=ours)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(taking.messages, "add", full)
        with pytest.raises(OSError, match="No space"):
            town.collect()
    assert town.account().cursor == before
    assert town.messages() == []
    town.collect()
    assert town.stored(ref).verdict == "hold"


def test_a_crash_between_pages_repeats_a_page_and_doubles_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = town.speak()
    town.collect()
    for number in range(30):
        town.person("ana").say(f"@brand {number}", reply_to=ours)
    calls = []
    advance = accounts.polled

    def die_on_the_second(*args: object, **kwargs: object) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        advance(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(accounts, "polled", die_on_the_second)
        with pytest.raises(KeyboardInterrupt):
            town.collect()
    assert len(town.messages()) == 20
    town.collect()
    assert len(town.messages()) == 30


def test_a_quiet_poll_is_one_request_whatever_the_number_of_articles(town: Town) -> None:
    many = [town.post(f"post-{number}", published=START) for number in range(300)]
    town.read_once(*many)
    town.collect()
    before = len(town.server.requests)
    town.later(minutes=1)
    town.collect()
    assert len(town.server.requests) - before == 1


def test_the_first_poll_asks_once_who_we_are_and_tells_the_site(town: Town) -> None:
    town.collect()
    town.later(minutes=1)
    town.collect()
    assert town.requests("profile") == 1
    town.export()
    (account,) = town.facts().accounts
    assert (account.account, account.url) == (
        "brand@memory.example",
        "https://memory.example/@brand",
    )


def test_an_account_without_a_collector_is_asked_nothing(town: Town) -> None:
    from dataclasses import replace

    connection = replace(town.connect("brand"), collector=None)
    town.change(connect=lambda _name: connection)
    assert town.collect().new == 0
    assert town.requests("collect") == 0


def test_a_server_that_is_down_is_asked_again_later_and_less_and_less_often(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    ours = town.speak()
    town.collect()
    ref = town.person("ana").say("@brand lovely", reply_to=ours)
    town.server.go_down("collect", times=3)
    caplog.set_level(logging.WARNING)
    waits = []
    for _ in range(3):
        town.collect()
        at = town.account().poll_at
        assert at is not None
        waits.append(at - town.now)
        asked = town.requests("collect")
        town.collect()  # before its time
        assert town.requests("collect") == asked
        town.now = at
    assert waits == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert [r for r in caplog.records if r.name == "tertulia" and "brand" in r.message][1:] == []
    town.collect()
    assert town.stored(ref)
    assert town.account().poll_failures == 0


def test_a_rate_limit_is_kept_to_the_second(town: Town) -> None:
    town.collect()
    until = town.now + timedelta(minutes=7)
    town.server.fail("collect", RateLimited(until))
    town.collect()
    asked = len(town.server.requests)
    town.later(minutes=6, seconds=59)
    town.collect()
    town.reverify()
    assert len(town.server.requests) == asked
    town.later(seconds=1)
    town.collect()
    assert len(town.server.requests) == asked + 1


def test_a_revoked_token_pauses_one_account_with_one_line_and_the_others_go_on(
    two_accounts: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town = two_accounts
    caplog.set_level(logging.INFO)
    town.server.revoke("brand")
    for _ in range(3):
        for account in town.site.accounts:
            town.collect(account)
            town.reverify(account)
        town.later(minutes=1)
    lines = [r.getMessage() for r in caplog.records if "brand" in r.getMessage()]
    assert len(lines) == 1
    assert "tertulia connect memory https://memory.example --name brand" in lines[0]
    assert town.account("brand").paused_reason
    assert town.account("other").polled_at == town.now - timedelta(minutes=1)
    town.server.restore("brand")
    asked = town.requests("collect")
    town.collect("brand")
    assert town.requests("collect") == asked


def test_an_account_that_was_connected_again_goes_on_where_it_stopped(town: Town) -> None:
    ours = town.speak()
    town.collect()
    town.server.revoke("brand")
    town.collect()
    ref = town.person("ana").say("@brand lovely", reply_to=ours)
    town.server.restore("brand")
    with town.site.store.write() as tx:
        accounts.resume(tx, "brand")
    town.collect()
    assert town.stored(ref)


def test_an_account_without_a_token_says_so_once_and_asks_nothing(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    def no_token(_name: str) -> object:
        raise Unauthorised("no token for it is kept")

    town.change(connect=no_token)
    for _ in range(2):
        town.collect()
        town.reverify()
    assert len([r for r in caplog.records if "no token" in r.getMessage()]) == 1
    assert town.server.requests == []


def test_a_refusal_is_said_and_tried_again(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.collect()
    town.server.fail("collect", Rejected("memory.example: this account is suspended"))
    town.collect()
    assert "this account is suspended" in caplog.text
    town.later(minutes=1)
    town.collect()
    assert town.account().poll_failures == 0


def test_a_like_lets_its_thread_be_read_soon_and_is_no_message(town: Town) -> None:
    ours = town.speak()
    town.collect()
    town.reverify(hours=30)
    town.person("ana").like(ours)
    town.collect()
    assert town.messages() == []
    town.reverify()
    town.export()
    assert town.discussion().reactions == {"like": 1}


def test_who_is_woken_finds_what_was_stored(town: Town) -> None:
    """A wake-up before the commit would be a wake-up for nothing."""
    found: list[tuple[str, int, int]] = []

    def wake(step: str, account: str | None = None) -> None:
        with town.site.store.read() as tx:
            found.append((step, len(town.messages()), posts.count_due(tx)))

    ours = town.speak()
    town.collect()
    town.export()
    ref = town.person("ana").say("@brand lovely", reply_to=ours)
    town.change(wake=wake)
    town.collect()
    assert found == [("desk", 1, 0)]
    town.decide(ref)
    town.export()
    found.clear()
    town.server.people["ana"].delete(ref)
    town.reverify(minutes=10)
    assert ("export", 1, 1) in found
    found.clear()
    town.reverify(hours=2)
    assert ("export", 0, 1) in found
