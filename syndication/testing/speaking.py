# ruff: noqa: S101
"""Saying, finding, changing and taking back: nothing is ever said twice."""

from __future__ import annotations

import pytest

from syndication.networks.contract import Connection, OutcomeUnknown, Unavailable

from .harness import Harness, arrived, draft, needs, role, times_said


class Speaking:
    """The roles Publisher and Updater."""

    @needs("publisher")
    def test_what_is_published_is_there_once_and_has_a_name(
        self, harness: Harness, connection: Connection
    ) -> None:
        said = draft()
        ref = role(connection.publisher).publish(said, key="one")
        assert ref.id
        assert times_said(harness, said) == 1

    @needs("publisher", "keys")
    def test_the_same_key_says_it_once(self, harness: Harness, connection: Connection) -> None:
        said = draft()
        first = role(connection.publisher).publish(said, key="same")
        again = role(harness.reconnects().publisher).publish(said, key="same")
        assert again.id == first.id
        assert times_said(harness, said) == 1

    @needs("publisher", "find")
    def test_what_was_not_said_is_not_found(self, connection: Connection) -> None:
        assert role(connection.publisher).find(draft(), key="never") is None

    @needs("publisher", "find")
    def test_what_was_said_is_found_under_the_same_name(self, connection: Connection) -> None:
        said = draft("Con *signos*, a@b.example, @nadie y #etiquetas")
        ref = role(connection.publisher).publish(said, key="found")
        found = role(connection.publisher).find(said, key="found")
        assert found is not None
        assert found.id == ref.id

    @needs("publisher", "collector", "find")
    def test_an_answer_is_found_by_its_words_and_place(
        self, harness: Harness, connection: Connection
    ) -> None:
        question = harness.says(harness.address("¿Abrís mañana?"))
        answer = draft("Sí, a las diez", reply_to=arrived(connection, question).ref)
        ref = role(connection.publisher).publish(answer, key="answer")
        found = role(connection.publisher).find(answer, key="answer")
        assert found is not None
        assert found.id == ref.id

    @needs("publisher", "find", "loses_next")
    def test_when_the_answer_is_lost_the_words_are_found_and_not_said_again(
        self, harness: Harness, connection: Connection
    ) -> None:
        said = draft()
        harness.loses_next("publish", "lose")
        with pytest.raises(OutcomeUnknown):
            role(connection.publisher).publish(said, key="lost")
        assert role(connection.publisher).find(said, key="lost") is not None
        assert times_said(harness, said) == 1

    @needs("publisher", "find", "loses_next")
    def test_when_the_request_was_lost_the_words_can_be_said_again(
        self, harness: Harness, connection: Connection
    ) -> None:
        said = draft()
        harness.loses_next("publish", "refuse")
        with pytest.raises((OutcomeUnknown, Unavailable)):
            role(connection.publisher).publish(said, key="again")
        assert role(connection.publisher).find(said, key="again") is None
        role(connection.publisher).publish(said, key="again")
        assert times_said(harness, said) == 1

    @needs("publisher", "find", "loses_next", "unsure")
    def test_a_search_that_fails_does_not_say_that_nothing_is_there(
        self, harness: Harness, connection: Connection
    ) -> None:
        said = draft()
        harness.loses_next("publish", "lose")
        with pytest.raises(OutcomeUnknown):
            role(connection.publisher).publish(said, key="unsure")
        harness.loses_next("find", "refuse")
        with pytest.raises((OutcomeUnknown, Unavailable)):
            role(connection.publisher).find(said, key="unsure")
        assert role(connection.publisher).find(said, key="unsure") is not None

    @needs("publisher")
    def test_where_nobody_can_look_a_person_decides(
        self, harness: Harness, connection: Connection
    ) -> None:
        if "find" not in harness.cannot:
            pytest.skip("here one can look")
        with pytest.raises(OutcomeUnknown):
            role(connection.publisher).find(draft(), key="who-knows")

    @needs("publisher", "updater")
    def test_an_update_replaces_the_words_in_place(
        self, harness: Harness, connection: Connection
    ) -> None:
        said, better = draft(), draft("Mejor dicho")
        ref = role(connection.publisher).publish(said, key="before")
        assert role(connection.updater).update(ref, better, key="after").id == ref.id
        assert (times_said(harness, said), times_said(harness, better)) == (0, 1)

    @needs("publisher")
    def test_what_is_deleted_is_gone_and_may_be_deleted_again(
        self, harness: Harness, connection: Connection
    ) -> None:
        said = draft()
        ref = role(connection.publisher).publish(said, key="gone")
        role(connection.publisher).delete(ref)
        role(connection.publisher).delete(ref)
        assert times_said(harness, said) == 0
