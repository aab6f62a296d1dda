"""The nouns: names of posts, and digests that change when, and only when, a reader would notice."""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication import model
from syndication.model import Draft, Picture, Post, Ref, Words, digest_of, with_reply

WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
POST = Post(
    url="https://vencejo.example/es/vencejos/",
    kind="article",
    title="Vencejos",
    summary="Duermen en el aire.",
    language="es",
    published=WHEN,
    tags=("aves", "Valencia"),
    pictures=(Picture(url="https://vencejo.example/images/swift.png", alt="Un ala", size=9),),
    texts={"mastodon": "¡Vencejos!"},
)
DRAFT = Draft(
    text="¡Vencejos!",
    language="es",
    url=POST.url,
    pictures=POST.pictures,
    reply_to=Ref(space="activitypub", id="https://plaza.example/1", url="u", local="1"),
    warning="aves",
)
WORDS = Words(
    html="<p>¿Sí? :swift:</p>",
    text="¿Sí? :swift:",
    language="es",
    warning="aves",
    pictures=(Picture(url="https://plaza.example/a.png", alt="Un ala"),),
    emojis={"swift": "https://plaza.example/swift.png"},
)


def nouns() -> list[type]:
    return [value for value in vars(model).values() if dataclasses.is_dataclass(value)]  # type: ignore[misc]


@pytest.mark.parametrize("noun", nouns())
def test_every_noun_is_frozen_slotted_and_told_by_keywords(noun: Any) -> None:
    assert noun.__dataclass_params__.frozen
    assert "__slots__" in vars(noun)
    assert all(item.kw_only for item in dataclasses.fields(noun))


def test_the_nouns_need_the_standard_library_alone() -> None:
    homes = {
        value.__module__.partition(".")[0]
        for value in vars(model).values()
        if hasattr(value, "__module__")
    }
    assert homes - {"syndication"} <= sys.stdlib_module_names


# --- posts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://vencejo.example", "/"),
        ("https://vencejo.example/", "/"),
        ("https://vencejo.example/es/hola/", "/es/hola/"),
        ("https://vencejo.example/a%C3%B1o.html?x=1#y", "/año.html"),
        ("https://vencejo.example/año.html", "/año.html"),
        ("http://other.example:8000/es/hola/", "/es/hola/"),
    ],
)
def test_a_posts_name_is_its_path(url: str, path: str) -> None:
    assert replace(POST, url=url).path == path


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Otros"},
        {"summary": "Otra cosa."},
        {"language": "en"},
        {"tags": ("Valencia", "aves")},
        {"texts": {"mastodon": "¡Otra cosa!"}},
        {"texts": {}},
        {"pictures": ()},
        {"pictures": (replace(POST.pictures[0], alt="Otra ala"),)},
        {"pictures": (replace(POST.pictures[0], size=10),)},
        {"pictures": (replace(POST.pictures[0], url="https://vencejo.example/images/b.png"),)},
    ],
)
def test_what_a_copy_says_is_in_the_posts_digest(change: dict[str, Any]) -> None:
    assert replace(POST, **change).digest != POST.digest


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://another.example/es/vencejos/"},
        {"published": WHEN.replace(year=2020)},
        {"updated": WHEN},
        {"aliases": ("/old/",)},
        {"translations": {"en": "https://vencejo.example/swifts/"}},
        {"comments": "closed"},
        {"networks": ("mastodon",)},
        {"pictures": (replace(POST.pictures[0], url="https://cdn.example/swift.png"),)},
        {"pictures": (replace(POST.pictures[0], path="/somewhere/swift.png", width=3),)},
    ],
)
def test_what_no_copy_says_wakes_no_network(change: dict[str, Any]) -> None:
    assert replace(POST, **change).digest == POST.digest


@pytest.mark.parametrize(
    ("comments", "day", "expected"),
    [
        ("open", date(2099, 1, 1), True),
        ("closed", date(2026, 1, 1), False),
        ("2026-12-31", date(2026, 12, 31), True),
        ("2026-12-31", date(2027, 1, 1), False),
    ],
)
def test_comments_are_open_closed_or_open_until_a_day(
    comments: str, day: date, expected: bool
) -> None:
    assert replace(POST, comments=comments).open_on(day) is expected


# --- drafts and words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Otra cosa"},
        {"language": "en"},
        {"pictures": ()},
        {"reply_to": None},
        {"visibility": "unlisted"},
        {"warning": ""},
    ],
)
def test_what_a_reader_would_notice_is_in_the_drafts_digest(change: dict[str, Any]) -> None:
    assert replace(DRAFT, **change).digest != DRAFT.digest


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://vencejo.example/other/"},
        {"reply_to": Ref(space="activitypub", id="https://plaza.example/1", local="9")},
        {"pictures": (replace(POST.pictures[0], path="/elsewhere.png", size=None),)},
    ],
)
def test_what_no_reader_notices_is_not(change: dict[str, Any]) -> None:
    assert replace(DRAFT, **change).digest == DRAFT.digest


def test_a_draft_becomes_an_answer_and_stays_what_it_says() -> None:
    ref = Ref(space="activitypub", id="https://plaza.example/2")
    answer = with_reply(DRAFT, ref)
    assert (answer.reply_to, answer.text) == (ref, DRAFT.text)
    assert DRAFT.reply_to != ref


@pytest.mark.parametrize(
    "change",
    [
        {"html": "<p>¡No!</p>"},
        {"language": "en"},
        {"warning": "otra"},
        {"pictures": ()},
        {"pictures": (replace(WORDS.pictures[0], alt="Otra"),)},
    ],
)
def test_what_staff_would_see_change_is_an_edit(change: dict[str, Any]) -> None:
    assert replace(WORDS, **change).digest != WORDS.digest


def test_emoji_that_moved_and_sizes_that_became_known_are_no_edit() -> None:
    moved = {"swift": "https://cdn.example/swift.png"}
    known = (replace(WORDS.pictures[0], width=640, height=480, media_type="image/png"),)
    assert replace(WORDS, emojis=moved, pictures=known).digest == WORDS.digest


# --- digests ---------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(json_values)
def test_a_digest_is_64_letters_and_the_same_every_time(value: object) -> None:
    digest = digest_of(value)
    assert len(digest) == 64
    assert digest == digest_of(value)


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_the_order_of_keys_does_not_count(value: dict[str, int]) -> None:
    assert digest_of(value) == digest_of(dict(reversed(value.items())))


def test_the_order_of_a_list_and_where_it_is_cut_count() -> None:
    values = [["a", "b"], ["b", "a"], ["ab"], ["a", ["b"]], "ab", ["a", "b", None]]
    assert len({digest_of(value) for value in values}) == len(values)


def test_a_digest_is_that_of_canonical_json_so_that_later_versions_find_the_same() -> None:
    """Other digests would send every copy anew."""
    canonical = '{"a":null,"ñ":[1,"ü"]}'
    assert digest_of({"ñ": [1, "ü"], "a": None}) == hashlib.sha256(canonical.encode()).hexdigest()
