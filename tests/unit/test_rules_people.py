"""A person's wish wins: who may not be listened to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syndication.model import Author, Message, Ref, Words
from syndication.rules.people import barred_from_listening, opted_out


def author(note: str = "", *, indexable: bool | None = True) -> Author:
    ref = Ref(space="activitypub", id="https://plaza.example/users/ada")
    return Author(ref=ref, name="Ada", handle="ada@plaza.example", indexable=indexable, note=note)


def message(by: Author, visibility: str = "public") -> Message:
    return Message(
        ref=Ref(space="activitypub", id="https://plaza.example/1"),
        kind="mention",
        author=by,
        words=Words(html="<p>Vencejo</p>", text="Vencejo"),
        written=datetime(2026, 11, 20, tzinfo=UTC),
        visibility=visibility,
    )


@pytest.mark.parametrize(
    "note",
    [
        "#nobot",
        "#NoBot",
        "#NOBOTS",
        "#no-bot",
        "#no_bots",
        "# nobot",
        "I like birds.#nobot.",
        "#birds #noindex",
        "#noSearch",
        "#noarchive",
        "＃ｎｏｂｏｔ",
        "#no\u200bbot",
        "#\u2060nobot",
        '<a href="https://plaza.example/tags/nobot">#<span>nobot</span></a>',
        "No me indexéis, por favor #nobot 🐦",
    ],
)
def test_a_profile_that_says_nobot_is_left_alone(note: str) -> None:
    assert opted_out(author(note)) == "its author's profile says #nobot"
    assert barred_from_listening(message(author(note))) == opted_out(author(note))


@pytest.mark.parametrize(
    "note",
    ["", "nobot", "I am not a bot", "#nobotany", "#nobody", "#noindexing", "#bot", "no #bots here"],
)
def test_a_profile_that_says_something_else_is_not_taken_for_a_wish(note: str) -> None:
    assert opted_out(author(note)) == ""
    assert barred_from_listening(message(author(note))) == ""


@pytest.mark.parametrize("indexable", [False, None])
def test_who_has_not_agreed_to_be_found_is_not_listened_to(indexable: bool | None) -> None:
    said = barred_from_listening(message(author(indexable=indexable)))
    assert said == "its author is not indexable"


@pytest.mark.parametrize("visibility", ["private", "direct", "followers", ""])
def test_private_words_are_not_listened_to(visibility: str) -> None:
    assert barred_from_listening(message(author(), visibility)) == "not public"


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_public_words_of_people_who_agreed_may_be_found(visibility: str) -> None:
    assert barred_from_listening(message(author(), visibility)) == ""
