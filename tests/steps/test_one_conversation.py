"""One conversation: several networks, one discussion, and the same person's same words once."""

from __future__ import annotations

import pytest

from syndication.networks.contract import Unavailable
from syndication.steps.decide import decide
from syndication.steps.forget import forget_author
from syndication.steps.joining import CannotJoin
from syndication.store import events
from tests.steps.two_networks import PLAZA, SKY, TwoNetworks

GREAT = "What a great bell!"


@pytest.fixture
def town(two_networks: TwoNetworks) -> TwoNetworks:
    return two_networks


@pytest.fixture
def said(town: TwoNetworks):
    """Ana says the same on both networks, a minute later on the second; both are approved."""
    plaza, sky = town.speak_twice()
    ana, azul = town.both()
    first = ana.say(f"@brand {GREAT}", reply_to=plaza)
    town.later(minutes=1)
    second = azul.say(f"@azure@sky.example {GREAT}", reply_to=sky)
    town.approve(first, second)
    return first, second


TWICE = [(f"@brand {GREAT}", PLAZA, []), (f"@azure@sky.example {GREAT}", SKY, [])]
ONCE = [(f"@brand {GREAT}", PLAZA, [SKY])]


def link_each_other(town: TwoNetworks) -> None:
    ana, azul = town.both()
    ana.rename("ana", note=f"También en {azul.author.ref.url}")
    azul.rename("ana", note=f"Also at {ana.author.ref.url}/")


# --- one discussion ----------------------------------------------------------------------------


def test_replies_on_several_networks_stand_as_one_discussion_each_with_its_network(
    town: TwoNetworks,
):
    plaza, sky = town.speak_twice()
    one = town.person("ana").say("@brand first", reply_to=plaza)
    town.later(minutes=1)
    two = town.sky.person("bea").say("@azure second", reply_to=sky)
    town.later(minutes=1)
    three = town.person("carla").say("@brand third", reply_to=plaza)
    town.approve(one, two, three)
    assert town.told() == [
        ("@brand first", PLAZA, []),
        ("@azure second", SKY, []),
        ("@brand third", PLAZA, []),
    ]
    assert {copy.network for copy in town.discussion().copies} == {PLAZA, SKY}


# --- the same words, and who is who -------------------------------------------------------------


def test_without_evidence_the_same_words_stand_twice(town: TwoNetworks, said):
    assert town.told() == TWICE
    assert town.recognise() == 0
    assert town.told() == TWICE


def test_profiles_that_name_each_other_make_the_words_stand_once_with_both_permalinks(
    town: TwoNetworks, said
):
    link_each_other(town)
    town.told()
    assert ("recognise", None) in town.woken
    assert town.recognise() == 1
    assert town.told() == ONCE
    (entry,) = town.discussion().messages
    assert [(a.network, a.account, a.url) for a in entry.also] == [
        (SKY, "ana@sky.example", said[1].url)
    ]


def test_one_profile_that_names_the_other_proves_nothing(town: TwoNetworks, said):
    ana, azul = town.both()
    azul.rename("ana", note=f"I am {ana.author.ref.url}, believe me")
    town.told()
    assert town.recognise() == 0
    assert town.told() == TWICE


HOME = "https://ana.example"


def show_home(town: TwoNetworks, *profiles: str) -> None:
    links = "".join(f'<link rel="me" href="{url}">' for url in profiles)
    town.web.show(HOME, f"<html><head>{links}</head></html>".encode())


def test_a_page_that_both_name_and_that_names_both_is_a_proof(town: TwoNetworks, said):
    ana, azul = town.both()
    for person in (ana, azul):
        person.rename("ana", note=f"{HOME}")
    show_home(town, ana.author.ref.url or "")
    town.told()
    assert town.recognise() == 0, "the page names one of them only"
    show_home(town, ana.author.ref.url or "", azul.author.ref.url or "")
    assert town.recognise(days=2) == 1
    assert town.told() == ONCE


