"""People who speak about the brand without addressing it, where they agreed to be found."""

from __future__ import annotations

from typing import Any

import pytest

from syndication.model import Message
from syndication.networks.contract import RateLimited, Rejected
from syndication.steps.listen import FRESH, Ear, listen
from syndication.steps.take_in import Taken
from syndication.store import messages, watches
from tests.steps.town import Town


def watch(town: Town, query: str, kind: str = "words", language: str = "") -> int:
    with town.site.store.write() as tx:
        return watches.add(tx, kind=kind, query=query, language=language, now=town.now)


def hear(town: Town, account: str = "brand") -> Taken:
    return listen(town.site, account)


def ways(town: Town) -> list[tuple[str, str]]:
    (stored,) = town.messages()
    with town.site.store.read() as tx:
        return messages.seen_by(tx, stored.id)


def test_what_a_watch_finds_waits_on_the_desk_marked_with_it(town: Town) -> None:
    number = watch(town, "vencejo")
    town.person("ana", indexable=True).say("my Vencejo squeaks")
    assert hear(town).new == 1
    assert ways(town) == [("brand", f"search:{number}")]
    assert town.messages()[0].verdict == "hold"
    assert ("desk", None) in town.woken


@pytest.mark.parametrize(
    ("about", "visibility"),
    [
        ({"indexable": False}, "public"),
        ({"indexable": None}, "public"),
        ({"indexable": True, "note": "bikes, #nobot"}, "public"),
        ({"indexable": True, "note": "please #NoIndex me"}, "public"),
        ({"indexable": True}, "unlisted"),
        ({"indexable": True}, "private"),
        ({"indexable": True}, "direct"),
    ],
)
def test_who_did_not_agree_to_be_found_is_not_kept(
    town: Town, about: dict[str, Any], visibility: str
) -> None:
    watch(town, "vencejo")
    town.person("ana", **about).say("my vencejo squeaks", visibility=visibility)
    hear(town)
    assert town.messages() == []


@pytest.mark.parametrize(
    ("kind", "query", "language", "text", "spoken", "found"),
    [
        ("words", "vencejo", "", "mi VENCEJO chirría", "es", True),
        ("words", "vencejo", "", "mi vencejos chirrían", "es", False),
        ("words", "vencejo", "es", "mi vencejo", "es-MX", True),
        ("words", "vencejo", "es", "my vencejo", "en", False),
        ("words", "vencejo", "es", "vencejo", "", True),
        ("hashtag", "vencejo", "", "look #Vencejo", "", True),
        ("hashtag", "#vencejo", "", "look #vencejo", "", True),
        ("hashtag", "vencejo", "", "look vencejo", "", False),
        ("hashtag", "vencejo", "", "look #vencejos", "", False),
    ],
)
def test_words_hashtags_and_languages_are_matched(
    town: Town, kind: str, query: str, language: str, text: str, spoken: str, found: bool
) -> None:
    watch(town, query, kind, language)
    town.person("ana", indexable=True).say(text, language=spoken)
    assert hear(town).new == int(found)


def test_what_a_watch_found_and_what_answers_us_is_one_message(town: Town) -> None:
    ours = town.speak()
    number = watch(town, "vencejo")
    ref = town.person("ana", indexable=True).say("@brand my vencejo squeaks", reply_to=ours)
    hear(town)
    town.collect()
    assert sorted(ways(town)) == [("brand", "poll"), ("brand", f"search:{number}")]
    assert town.stored(ref).copy_id == town.copy().id


def test_words_addressed_to_us_stay_though_their_author_would_not_be_found(town: Town) -> None:
    watch(town, "vencejo")
    town.person("ana", indexable=False).say("@brand my vencejo squeaks")
    town.collect()
    hear(town)
    assert ways(town) == [("brand", "poll")]


def test_two_watches_that_find_the_same_mark_it_twice(town: Town) -> None:
    numbers = [watch(town, "vencejo"), watch(town, "squeaks")]
    town.person("ana", indexable=True).say("my vencejo squeaks")
    hear(town)
    assert [via for _, via in ways(town)] == [f"search:{n}" for n in numbers]


def test_what_was_found_is_not_found_again(town: Town) -> None:
    watch(town, "vencejo")
    town.person("ana", indexable=True).say("my vencejo squeaks")
    assert [hear(town).new for _ in range(3)] == [1, 0, 0]
    town.person("ana").say("my vencejo still squeaks")
    assert hear(town).new == 1


