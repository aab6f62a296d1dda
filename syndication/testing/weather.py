# ruff: noqa: S101
"""Servers that refuse, streams that end, searches that find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from syndication.model import Watch
from syndication.networks.contract import Connection, RateLimited, Unauthorised

from .harness import Harness, draft, needs, role
from .listener import Listener


class Weather:
    """What goes wrong, and the roles Streamer and Searcher."""

    @needs("collector", "limits_next")
    def test_a_rate_limit_says_until_when(self, harness: Harness, connection: Connection) -> None:
        collector = role(connection.collector)
        collector.collect(None)
        harness.limits_next()
        with pytest.raises(RateLimited) as caught:
            collector.collect(None)
        assert caught.value.until > datetime.now(UTC)

    @needs("collector", "publisher", "revokes")
    def test_a_revoked_token_is_named_and_not_shown(self, harness: Harness) -> None:
        harness.revokes()
        calls: list[Callable[[], object]] = [
            harness.connection.profile,
            lambda: role(harness.connection.collector).collect(None),
            lambda: role(harness.connection.publisher).publish(draft(), key="revoked"),
        ]
        for call in calls:
            with pytest.raises(Unauthorised) as caught:
                call()
            assert not harness.secret or harness.secret not in str(caught.value)

    @needs("streamer")
    def test_a_stream_hints_at_news_and_ends_within_a_second(
        self, harness: Harness, connection: Connection
    ) -> None:
        with Listener(connection) as listener:
            assert listener.hears(None)
            harness.says(harness.address("¿hay alguien?"))
            assert listener.hears(None)

    @needs("streamer", "cursor")
    def test_a_stream_goes_on_where_it_was_left(
        self, harness: Harness, connection: Connection
    ) -> None:
        word = f"b{uuid4().hex[:10]}"
        with Listener(connection, word) as listener:
            assert listener.hears(None)
            assert listener.hears(harness.says(f"uno {word}"))
            cursor = listener.keeps()
        missed = harness.says(f"dos {word}")
        with Listener(connection, word, cursor) as listener:
            assert listener.hears(missed)

    @needs("streamer", "cursor")
    def test_a_stream_whose_cursor_nobody_knows_begins_now(
        self, harness: Harness, connection: Connection
    ) -> None:
        word = f"b{uuid4().hex[:10]}"
        with Listener(connection, word, "no such place") as listener:
            assert listener.hears(None)
            assert listener.hears(harness.says(f"ahora {word}"))

    @needs("searcher", "hashtags", "private")
    def test_private_words_are_found_by_nobody(
        self, harness: Harness, connection: Connection
    ) -> None:
        watch = Watch(id=1, query=f"b{uuid4().hex[:10]}", kind="hashtag")
        cursor = role(connection.searcher).search(watch, None).cursor
        harness.says(f"en secreto #{watch.query}", visibility="direct")
        assert role(connection.searcher).search(watch, cursor).messages == ()

    @needs("searcher", "publisher", "hashtags")
    def test_public_words_are_found_by_hashtag_and_ours_are_not(
        self, harness: Harness, connection: Connection
    ) -> None:
        searcher = role(connection.searcher)
        watch = Watch(id=1, query=f"b{uuid4().hex[:10]}", kind="hashtag")
        assert searcher.supports(watch)
        cursor = searcher.search(watch, None).cursor
        role(connection.publisher).publish(draft(f"#{watch.query}"), key="tagged")
        wanted = harness.says(f"¿Alguien sabe? #{watch.query}")
        page = searcher.search(watch, cursor)
        assert [message.ref.id for message in page.messages] == [wanted.id]
        assert searcher.search(watch, page.cursor).messages == ()
