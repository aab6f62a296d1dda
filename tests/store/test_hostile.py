"""Whatever a stranger's server sends can be stored, found again and erased, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from syndication.model import Author, Picture, Ref, Words
from syndication.store import Store, marks, messages, people, pictures, tables, tombstones
from syndication.store.encoding import LONGEST_IDENTIFIER, clean, cleaned, identifier
from syndication.store.pictures import StoredPicture
from tests.store.making import (
    NOW,
    SPACE,
    a_draft,
    a_message,
    add_copy,
    add_messages,
    an_author,
    the_copy,
    the_message,
)

ODD = ["a\0b", "\ud83d", "\ud83d\ude00", "\udc00\ud800", "\0", "e\u0301", "\u202e", "\uffff", "🐦"]
ODD_IDS = ["https://a\0b/1", "https://\ud800/1", "\0", "x" * 5000, "é" * 900, "…", "🐦\0" * 900]

any_text = st.text(st.characters(exclude_categories=[]), max_size=60)


# --- the rules, without a database -----------------------------------------------------------


@given(any_text)
def test_clean_text_can_be_encoded_and_is_the_same_when_it_was_clean(text: str) -> None:
    kept = clean(text)
    kept.encode()
    assert "\0" not in kept
    assert clean(kept) == kept
    if "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text):
        assert kept == text


def test_halves_of_a_pair_that_stand_together_become_the_letter() -> None:
    assert clean("\ud83d\ude00 \ud83d") == "😀 \ufffd"


@given(
    st.recursive(
        any_text | st.integers() | st.none(), lambda v: st.lists(v) | st.dictionaries(any_text, v)
    )
)
def test_json_is_cleaned_in_depth(value: object) -> None:
    import json

    text = json.dumps(cleaned(value), ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text.replace("\\\\", "")


@given(any_text | st.sampled_from(ODD_IDS))
def test_an_identifier_fits_an_index_and_is_kept_as_the_same_again(name: str) -> None:
    kept = identifier(name)
    assert len(kept.encode()) <= LONGEST_IDENTIFIER
    assert kept == identifier(kept)


@given(st.sets(any_text | st.sampled_from(ODD_IDS)))
def test_two_ids_never_become_the_same(names: set[str]) -> None:
    assert len({identifier(name) for name in names}) == len(names)


def test_ids_as_real_servers_make_them_stay_as_they_are() -> None:
    for name in [
        "https://plaza.example/users/ada/statuses/113",
        "at://did:plc:z72i7hdynmk6r22z27h6tvur/app.bsky.feed.post/3l6oveex3ii2l",
        "https://español.example/añó/?q=%C3%B1#frag",
    ]:
        assert identifier(name) == name


# --- through both databases ------------------------------------------------------------------


@pytest.mark.parametrize("odd", ODD)
def test_odd_text_in_every_field_is_stored_and_comes_back_clean(store: Store, odd: str) -> None:
    author = replace(an_author(), name=odd, handle=odd, picture=odd, emojis={odd: odd})
    words = Words(
        html=odd,
        text=odd,
        language=odd,
        warning=odd,
        pictures=(Picture(url=odd, alt=odd, media_type=odd),),
        emojis={odd: odd},
    )
    message = a_message(words=words, author=author, kind=odd, visibility=odd)
    with store.write() as tx:
        [stored] = add_messages(tx, message)
        [found] = messages.words(tx, [(stored.id, 1)]).values()
        assert (found.html, found.text, found.language, found.warning) == (clean(odd),) * 4
        assert found.pictures == (Picture(url=clean(odd), alt=clean(odd), media_type=clean(odd)),)
        assert found.emojis == {clean(odd): clean(odd)}
        [person] = people.by_id(tx, [stored.author_id]).values()
        assert (person.name, person.handle, person.picture) == (clean(odd),) * 3
        assert messages.digests(tx, [stored]) == {stored.id: words.digest}, "seen again: no edit"
        copy_id = add_copy(tx, draft=a_draft(odd, warning=odd))
        assert the_copy(tx, copy_id).draft.text == clean(odd)
        marks.put(tx, "odd", {odd: [odd, {"deep": odd}]})
        assert marks.get(tx, "odd") == {clean(odd): [clean(odd), {"deep": clean(odd)}]}


def test_odd_ids_are_known_when_they_are_seen_again_and_stay_erased(store: Store) -> None:
    page = [
        a_message(
            ref=Ref(space=SPACE, id=name, url=name, local=name),
            author=an_author(ref=Ref(space=SPACE, id=name)),
            reply_to=Ref(space=SPACE, id=name),
        )
        for name in ODD_IDS
    ]
    with store.write() as tx:
        stored = add_messages(tx, *page)
        assert len({message.author_id for message in stored}) == len(ODD_IDS)
        known = messages.known(tx, SPACE, ODD_IDS)
        assert {name: message.id for name, message in known.items()} == {
            name: message.id for name, message in zip(ODD_IDS, stored, strict=True)
        }
        again = people.remember(tx, (m.author for m in page), network="mastodon", now=NOW)
        assert [again[name] for name in ODD_IDS] == [message.author_id for message in stored]
        for message in stored:
            messages.erase(tx, the_message(tx, message.id), now=NOW)
        assert tombstones.among_ids(tx, SPACE, ODD_IDS) == set(ODD_IDS)
        assert messages.known(tx, SPACE, ODD_IDS) == {}


def test_odd_picture_urls_are_kept_found_and_forgotten(store: Store) -> None:
    def picture(url: str) -> StoredPicture:
        return StoredPicture(url=url, file="pictures/a.webp", width=1, height=2, fetched_at=NOW)

    with store.write() as tx:
        for url in ODD_IDS * 2:
            pictures.put(tx, picture(url))
        assert set(pictures.by_url(tx, [*ODD_IDS, "none"])) == set(ODD_IDS)
        pictures.keep_only(tx, ODD_IDS[:2])
        assert set(pictures.by_url(tx, ODD_IDS)) == set(ODD_IDS[:2])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=any_text, name=any_text, emojis=st.dictionaries(any_text, any_text, max_size=3))
def test_any_words_of_any_person_are_taken(
    store: Store, text: str, name: str, emojis: dict[str, str]
) -> None:
    author = Author(
        ref=Ref(space=SPACE, id=name), name=name, handle=name, picture=text, emojis=emojis
    )
    words = Words(html=text, text=text, language=name, warning=name, emojis=emojis)
    with store.write() as tx:
        for old in messages.select_messages(tx):
            messages.erase(tx, old, now=NOW)
        tx.execute(tables.tombstones.delete())
        [stored] = add_messages(tx, a_message(name, author=author, words=words))
        assert messages.words(tx, [(stored.id, 1)])[stored.id, 1].text == clean(text)
        assert people.renewed(tx, [author]) == set(), "the same person is no news"


# --- moments ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-9))]
)
def test_a_moment_keeps_its_instant_whatever_its_zone(store: Store, zone: timezone) -> None:
    moment = datetime(2026, 10, 25, 2, 30, 15, 123456, tzinfo=zone)
    with store.write() as tx:
        [stored] = add_messages(tx, a_message(written=moment))
        assert stored.written == moment
        assert stored.written.tzinfo is UTC
        table = tables.messages
        same = moment.astimezone(timezone(timedelta(hours=1)))
        assert tx.execute(select(table.c.id).where(table.c.written == same)).scalars().all() == [1]
        assert tx.execute(select(table.c.id).where(table.c.written < same)).all() == []


@pytest.mark.parametrize(
    "moment",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, tzinfo=UTC),
    ],
)
def test_a_moment_at_the_end_of_time_is_kept_as_far_as_it_goes(
    store: Store, moment: datetime
) -> None:
    with store.write() as tx:
        [stored] = add_messages(tx, a_message(written=moment, edited=moment))
        assert abs(stored.written.replace(tzinfo=None) - moment.replace(tzinfo=None)) < timedelta(1)


def test_a_moment_without_a_zone_is_a_mistake_of_ours(store: Store) -> None:
    with pytest.raises(StatementError, match="needs its time zone"), store.write() as tx:
        add_messages(tx, a_message(written=NOW.replace(tzinfo=None)))


def test_no_column_refuses_a_long_text(store: Store) -> None:
    long = "ñ" * 20_000
    words = Words(html=long, text=long, language=long, warning=long)
    author = replace(an_author(), name=long, handle=long, picture=long)
    with store.write() as tx:
        [stored] = add_messages(tx, a_message(words=words, author=author, visibility=long))
        assert messages.words(tx, [(stored.id, 1)])[stored.id, 1].language == long
        copy_id = add_copy(tx, part=long[:500], brake=long, error=long)
        assert the_copy(tx, copy_id).error == long