def test_profiles_that_no_adapter_reads_are_read_as_pages(town: TwoNetworks, said):
    town.server.introduces = town.sky.introduces = False
    ana, azul = town.both()
    town.web.show(
        ana.author.ref.url or "", f'<a rel="me" href="{azul.author.ref.url}">x</a>'.encode()
    )
    town.web.show(
        azul.author.ref.url or "", f'<a href="{ana.author.ref.url}" rel="me">x</a>'.encode()
    )
    town.told()
    assert town.recognise() == 1
    assert town.told() == ONCE


def test_a_link_that_is_not_rel_me_proves_nothing(town: TwoNetworks, said):
    town.server.introduces = town.sky.introduces = False
    for one, other in (town.both(), town.both()[::-1]):
        page = f'<a rel="nofollow" href="{other.author.ref.url}">x</a>'
        town.web.show(one.author.ref.url or "", page.encode())
    town.told()
    assert town.recognise() == 0


def test_the_profiles_of_people_who_say_different_things_are_never_read(town: TwoNetworks):
    plaza, sky = town.speak_twice()
    ana, azul = town.both()
    refs = [ana.say("@brand one thing", reply_to=plaza), azul.say("@azure another", reply_to=sky)]
    town.approve(*refs)
    town.told()
    before = list(town.web.asked)
    assert town.recognise() == 0
    assert town.pair(ana, azul) is None
    assert town.requests("introduce") + town.sky.requests.count("introduce") == 0
    assert town.web.asked == before


def test_what_many_people_say_lets_nobody_be_looked_up(town: TwoNetworks):
    plaza, sky = town.speak_twice()
    refs = [town.person(f"p{n}").say("@brand gracias", reply_to=plaza) for n in range(3)]
    refs.append(town.sky.person("z").say("@azure gracias", reply_to=sky))
    town.approve(*refs)
    town.told()
    town.recognise()
    assert town.requests("introduce") == 0


def test_the_same_words_in_other_places_are_other_words(town: TwoNetworks):
    plaza, sky = town.speak_twice()
    ana, azul = town.both()
    bea = town.person("bea").say("@brand is it loud?", reply_to=plaza)
    refs = [bea, ana.say("@brand yes", reply_to=bea), azul.say("@azure yes", reply_to=sky)]
    town.approve(*refs)
    town.join(ana, azul)
    assert [also for _, _, also in town.told()] == [[], [], []]


def test_who_says_the_same_twice_on_one_network_is_heard_twice(town: TwoNetworks, said):
    ana, azul = town.both()
    town.later(minutes=1)
    again = ana.say(f"@brand {GREAT}", reply_to=town.server.statuses[said[0].id].message.reply_to)
    town.approve(again)
    town.join(ana, azul)
    assert town.told() == [*ONCE, (f"@brand {GREAT}", PLAZA, [])]


# --- what becomes of it ------------------------------------------------------------------------


def test_answers_hang_on_the_one_entry_whichever_network_they_came_from(town: TwoNetworks, said):
    ana, azul = town.both()
    town.join(ana, azul)
    town.later(minutes=1)
    here = town.person("bea").say("here", reply_to=said[0])
    town.later(minutes=1)
    there = town.sky.person("carla").say("there", reply_to=said[1])
    town.reverify("brand", minutes=30)
    town.reverify("azure")
    town.approve(here, there)
    assert [words for words, _, _ in town.told()] == [f"@brand {GREAT}", "here", "there"]
    first, *answers = town.discussion().messages
    assert [answer.reply_to for answer in answers] == [first.id, first.id]


def test_only_what_was_approved_is_shown_of_the_two(town: TwoNetworks, said):
    ana, azul = town.both()
    town.join(ana, azul)
    stored = town.stored(said[0])
    decide(town.site, stored.id, stored.revision, "reject", by="ines")
    assert town.told() == TWICE[1:]


def test_who_edits_one_of_the_two_is_heard_twice_again(town: TwoNetworks, said):
    ana, azul = town.both()
    town.join(ana, azul)
    azul.edit(said[1], "@azure No, I take that back.")
    town.reverify("azure", minutes=30)
    assert town.told() == ONCE, "what was approved stays until the new words are"
    town.approve(said[1])
    assert town.told() == [TWICE[0], ("@azure No, I take that back.", SKY, [])]


