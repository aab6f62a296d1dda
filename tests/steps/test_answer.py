"""A member of staff answers a person, in public, where that person spoke."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syndication.model import CopyState, Ref
from syndication.steps.answer import CannotAnswer, answer
from syndication.steps.send import send
from syndication.store import accounts
from syndication.store.copies import Copy
from tests.steps.town import Town


@pytest.fixture
def asked(town: Town) -> Ref:
    ref = town.person("ana").say("@brand how much?", reply_to=town.speak(), language="en")
    return town.decide_when_collected(ref)


def reply(town: Town, ref: Ref, text: str, *, account: str | None = None) -> Copy:
    number = answer(town.site, town.stored(ref).id, text, by="ines", account=account)
    return next(copy for copy in town.copies() if copy.id == number)


def test_an_answer_is_stored_before_it_leaves_and_is_said_once(town: Town, asked: Ref) -> None:
    copy = reply(town, asked, "Ten euros.")
    assert (copy.state, copy.written_by, copy.draft.language) == (CopyState.READY, "ines", "en")
    assert ("send", "brand") in town.woken
    for _ in range(3):
        send(town.site)
    assert town.said()[1:] == ["@ana@memory.example Ten euros."]
    said = next(s.message for s in town.server.statuses.values() if "Ten" in s.message.words.text)
    assert said.reply_to is not None
    assert said.reply_to.id == asked.id


def test_the_page_shows_our_answer_as_ours_beneath_what_it_answers(town: Town, asked: Ref) -> None:
    reply(town, asked, "Ten euros.\n\nSee https://brand.example/prices/ & more.")
    send(town.site)
    town.export()
    question, ours = town.discussion().messages
    assert (ours.reply_to, ours.ours, ours.author.name) == (question.id, True, "Brand")
    assert ours.html == (
        '<p>Ten euros.</p><p>See <a href="https://brand.example/prices/">'
        "https://brand.example/prices/</a> &amp; more.</p>"
    )
    assert ours.language == "en"


def test_an_answer_that_has_not_left_is_on_no_page(town: Town, asked: Ref) -> None:
    reply(town, asked, "Ten euros.")
    assert town.shown() == ["@brand how much?"]


def test_somebody_who_is_addressed_already_is_not_addressed_twice(town: Town, asked: Ref) -> None:
    assert reply(town, asked, "Hi @ana@memory.example, ten.").draft.text.count("@ana") == 1
    longer = reply(town, asked, "Ask @ana@memory.example.org too.")
    assert longer.draft.text.startswith("@ana@memory.example Ask")


def test_what_is_too_long_is_refused_with_its_numbers_and_not_stored(
    town: Town, asked: Ref
) -> None:
    limit = town.server.limits.characters
    with pytest.raises(CannotAnswer, match=rf"takes \d+ characters, and Memory takes {limit} here"):
        reply(town, asked, "x" * limit)
    assert len(town.copies()) == 1
    fitting = limit - len("@ana ")  # the server of a handle does not count where limits say so
    assert reply(town, asked, "x" * (fitting - 20)).state == CopyState.READY


def test_what_has_too_many_bytes_is_refused_before_it_is_stored(town: Town, asked: Ref) -> None:
    town.server.limits = replace(town.server.limits, characters=300, bytes=3000)
    with town.site.store.write() as tx:
        accounts.verified(tx, "brand", town.connect("brand").profile(), now=town.now)
    with pytest.raises(CannotAnswer, match=r"takes 3\d\d\d bytes, and Memory takes 3000 here"):
        reply(town, asked, "👨‍👩‍👧‍👦" * 125)
    assert len(town.copies()) == 1
    assert reply(town, asked, "👨‍👩‍👧‍👦" * 100).state == CopyState.READY


def test_an_empty_answer_is_refused(town: Town, asked: Ref) -> None:
    with pytest.raises(CannotAnswer, match="Write something"):
        reply(town, asked, "  \n ")


def test_private_words_are_answered_on_their_network(town: Town) -> None:
    ref = town.person("ana").say("@brand secret", visibility="direct")
    town.collect()
    with pytest.raises(CannotAnswer, match="in private"):
        reply(town, ref, "Hello")


@pytest.mark.parametrize("hours", [0, 2])
def test_what_is_not_there_any_more_is_not_answered(town: Town, asked: Ref, hours: int) -> None:
    number = town.stored(asked).id
    town.person("ana").delete(asked)
    town.reverify(minutes=10)
    town.reverify(hours=hours)
    with pytest.raises(CannotAnswer, match="not there any more"):
        answer(town.site, number, "Ten.", by="ines")


def test_the_account_that_saw_it_answers_unless_another_is_named(two_accounts: Town) -> None:
    town = two_accounts
    ref = town.person("ana").say("@other hello")
    town.collect("other")
    assert reply(town, ref, "Hello").account == "other"
    assert reply(town, ref, "Hello", account="brand").account == "brand"


def test_an_account_that_there_is_not_is_named_with_those_that_there_are(
    two_accounts: Town,
) -> None:
    town = two_accounts
    ref = town.person("ana").say("@brand hello")
    town.collect("brand")
    with pytest.raises(CannotAnswer, match="no account third here; there are: brand, other"):
        reply(town, ref, "Hello", account="third")


def test_a_network_on_which_we_have_no_account_is_not_answered(town: Town, asked: Ref) -> None:
    town.change(networks={"memory": replace(town.site.networks["memory"], space="elsewhere")})
    with pytest.raises(CannotAnswer, match="None of our accounts"):
        reply(town, asked, "Hello")
    town.change(accounts={})
    with pytest.raises(CannotAnswer, match="None of our accounts"):
        reply(town, asked, "Hello")


def test_an_answer_of_a_paused_account_leaves_when_it_is_connected_again(
    town: Town, asked: Ref
) -> None:
    town.server.revoke("brand")
    town.later(minutes=1)
    town.collect()
    reply(town, asked, "Ten euros.")
    assert send(town.site) == 0
    town.server.restore("brand")
    with town.site.store.write() as tx:
        accounts.resume(tx, "brand")
    assert send(town.site) == 1


def test_the_answer_stays_when_what_it_answers_is_erased(town: Town, asked: Ref) -> None:
    reply(town, asked, "Ten euros.")
    send(town.site)
    town.person("ana").delete(asked)
    town.reverify(minutes=10)
    town.reverify(hours=2)
    assert town.shown() == ["Ten euros."]
    assert "@ana" not in town.everything_public()
