"""Webmentions that we send: for the links of articles and answers, once a revision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from syndication.model import CopyState
from syndication.rules.outlinks import outlinks
from syndication.steps.announce import announce
from syndication.steps.answer import answer
from syndication.steps.export import export
from syndication.steps.publish import publish
from syndication.steps.send import send
from syndication.store import marks
from tests.servers.pages import Pages, website
from tests.steps.corner import Corner

EAR = '<link rel="webmention" href="/ear">'


@pytest.fixture
def ana() -> Iterator[Pages]:
    """Ana's site, which wants to hear."""
    with website() as made:
        made.show("/post", EAR)
        made.show("/second", EAR)
        yield made


@pytest.fixture
def corner(tmp_path: Path, home: Pages) -> Iterator[Corner]:
    """A site that was read once: what comes now is new."""
    made = Corner(tmp_path, home)
    made.home.show("/hello/", "<p>old</p>")
    made.build(made.post("old", page_digest="1"))
    yield made
    made.site.store.close()


def told(site: Pages) -> list[tuple[str, str]]:
    """(source, target) of what a site was told, as paths."""
    said = [parse_qs(body.decode()) for _, _, body in site.told]
    return [
        ("/" + s["source"][0].split("/", 3)[3], "/" + s["target"][0].split("/", 3)[3]) for s in said
    ]


def test_an_account_that_only_hears_tells_nobody(tmp_path: Path, home: Pages, ana: Pages):
    corner = Corner(tmp_path, home, options="tell = false")
    corner.home.show("/hello/", "<p>old</p>")
    corner.build(corner.post("old", page_digest="1"))
    corner.writes(f'See <a href="{ana.url}/post">Ana</a>.')
    corner.site.store.close()
    assert (told(ana), ana.asked) == ([], [])


def test_a_link_of_a_new_article_is_told_once(corner: Corner, ana: Pages):
    corner.writes(f'See <a href="{ana.url}/post">Ana</a>.')
    assert told(ana) == [("/hello/", "/post")]
    for _ in range(3):
        corner.later(hours=1)
        publish(corner.site)
        announce(corner.site)
        send(corner.site)
    assert len(ana.told) == 1
    (copy,) = corner.copies()
    assert (copy.state, copy.part) == (CopyState.PUBLISHED, f"{ana.url}/post")


def test_the_first_reading_of_a_site_tells_nobody(tmp_path: Path, home: Pages, ana: Pages):
    corner = Corner(tmp_path, home)
    corner.writes(f'See <a href="{ana.url}/post">Ana</a>.')
    assert ana.told == []
    corner.site.store.close()


def test_nobody_is_told_before_the_page_is_there(corner: Corner, ana: Pages):
    words = f'See <a href="{ana.url}/post">Ana</a>.'
    corner.home.show("/outbox.json", b"{}", media_type="application/json")
    built = corner.post("hello", page_digest=words)
    corner.build(built)
    corner.home.show("/outbox.json", "down", status=503)
    announce(corner.site)
    send(corner.site)
    assert ana.told == []


def test_changed_words_tell_again_and_the_same_do_not(corner: Corner, ana: Pages):
    link = f'<a href="{ana.url}/post">Ana</a>'
    corner.writes(f"See {link}.")
    corner.writes(f"Do see {link}.")
    assert len(ana.told) == 2
    corner.writes(f"Do see {link}.", revision="only the page around it changed")
    assert len(ana.told) == 2


def test_a_link_that_went_is_told_and_forgotten(corner: Corner, ana: Pages):
    first, second = (f'<a href="{ana.url}/{name}">x</a>' for name in ("post", "second"))
    corner.writes(first + second)
    corner.writes(second)
    assert sorted(told(ana)[2:]) == [("/hello/", "/post"), ("/hello/", "/second")]
    assert [c.state for c in corner.copies()] == [CopyState.DELETED, CopyState.PUBLISHED]
    corner.writes(second, revision="again")
    assert len(ana.told) == 4


def test_a_link_that_is_back_is_told_anew(corner: Corner, ana: Pages):
    link = f'<a href="{ana.url}/post">x</a>'
    for words in (link, "nothing", link):
        corner.writes(words)
    assert len(ana.told) == 3
    assert corner.copies()[0].state == CopyState.PUBLISHED


def test_a_removed_article_tells_all_that_it_linked_to(corner: Corner, ana: Pages):
    corner.writes(f'<a href="{ana.url}/post">x</a>')
    corner.home.show("/hello/", "gone", status=410)
    corner.build(corner.post("old", page_digest="1"))
    corner.later(minutes=10)
    publish(corner.site)
    send(corner.site)
    assert len(ana.told) == 2
    assert corner.copies()[0].state == CopyState.DELETED


