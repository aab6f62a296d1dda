# ruff: noqa: S101
"""News, threads and single messages: complete, true, and harmless."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syndication.model import PUBLIC
from syndication.networks.contract import Absent, Connection, Found, Gone
from syndication.rules import markup

from .harness import Harness, all_news, arrived, draft, fetched, needs, pages, role

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> \u202e & [x](javascript:alert(1))"
QUIET_REQUESTS = 3
DEPTH = 25


class Listening:
    """The roles Collector, Threader and Reader."""

    @needs("collector")
    def test_news_comes_oldest_first_and_once(
        self, harness: Harness, connection: Connection
    ) -> None:
        collector = role(connection.collector)
        cursor = collector.collect(None).cursor
        said = [harness.says(harness.address(f"número {n}")).id for n in range(5)]
        messages, cursor = all_news(connection, cursor)
        assert [message.ref.id for message in messages] == said
        assert all_news(connection, cursor)[0] == []

    @needs("collector", "requests")
    def test_a_quiet_poll_costs_few_requests(
        self, harness: Harness, connection: Connection
    ) -> None:
        collector = role(connection.collector)
        cursor = collector.collect(None).cursor
        before = harness.requests()
        page = collector.collect(cursor)
        assert page.messages == ()
        assert not page.more
        assert harness.requests() - before <= QUIET_REQUESTS

    @needs("collector", "private")
    def test_a_private_word_is_reported_as_private(
        self, harness: Harness, connection: Connection
    ) -> None:
        ref = harness.says(harness.address("un secreto"), visibility="direct")
        assert arrived(connection, ref).visibility not in PUBLIC

    @needs("collector")
    def test_hostile_words_arrive_harmless(self, harness: Harness, connection: Connection) -> None:
        ref = harness.says(harness.address(HOSTILE))
        words = arrived(connection, ref).words
        assert markup.reduce(words.html) == words.html
        assert "<script" not in words.html
        assert "<img" not in words.html
        assert "\u202e" not in words.html + words.text

    @needs("publisher", "collector", "threader", "likes")
    def test_a_like_is_a_hint_and_a_number_without_a_name(
        self, harness: Harness, connection: Connection
    ) -> None:
        ref = role(connection.publisher).publish(draft(), key="liked")
        cursor = role(connection.collector).collect(None).cursor
        harness.likes(ref)
        hints = [hint.id for page in pages(connection, cursor) for hint in page.hints]
        assert hints == [ref.id]
        reactions = role(connection.threader).thread(ref).reactions
        assert [(r.on.id, r.kind, r.count) for r in reactions] == [(ref.id, "like", 1)]

    @needs("publisher", "threader")
    def test_a_thread_is_complete_at_any_depth_parents_first(
        self, harness: Harness, connection: Connection
    ) -> None:
        root = role(connection.publisher).publish(draft(), key="root")
        said, above = [root.id], root
        for depth in range(DEPTH):
            above = harness.says(f"sin mencionar a nadie, nivel {depth}", reply_to=above)
            said.append(above.id)
        messages = role(connection.threader).thread(root).messages
        assert [message.ref.id for message in messages] == said[1:]
        assert [m.reply_to.id for m in messages if m.reply_to] == said[:-1]

    @needs("publisher", "collector", "threader", "backdates")
    def test_an_answer_that_claims_to_be_old_is_not_overlooked(
        self, harness: Harness, connection: Connection
    ) -> None:
        root = role(connection.publisher).publish(draft(), key="backdated")
        harness.says(harness.address("ahora"), reply_to=root)
        all_news(connection, None)
        written = datetime(2020, 2, 29, 12, tzinfo=UTC)
        ref = harness.backdates("hace años", reply_to=root, written=written)
        found = {m.ref.id: m for m in role(connection.threader).thread(root).messages}
        assert found[ref.id].written == written

    @needs("publisher", "threader")
    def test_a_thread_of_ours_that_was_deleted_is_gone(self, connection: Connection) -> None:
        publisher = role(connection.publisher)
        ref = publisher.publish(draft(), key="no-more")
        publisher.delete(ref)
        with pytest.raises(Gone):
            role(connection.threader).thread(ref)

    @needs("collector", "reader", "edits")
    def test_an_edit_is_another_revision_of_the_same_message(
        self, harness: Harness, connection: Connection
    ) -> None:
        ref = harness.says(harness.address("antes"))
        before = arrived(connection, ref)
        harness.edits(ref, harness.address("después"))
        after = fetched(connection, before.ref)
        assert after.ref.id == before.ref.id
        assert "después" in after.words.text
        assert after.words.digest != before.words.digest

    @needs("collector", "reader", "deletes")
    def test_what_its_author_deleted_is_absent(
        self, harness: Harness, connection: Connection
    ) -> None:
        ref = harness.says(harness.address("me arrepiento"))
        known = arrived(connection, ref).ref
        harness.deletes(ref)
        assert role(connection.reader).fetch([known]) == {known.id: Absent()}

    @needs("publisher", "threader", "reader", "deletes")
    def test_a_deletion_within_a_thread_says_nothing_of_what_hung_below(
        self, harness: Harness, connection: Connection
    ) -> None:
        root = role(connection.publisher).publish(draft(), key="middle")
        middle = harness.says("en medio", reply_to=root)
        below = harness.says("debajo", reply_to=middle)
        known = {m.ref.id: m.ref for m in role(connection.threader).thread(root).messages}
        harness.deletes(middle)
        answers = role(connection.reader).fetch([known[middle.id], known[below.id]])
        assert answers[middle.id] == Absent()
        assert isinstance(answers[below.id], Found)
