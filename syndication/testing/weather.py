# ruff: noqa: S101
"""Servers that refuse, streams that end, searches that find."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from syndication.model import Watch
from syndication.networks.contract import Connection, NetworkError, RateLimited, Unauthorised

from .harness import Harness, draft, needs, role


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
        streamer = role(connection.streamer)
        stop, hints, problems = threading.Event(), threading.Semaphore(0), []

        def listen() -> None:
            try:
                streamer.stream(
                    stop,
                    lambda *_: False,
                    lambda _: hints.release(),
                    cursor=None,
                    keep=lambda _: None,
                )
            except NetworkError as error:
                problems.append(error)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        assert hints.acquire(timeout=10), "a stream begins with a hint: what came before is polled"
        harness.says(harness.address("¿hay alguien?"))
        assert hints.acquire(timeout=10)
        stop.set()
        started = time.monotonic()
        thread.join(5)
        assert time.monotonic() - started < 1
        assert problems == []

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
