# ruff: noqa: S101
"""People: their wishes, their names, and what they say of themselves."""

from __future__ import annotations

from uuid import uuid4

from syndication.model import Message, Watch
from syndication.networks.contract import Connection
from syndication.rules.people import barred_from_listening, opted_out

from .harness import Harness, draft, fetched, needs, role


def _heard(
    harness: Harness, connection: Connection, watch: Watch, cursor: str | None
) -> tuple[tuple[Message, ...], str | None]:
    """(what is heard of words that do not address us, by search where there is one; the cursor)"""
    if not _searches(connection, watch):
        return (fetched(connection, harness.says("hablo de vosotros")),), cursor
    searcher = role(connection.searcher)
    begin = cursor or searcher.search(watch, None).cursor
    harness.says(f"hablo de vosotros #{watch.query}")
    page = searcher.search(watch, begin)
    return page.messages, page.cursor


def _searches(connection: Connection, watch: Watch) -> bool:
    return connection.searcher is not None and connection.searcher.supports(watch)


def _opted_out(message: Message) -> str:
    return message.opted_out or opted_out(message.author)


def _barred(message: Message) -> str:
    return message.opted_out or barred_from_listening(message)


class People:
    """Whom words belong to, and the roles Hider and Introducer."""

    @needs("reader", "opts_out")
    def test_who_wants_to_be_left_alone_by_programs_is_not_listened_to(
        self, harness: Harness, connection: Connection
    ) -> None:
        watch = Watch(id=1, query=f"b{uuid4().hex[:10]}", kind="hashtag")
        left_alone = _barred if _searches(connection, watch) else _opted_out
        first, cursor = _heard(harness, connection, watch, None)
        assert [left_alone(message) for message in first] == [""], "they were to be heard at first"
        harness.opts_out()
        then, _ = _heard(harness, connection, watch, cursor)
        assert all(left_alone(message) for message in then)

    @needs("reader", "renames")
    def test_a_person_with_a_new_handle_is_the_same_person(
        self, harness: Harness, connection: Connection
    ) -> None:
        ref = harness.says("antes")
        before = fetched(connection, ref).author
        handle = harness.renames()
        after = fetched(connection, ref).author
        assert after.ref.id == before.ref.id
        assert after.handle.startswith(handle)
        assert after.handle != before.handle

    @needs("publisher", "reader", "hider", "hidden")
    def test_an_answer_is_hidden_upstream_and_shown_again(
        self, harness: Harness, connection: Connection
    ) -> None:
        root = role(connection.publisher).publish(draft(), key="hiding")
        kept = fetched(connection, harness.says("me quedo", reply_to=root)).ref
        ref = fetched(connection, harness.says("no pinto nada aquí", reply_to=root)).ref
        hider = role(connection.hider)
        for _ in range(2):
            hider.hide(ref)
            assert ref.id in harness.hidden()
        assert kept.id not in harness.hidden()
        for _ in range(2):
            hider.unhide(ref)
            assert ref.id not in harness.hidden()

    @needs("reader", "introducer", "introduces")
    def test_a_profile_tells_its_addresses_and_those_of_its_owner(
        self, harness: Harness, connection: Connection
    ) -> None:
        url = f"https://persona.example/{uuid4().hex}"
        harness.introduces(url)
        author = fetched(connection, harness.says("esta soy yo")).author
        told = role(connection.introducer).introduce(author.ref)
        assert author.ref.url in told.addresses
        assert url in told.links
