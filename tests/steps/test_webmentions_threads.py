"""Webmentions that answer each other: what hangs on what."""

from __future__ import annotations

import pytest

from syndication.model import Verdict
from syndication.rules.anchors import anchor
from syndication.steps.answer import answer
from syndication.steps.send import send
from tests.servers.pages import Pages
from tests.steps.corner import Corner, reply

# --- what hangs on what ---------------------------------------------------------------------------


def below(target: str, above: str, words: str = "I agree") -> str:
    more = f'<a class="u-in-reply-to" href="{above}">and this</a>'
    return reply(target, words, more=more)


def test_an_answer_to_an_answer_hangs_on_it(corner: Corner, ana: Pages):
    target = f"{corner.home.url}/hello/"
    above = ana.show("/re", reply(target))
    corner.told(above)
    corner.told(ana.show("/nested", below(target, above)))
    corner.decide_all()
    first, second = corner.discussion().messages
    assert (first.reply_to, second.reply_to) == (None, first.id)


def test_an_answer_to_an_answer_is_known_by_the_address_that_this_names(corner: Corner, ana: Pages):
    target, permalink = f"{corner.home.url}/hello/", f"{ana.url}/2026/re"
    named = f'<a class="u-url" href="{permalink}"></a>'
    corner.told(ana.show("/bridge/1", reply(target, more=named)))
    corner.told(ana.show("/bridge/2", below(target, permalink)))
    corner.decide_all()
    first, second = corner.discussion().messages
    assert second.reply_to == first.id


@pytest.mark.parametrize("whose", ["theirs", "ours"])
def test_an_answer_to_what_stands_on_our_page_is_known_by_its_link_there(
    corner: Corner, ana: Pages, whose: str
):
    target = f"{corner.home.url}/hello/"
    corner.told(ana.show("/re", reply(target)))
    corner.decide()
    answer(corner.site, corner.message().id, "Thank you, Ana!", by="marta")
    send(corner.site)
    theirs, ours = (m.id for m in corner.discussion().messages)
    named = ours if whose == "ours" else theirs
    corner.told(ana.show("/below", reply(f"{target}#{anchor(named)}", "You are welcome")))
    corner.decide_one(corner.messages()[-1])
    below = next(m for m in corner.discussion().messages if "welcome" in m.html)
    assert below.reply_to == named


def test_a_link_to_a_place_of_the_page_where_nobody_speaks_is_an_answer_to_the_page(
    corner: Corner, ana: Pages
):
    corner.told(ana.show("/re", reply(f"{corner.home.url}/hello/#the-second-part")))
    corner.decide()
    assert [(m.kind, m.reply_to) for m in corner.discussion().messages] == [("reply", None)]


def test_an_answer_to_what_was_rejected_or_is_unknown_stands_at_the_top(corner: Corner, ana: Pages):
    target = f"{corner.home.url}/hello/"
    above = ana.show("/re", reply(target))
    corner.told(above)
    corner.decide(Verdict.REJECT)
    corner.told(ana.show("/nested", below(target, above)))
    corner.told(ana.show("/other", below(target, "https://unknown.example/1")))
    for stored in corner.messages()[1:]:
        corner.decide_one(stored)
    assert [m.reply_to for m in corner.discussion().messages] == [None, None]


@pytest.mark.parametrize("named", ["its page", "its permalink"])
def test_an_answer_that_came_before_what_it_answers_hangs_on_it_later(
    corner: Corner, ana: Pages, named: str
):
    target, permalink = f"{corner.home.url}/hello/", f"{ana.url}/2026/re"
    above = ana.show("/re", reply(target, more=f'<a class="u-url" href="{permalink}"></a>'))
    corner.told(ana.show("/nested", below(target, above if named == "its page" else permalink)))
    corner.decide_all()
    assert [m.reply_to for m in corner.discussion().messages] == [None]
    corner.told(above)
    corner.decide_all()
    answer, answered = sorted(corner.discussion().messages, key=lambda m: m.reply_to is None)
    assert (answered.reply_to, answer.reply_to) == (None, answered.id)


def test_an_answer_to_what_was_erased_does_not_wait_for_it(corner: Corner, ana: Pages):
    target = f"{corner.home.url}/hello/"
    above = ana.show("/re", reply(target))
    corner.told(above)
    ana.show("/re", status=410)
    corner.told(above)
    corner.reverify(minutes=61)
    corner.told(ana.show("/nested", below(target, above)))
    assert [m.reply_to for m in corner.messages()] == [None]


def test_an_answer_to_words_on_another_page_of_ours_does_not_hang_there(corner: Corner, ana: Pages):
    above = ana.show("/re", reply(f"{corner.home.url}/other/"))
    corner.told(above, "other")
    corner.told(ana.show("/nested", below(f"{corner.home.url}/hello/", above)))
    corner.decide_all()
    assert [m.reply_to for m in corner.discussion().messages] == [None]


def test_what_answered_erased_words_names_them_no_more(corner: Corner, ana: Pages):
    target = f"{corner.home.url}/hello/"
    above = ana.show("/re", reply(target))
    corner.told(above)
    corner.told(ana.show("/nested", below(target, above)))
    ana.show("/re", status=410)
    corner.told(above)
    corner.reverify(minutes=61)
    assert [m.reply_to for m in corner.messages()] == [None]