def test_who_deletes_one_of_the_two_keeps_the_other(town: TwoNetworks, said):
    ana, azul = town.both()
    town.join(ana, azul)
    town.told()
    ana.delete(said[0])
    town.reverify("brand", minutes=30)
    town.reverify("brand", hours=30)
    assert town.told() == TWICE[1:]


def test_who_wants_to_be_forgotten_is_forgotten_on_every_network(town: TwoNetworks, said):
    ana, azul = town.both()
    town.join(ana, azul)
    assert forget_author(town.site, town.stored(said[0]).id, by="ines") == 2
    assert town.told() == []
    azul.say("@azure hello again")
    town.hear()
    assert town.messages() == []


def test_the_latest_words_of_the_site_are_told_once_too(town: TwoNetworks, said):
    town.join(*town.both())
    town.export()
    assert [message.network for _, message in town.facts().latest] == [PLAZA]


# --- by hand, and back --------------------------------------------------------------------------


def test_joined_by_hand_and_undone(town: TwoNetworks, said):
    town.join(*town.both())
    assert town.told() == ONCE
    town.part(*town.both())
    assert town.told() == TWICE
    town.join(*town.both())
    assert town.told() == ONCE


def test_the_log_knows_who_joined_whom_and_no_name_of_theirs(town: TwoNetworks, said):
    town.join(*town.both())
    town.part(*town.both())
    with town.site.store.read() as tx:
        lines = [(e.kind, e.subject, e.by) for e in events.latest(tx, 4)]
    ids = [f"author:{town.author(person)}" for person in town.both()]
    assert lines == [(kind, id_, "ines") for kind in ("parted", "joined") for id_ in reversed(ids)]


def test_who_was_parted_by_hand_is_not_joined_by_profiles(town: TwoNetworks, said):
    link_each_other(town)
    town.told()
    town.recognise()
    town.part(*town.both())
    assert town.told() == TWICE
    assert town.recognise(days=40) == 0
    assert town.told() == TWICE


def test_who_is_not_joined_cannot_be_parted(town: TwoNetworks, said):
    with pytest.raises(CannotJoin, match="not joined"):
        town.part(*town.both())


def test_nobody_is_joined_with_whom_staff_kept_apart_from_the_same_person(town: TwoNetworks, said):
    ana, azul = town.both()
    other = town.person("ana_maria")
    ref = other.say("@brand hello")
    town.hear()
    assert town.message(ref)
    town.join(ana, azul)
    town.join(azul, other)
    town.part(ana, other)
    with pytest.raises(CannotJoin, match="not the same person as another"):
        town.join(azul, other)


# --- evidence that goes, profiles that cannot be read ----------------------------------------


def test_a_proof_that_is_gone_is_believed_no_longer(town: TwoNetworks, said):
    link_each_other(town)
    town.told()
    town.recognise()
    town.both()[1].rename("ana", note="")
    assert town.recognise(days=6) == 0
    assert town.told() == ONCE
    assert town.recognise(days=2) == 1
    assert town.told() == TWICE


def test_a_proof_is_not_lost_because_a_server_is_down(town: TwoNetworks, said):
    link_each_other(town)
    town.told()
    town.recognise()
    town.sky.fail("introduce", Unavailable("sky.example cannot be reached"))
    assert town.recognise(days=8) == 0
    assert town.told() == ONCE
    assert town.recognise(hours=7) == 0
    assert town.told() == ONCE


def test_a_profile_without_a_proof_is_read_less_and_less_often(town: TwoNetworks, said):
    town.told()
    asked = []
    for _ in range(12):
        town.recognise(days=5)
        asked.append(town.requests("introduce"))
    assert asked[-1] <= 5
    link_each_other(town)
    assert town.recognise(days=31) == 1


def test_a_decision_of_staff_while_profiles_are_read_wins(town: TwoNetworks, said):
    link_each_other(town)
    town.told()
    connect = town.site.connect

    def meanwhile(name: str):
        if town.pair(*town.both()).state == "unproven":
            town.join(*town.both())
            town.part(*town.both())
        return connect(name)

    town.change(connect=meanwhile)
    assert town.recognise() == 0
    assert town.told() == TWICE