def test_what_a_watch_found_before_it_could_be_stored_is_found_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(town, "vencejo")
    town.person("ana", indexable=True).say("my vencejo squeaks")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(watches, "advance", die)
        with pytest.raises(KeyboardInterrupt):
            hear(town)
    assert town.messages() == []
    assert hear(town).new == 1


def test_each_watch_costs_one_request_and_none_costs_nothing(town: Town) -> None:
    hear(town)
    assert town.server.requests == []
    for query in ("one", "two", "three"):
        watch(town, query)
    hear(town)
    assert town.server.requests == ["search"] * 3


def test_searches_that_a_server_lacks_are_not_asked(town: Town) -> None:
    watch(town, "vencejo")
    town.server.searches = False
    hear(town)
    watch(town, "vencejo.example", "links")
    town.server.searches = True
    hear(town)
    assert town.requests("search") == 1


def test_a_watch_that_the_server_refuses_silences_no_other(town: Town) -> None:
    watch(town, "vencejo")
    watch(town, "squeaks")
    town.person("ana", indexable=True).say("my vencejo squeaks")
    town.server.fail("search", Rejected("query too long"))
    assert hear(town).new == 1
    assert town.account().poll_at is None
    assert hear(town).new == 0  # the first one found the same, once it was let
    assert len(ways(town)) == 2


def test_a_server_that_is_down_is_not_asked_for_every_watch(town: Town) -> None:
    for number in range(10):
        watch(town, f"word{number}")
    town.server.go_down("search", times=10)
    hear(town)
    assert town.requests("search") == 3
    assert town.account().poll_at is not None


def test_a_rate_limit_ends_the_round_and_is_kept(town: Town) -> None:
    from datetime import timedelta

    watch(town, "one")
    watch(town, "two")
    town.server.fail("search", RateLimited(town.now + timedelta(minutes=10)))
    hear(town)
    town.later(minutes=9)
    hear(town)
    assert town.requests("search") == 1


def test_a_paused_account_listens_to_nothing(town: Town) -> None:
    watch(town, "vencejo")
    town.server.revoke("brand")
    hear(town)
    asked = len(town.server.requests)
    hear(town)
    assert len(town.server.requests) == asked


def test_what_was_found_can_be_answered_and_shown(town: Town) -> None:
    from syndication.steps.answer import answer
    from syndication.steps.send import send

    town.read_once(town.post("hello"))
    watch(town, "vencejo")
    ref = town.person("ana", indexable=True).say("does my vencejo need oil?")
    hear(town)
    answer(town.site, town.stored(ref).id, "Yes, a drop.", by="ines")
    send(town.site)
    assert town.said() == ["@ana@memory.example Yes, a drop."]


# --- streams ---------------------------------------------------------------------------------


def strangers(town: Town, text: str, **about: Any) -> Message:
    """What somebody says on the network, as a stream tells it."""
    ref = town.person("ana", **{"indexable": True} | about).say(text)
    return town.server.statuses[ref.id].message


def test_an_ear_wants_what_a_watch_wants(town: Town) -> None:
    watch(town, "brakes", language="en")
    watch(town, "#bici", kind="hashtag")
    ear = Ear(town.site, "brand")
    assert ear.wants("my Brakes squeak", [], "en")
    assert ear.wants("", ["Bici"], "es")
    assert not ear.wants("my brakes squeak", [], "es")
    assert not ear.wants("my dog barks", ["perro"], "en")


def test_what_an_ear_hears_waits_on_the_desk_as_if_it_had_been_searched_for(town: Town) -> None:
    number = watch(town, "brakes")
    ear = Ear(town.site, "brand")
    message = strangers(town, "my brakes squeak")
    assert (ear.hear(message).new, ear.hear(message).new) == (1, 0)
    assert ways(town) == [("brand", f"search:{number}")]
    assert ("desk", None) in town.woken


def test_an_ear_keeps_nobody_who_did_not_agree_to_be_found(town: Town) -> None:
    watch(town, "brakes")
    Ear(town.site, "brand").hear(strangers(town, "my brakes squeak", note="#nobot"))
    assert town.messages() == []


def test_an_ear_keeps_nothing_that_no_watch_wants_any_more(town: Town) -> None:
    watch(town, "chains")
    Ear(town.site, "brand").hear(strangers(town, "my brakes squeak"))
    assert town.messages() == []


def test_a_new_watch_is_heard_of_soon(town: Town) -> None:
    ear = Ear(town.site, "brand")
    assert not ear.wants("my brakes squeak", [], "")
    watch(town, "brakes")
    town.later(seconds=FRESH.total_seconds())
    assert ear.wants("my brakes squeak", [], "")
