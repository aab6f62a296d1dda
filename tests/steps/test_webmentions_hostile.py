"""Webmentions of bloggers who mean harm, or change their minds at the worst moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syndication.model import Upstream, Verdict
from syndication.steps.forget import forget_author
from tests.servers.pages import Pages, website
from tests.steps.corner import Corner


@pytest.fixture
def corner(tmp_path: Path, home: Pages) -> Iterator[Corner]:
    made = Corner(tmp_path, home)
    made.build(made.post("hello"))
    yield made
    made.site.store.close()


def says(corner: Corner, how: str = "u-in-reply-to", words: str = "Lovely.") -> str:
    """A page that speaks of ours."""
    return (
        f'<div class="h-entry"><a class="p-author h-card" href="/">Ana</a>'
        f'<a class="{how}" href="{corner.home.url}/hello/">this</a>'
        f'<div class="e-content">{words}</div></div>'
    )


def read_again(corner: Corner, **after: float) -> None:
    """What was taken in is read again, and what that finds is looked up."""
    corner.reverify(**after)
    if ("verify", "web") in corner.woken:
        corner.verify()


@pytest.mark.parametrize("where", ["http://[", "//[x]/", "https://a]/"])
def test_a_page_that_leads_nowhere_keeps_no_other_from_being_read_again(
    corner: Corner, ana: Pages, where: str
):
    trap, other = ana.show("/trap", says(corner)), ana.show("/other", says(corner))
    for source in (trap, other):
        corner.told(source)
    corner.decide_all()
    ana.leads("/trap", where)
    ana.show("/other", status=410)
    corner.reverify(days=2)
    upstream = {m.url: m.upstream for m in corner.messages()}
    assert upstream == {trap: Upstream.LIVE, other: Upstream.MISSING}


@pytest.mark.parametrize("how", ["u-like-of", "u-repost-of", "u-bookmark-of"])
@pytest.mark.parametrize("told", [True, False], ids=["told", "read-again"])
def test_words_that_became_a_reaction_stand_no_longer(
    corner: Corner, ana: Pages, how: str, told: bool
):
    source = ana.show("/re", says(corner))
    corner.told(source)
    corner.decide()
    assert corner.shown() == ["Lovely."]
    ana.show("/re", says(corner, how=how))
    if told:
        corner.told(source)
    else:
        read_again(corner, days=2)
    assert corner.shown() == []
    read_again(corner, hours=2)
    assert corner.messages() == []


def test_a_reaction_that_replaced_words_is_counted(corner: Corner, ana: Pages):
    source = ana.show("/re", says(corner))
    corner.told(source)
    corner.decide()
    ana.show("/re", says(corner, how="u-like-of"))
    corner.told(source)
    assert corner.discussion().reactions == {"like": 1}
    read_again(corner, hours=2)
    assert corner.messages() == []
    assert corner.discussion().reactions == {"like": 1}


def test_words_that_are_said_again_after_a_reaction_stand_again(corner: Corner, ana: Pages):
    source = ana.show("/re", says(corner))
    corner.told(source)
    corner.decide()
    ana.show("/re", says(corner, how="u-like-of"))
    corner.told(source)
    ana.show("/re", says(corner))
    corner.told(source)
    assert corner.shown() == ["Lovely."]
    assert corner.discussion().reactions == {}


def test_who_objects_is_not_counted_either(corner: Corner, ana: Pages):
    corner.told(ana.show("/re", says(corner)))
    like = ana.show("/like", says(corner, how="u-like-of"))
    corner.told(like)
    assert corner.discussion().reactions == {"like": 1}
    forget_author(corner.site, corner.message().id, by="marta")
    assert corner.discussion().reactions == {}
    corner.told(like)
    assert corner.discussion().reactions == {}
    assert corner.waiting() == 0


def test_a_page_that_was_doubted_is_erased_an_hour_after_it_said_that_it_is_gone(
    corner: Corner, ana: Pages
):
    source = ana.show("/re", says(corner))
    corner.told(source)
    corner.decide()
    ana.show("/re", status=404)
    corner.told(source)
    corner.later(hours=3)
    ana.show("/re", status=410)
    corner.told(source)
    corner.later(minutes=1)
    corner.told(source)
    assert corner.message().upstream == Upstream.MISSING
    ana.show("/re", says(corner))
    corner.told(source)
    assert corner.shown() == ["Lovely."]


def test_nobody_edits_their_words_into_anothers_mouth(corner: Corner, ana: Pages):
    """Mallory's page leads to Ana's until that is approved, then it says something else."""
    with website("localhost") as mallory:
        ana.show("/re", says(corner))
        source = mallory.leads("/trick", f"{ana.url}/re")
        corner.told(source)
        corner.decide()
        assert [m.author.url for m in corner.discussion().messages] == [f"{ana.url}/"]
        mallory.show("/trick", says(corner, words="Buy pills").replace("Ana", "Mallory"))
        corner.told(source)
        assert corner.shown() == []
        assert (corner.author().name, corner.author().handle) == ("Mallory", "localhost")
        assert corner.message().verdict == Verdict.HOLD
        corner.decide()
        (shown,) = corner.discussion().messages
    assert (shown.html, shown.author.name) == ("Buy pills", "Mallory")


def test_who_names_another_address_of_their_own_host_keeps_their_approval(
    corner: Corner, ana: Pages
):
    source = ana.show("/re", says(corner))
    corner.told(source)
    corner.decide()
    ana.show("/re", says(corner).replace('href="/">', 'href="/about">'))
    corner.told(source)
    assert corner.shown() == ["Lovely."]
