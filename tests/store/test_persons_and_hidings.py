"""Who is one person, what is hidden upstream, and the way here from an older database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from syndication.store import Store, Transaction, database, hidings, messages, people, persons
from tests.store.making import LATER, NOW, a_message, add_messages, an_author


@pytest.fixture
def authors(store: Store) -> list[int]:
    """Four people who were heard; the second and the third said the same as the first."""
    names = ("ada", "bea", "carla", "dora")
    with store.write() as tx:
        return [
            add_messages(tx, a_message(name, author=an_author(name)))[0].author_id for name in names
        ]


def same(tx: Transaction, one: int, other: int, **more: object) -> None:
    persons.put(tx, one, other, "same", now=NOW, **more)  # type: ignore[arg-type]


def test_pairs_make_a_person_however_they_are_named(store: Store, authors: list[int]) -> None:
    ada, bea, carla, dora = authors
    with store.write() as tx:
        same(tx, carla, bea, evidence=persons.REL_ME)
        same(tx, ada, bea, evidence=persons.HAND)
    with store.read() as tx:
        assert persons.person_of(tx, carla) == [ada, bea, carla]
        assert persons.person_of(tx, dora) == [dora]
        assert persons.grouped(tx, authors) == {ada: ada, bea: ada, carla: ada}


def test_who_is_apart_is_never_one_person_and_hands_are_believed_first(
    store: Store, authors: list[int]
) -> None:
    ada, bea, carla, _ = authors
    with store.write() as tx:
        same(tx, ada, bea, evidence=persons.REL_ME)
        same(tx, bea, carla, evidence=persons.HAND)
        persons.put(tx, carla, ada, "apart", now=LATER, evidence=persons.HAND)
    with store.read() as tx:
        assert persons.person_of(tx, bea) == [bea, carla]
        assert persons.person_of(tx, ada) == [ada]


def test_a_suspicion_is_noted_once_and_never_again(store: Store, authors: list[int]) -> None:
    ada, bea, carla, _ = authors
    with store.write() as tx:
        assert persons.suspect(tx, [(bea, ada), (ada, bea), (ada, carla)], now=NOW) == 2
        persons.put(tx, ada, bea, "apart", now=NOW)
        assert persons.suspect(tx, [(ada, bea), (ada, carla)], now=LATER) == 0
        assert persons.suspect(tx, [(bea, 10_000)], now=LATER) == 0, "erased meanwhile"
        assert [pair.ids for pair in persons.due(tx, 10, now=LATER)] == [(ada, carla)]


def test_who_is_erased_is_nobody_any_more(store: Store, authors: list[int]) -> None:
    ada, bea, *_ = authors
    with store.write() as tx:
        same(tx, ada, bea)
        (said,) = messages.of_author(tx, ada)
        messages.erase(tx, said, now=NOW)
        assert people.by_id(tx, [ada]) == {}
        assert persons.person_of(tx, bea) == [bea]


def test_a_wish_stays_until_it_is_done_and_the_newest_one_counts(store: Store) -> None:
    with store.write() as tx:
        (message,) = add_messages(tx, a_message())
        assert hidings.want(tx, message.id, "plaza", hide=False, now=NOW) is False
        assert hidings.want(tx, message.id, "plaza", hide=True, now=NOW) is True
        (wish,) = hidings.due(tx, "plaza", 10, now=NOW)
        assert hidings.due(tx, "other", 10, now=NOW) == []
        hidings.want(tx, message.id, "plaza", hide=False, now=NOW)
        hidings.done(tx, wish)
        (newer,) = hidings.due(tx, "plaza", 10, now=NOW)
        assert (newer.hide, newer.done) == (False, True)
        hidings.failed(tx, newer, "down", again=LATER)
        hidings.postpone(tx, "plaza", LATER + timedelta(hours=1))
        assert hidings.due(tx, "plaza", 10, now=LATER) == []
        assert [hiding.error for hiding in hidings.failures(tx)] == ["down"]
        hidings.done(tx, newer)
        assert hidings.failures(tx) == []


def test_a_database_of_the_first_release_keeps_its_words(fresh_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    engine = create_engine(fresh_url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO marks (name, value) VALUES ('paused', '\"yes\"')"))
    engine.dispose()
    store = Store(fresh_url)
    with store.write() as tx:
        assert tx.execute(text("SELECT name FROM marks")).scalar_one() == "paused"
        (message,) = add_messages(tx, a_message())
        assert hidings.want(tx, message.id, "plaza", hide=True, now=NOW)
    store.close()
