"""The same words on two networks, and pages that name each other."""

from __future__ import annotations

import sys
import time

import pytest

from syndication.model import Picture, Words
from syndication.rules import markup
from syndication.rules.relme import (
    LINKS,
    SelfPortrait,
    each_other,
    in_common,
    links_of,
    names_both,
    same_address,
)
from syndication.rules.sameness import Speech, said, suspects, told_once
from tests.servers.waiting import LABOURS


def words(html: str, **more: object) -> Words:
    reduced = markup.read(html)
    return Words(html=reduced.html, text=reduced.text, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>@vencejo@plaza.example Me gusta</p>", "<p>@vencejo.sky.example Me gusta</p>"),
        ("<p>Uno</p><p>dos</p>", "<p>Uno<br>dos</p>"),
        (
            '<p>Mirad <a href="https://a.example/camino/largo/">a.example/camino…</a></p>',
            '<p>Mirad <a href="https://a.example/camino/largo">https://a.example/camino/largo</a></p>',
        ),
        ("<p>Canción</p>", "<p>Cancio\u0301n</p>"),
        ('<p><a href="https://x.example/tags/bici">#bici</a></p>', "<p>#bici</p>"),
        ("<p><strong>Bien</strong> hecho</p>", "<p>Bien hecho</p>"),
    ],
)
def test_what_networks_make_of_words_does_not_count(one: str, other: str):
    assert said(words(one)) == said(words(other)) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (words("<p>Sí</p>"), words("<p>No</p>")),
        (words("<p>Ojo</p>", warning="Sangre"), words("<p>Ojo</p>")),
        (words("<p>Ojo</p>", pictures=(Picture(url="https://a.example/1"),)), words("<p>Ojo</p>")),
        (
            words('<p><a href="https://a.example/1">aquí</a></p>'),
            words('<p><a href="https://a.example/2">aquí</a></p>'),
        ),
        (words("<p>@ana tiene razón, @bea</p>"), words("<p>@ana tiene razón, @carla</p>")),
    ],
)
def test_what_a_reader_would_notice_counts(one: Words, other: Words):
    assert said(one) != said(other)


@pytest.mark.parametrize("html", ["", "<p>@vencejo</p>", "<p>👏👏</p>", "<p>…</p>"])
def test_nobody_is_known_by_a_gesture(html: str):
    assert said(words(html)) == ""


def speech(author: int, network: str, text: str = "hola", person: int | None = None) -> Speech:
    return Speech(author=author, person=person or author, network=network, said=text)


def test_each_network_gives_at_most_one_to_an_entry():
    answers = [speech(1, "a", person=1), speech(1, "a", person=1), speech(2, "b", person=1)]
    assert list(told_once(answers, lambda one: one)) == [(answers[0], answers[2]), (answers[1],)]


def test_somebody_who_says_one_thing_all_day_costs_no_more_than_others():
    def steps(times: int) -> int:
        answers = [speech(1, "a", person=1)] * times + [speech(2, "b", person=1)] * times
        taken, former = 0, sys.gettrace()

        def count(*event: object) -> object:
            nonlocal taken
            taken += 1
            return count

        sys.settrace(count)
        try:
            entries = list(told_once(answers, lambda one: one))
        finally:
            sys.settrace(former)
        assert len(entries) == times
        return taken

    # Eight times as many cost eight times as much, not 64 times.
    assert steps(800) < 9 * steps(100)


def test_what_says_nothing_to_compare_stands_alone():
    answers = [speech(1, "a", ""), speech(2, "b", "", person=1)]
    assert list(told_once(answers, lambda one: one)) == [(answers[0],), (answers[1],)]
    assert list(suspects(answers)) == []


def test_only_strangers_on_different_networks_are_looked_into():
    heard = [speech(1, "a"), speech(2, "b"), speech(3, "b", person=1), speech(4, "c", "otra")]
    assert list(suspects(heard)) == [(1, 2)]


# --- rel=me ------------------------------------------------------------------------------------


def test_links_are_read_as_browsers_would_read_them():
    page = (
        b"<link rel='me' href=https://one.example/><A HREF='/@ana' REL='nofollow  ME'>x</A>"
        b'<area rel="me" href="https://two.example/?a=1&amp;b=2">'
        b'<!-- <a rel="me" href="https://hidden.example"> --><a rel="home" href="https://no.example">'
        b'<a rel="me" href="javascript:alert(1)"><a rel="me"><abbr rel="me" href="https://no.example">'
    )
    assert links_of(page, "https://plaza.example/about") == (
        "https://one.example/",
        "https://plaza.example/@ana",
        "https://two.example/?a=1&b=2",
    )


def test_a_page_names_so_many_and_no_more():
    page = b"".join(b'<a rel=me href="https://a.example/%d">' % n for n in range(5000))
    assert len(links_of(page, "https://a.example")) == LINKS


@pytest.mark.parametrize(
    "page",
    [b"<!--" * 250_000, b"<a " * 330_000, b"<a rel=" * 140_000, b"<a " + b"a=" * 499_000 + b">"],
)
def test_a_page_made_to_be_slow_is_read_quickly(page: bytes):
    began = time.process_time()
    assert links_of(page, "https://a.example") == ()
    assert time.process_time() - began < LABOURS


@pytest.mark.parametrize(
    "other",
    ["http://www.ana.example", "https://ANA.example/", "https://ana.example"],
)
def test_addresses_are_compared_as_people_write_them(other: str):
    assert same_address(other) == same_address("https://ana.example/")


def test_other_pages_of_one_host_are_other_addresses():
    hosts = ["https://a.example/@ana", "https://a.example/@bea", "https://a.example/?u=ana"]
    assert len({same_address(url) for url in [*hosts, "https://a.example:8000/@ana"]}) == 4


ANA = SelfPortrait(addresses=("https://plaza.example/@ana",), links=("https://ana.example",))
AZUL = SelfPortrait(
    addresses=("https://sky.example/ana", "https://sky.example/did:1"),
    links=("https://www.ana.example/",),
)


def test_a_page_of_both_must_name_both():
    assert not each_other(ANA, AZUL)
    assert list(in_common(ANA, AZUL)) == ["https://ana.example"]
    assert not names_both(["https://plaza.example/@ana"], ANA, AZUL)
    assert names_both(["https://plaza.example/@ana/", "https://sky.example/did:1"], ANA, AZUL)


def test_a_profile_is_no_page_in_common():
    """Both name the one's own profile: that says nothing of the other."""
    one = SelfPortrait(addresses=("https://a.example/x",), links=("https://a.example/x",))
    other = SelfPortrait(addresses=("https://b.example/y",), links=("https://a.example/x",))
    assert list(in_common(one, other)) == []
    assert not each_other(one, other)