def test_a_page_that_wants_to_hear_nothing_is_no_trouble(corner: Corner, ana: Pages):
    ana.show("/deaf", "<p>no endpoint</p>")
    corner.writes(f'<a href="{ana.url}/deaf">x</a>')
    (copy,) = corner.copies()
    assert (copy.state, copy.error, copy.brake) == (CopyState.SKIPPED, "", "unwanted")
    ana.show("/deaf", EAR)
    corner.writes(f'Now <a href="{ana.url}/deaf">x</a>')
    assert len(ana.told) == 1
    assert corner.copies()[0].brake == ""


def test_a_site_that_is_down_is_told_later(corner: Corner, ana: Pages):
    ana.answers_posts = 503
    corner.writes(f'<a href="{ana.url}/post">x</a>')
    (copy,) = corner.copies()
    assert copy.state == CopyState.READY
    assert copy.due_at is not None
    assert copy.due_at > corner.now
    ana.answers_posts = 202
    corner.later(hours=1)
    send(corner.site)
    assert corner.copies()[0].state == CopyState.PUBLISHED


def test_a_refusal_is_told_to_a_person(corner: Corner, ana: Pages):
    ana.answers_posts = 400
    corner.writes(f'<a href="{ana.url}/post">x</a>')
    (copy,) = corner.copies()
    assert copy.state == CopyState.FAILED
    assert "refuses" in copy.error


def test_links_to_the_site_itself_are_not_told(corner: Corner):
    corner.writes(f'<a href="{corner.home.url}/old/">x</a> <a href="/old/">y</a>')
    assert corner.copies() == []


def test_the_switch_that_pauses_everything_pauses_this(corner: Corner, ana: Pages):
    with corner.site.store.write() as tx:
        marks.put(tx, marks.PAUSED, {"by": "marta", "at": "now"})
    corner.writes(f'<a href="{ana.url}/post">x</a>')
    assert ana.told == []


def test_who_we_answer_on_our_page_is_told_when_it_stands_there(corner: Corner, ana: Pages):
    corner.writes("Hello")
    source = ana.show(
        "/re",
        f'{EAR}<div class="h-entry"><p class="e-content">Nice</p>'
        f'<a class="u-in-reply-to" href="{corner.home.url}/hello/">x</a></div>',
    )
    corner.told(source)
    corner.decide()
    answer(corner.site, corner.message().id, "Thank you, Ana!", by="marta")
    send(corner.site)
    export(corner.site)
    messages = corner.discussion().messages
    assert [(m.ours, m.reply_to is not None) for m in messages] == [(False, False), (True, True)]
    assert ana.told == []
    corner.writes("Hello", revision="now with the answer below")
    assert told(ana) == [("/hello/", "/re")]


def test_only_links_of_the_entrys_own_words_count():
    page = (
        '<nav><a href="https://nav.example/">x</a></nav><article class="h-entry">'
        '<a class="u-in-reply-to" href="https://answered.example/#a">x</a>'
        '<data class="u-like-of" value="https://liked.example/"></data>'
        '<div class="e-content"><p>Words <a href="/here">x</a><img src="https://i.example/i.png">'
        '<br><a href="https://linked.example/a?b=1&amp;copy=2#c">x</a>'
        '<a href="https://linked.example/a?b=1&amp;copy=2#d">x</a>'
        '<a href="mailto:ana@ana.example">x</a><a href="javascript:1">x</a><a>x</a></div>'
        '<section><li class="h-entry h-cite u-comment"><div class="e-content">'
        '<a href="https://spam.example/">x</a></div>'
        '<data class="u-in-reply-to" value="https://spam2.example/"></data></li></section>'
        "</article>"
    )
    found = outlinks(page, "https://brand.example/hello/")
    assert found.targets == (
        "https://answered.example/",
        "https://liked.example/",
        "https://brand.example/here",
        "https://linked.example/a?b=1&copy=2",
    )


def test_what_people_say_below_does_not_change_the_revision():
    def page(words: str, below: str) -> str:
        said = f'<p class="h-cite"><span class="e-content">{below}</span></p>'
        return f'<article class="h-entry"><p class="e-content">{words}</p>{said}</article>'

    url = "https://brand.example/"
    assert outlinks(page("a", "b"), url).revision == outlinks(page("a", "c"), url).revision
    assert outlinks(page("a", "b"), url).revision != outlinks(page("b", "b"), url).revision
