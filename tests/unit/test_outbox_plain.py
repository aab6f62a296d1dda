"""Titles, summaries, addresses: the short way says what the long one does."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pelican.plugins.syndication_outbox.posts import AS_WRITTEN, SHORT, SIMPLE, address, plain

from syndication.rules import markup
from syndication.rules.text import one_line
from syndication.sources import url_path

WORDS = st.text(st.characters(max_codepoint=0x2100), max_size=60)


@given(words=WORDS, limit=st.integers(0, 70), wrapped=st.sampled_from(["%s", "<p>%s</p>", "<p>%s"]))
@example(words="a\u00ad\u0301 &amp; b", limit=2, wrapped="<p>%s</p>")
@example(words="\u203c\ufe0f \u200d\u203c", limit=2, wrapped="%s")
@example(words=" two  words\n", limit=4, wrapped="<p>%s</p>")
def test_words_are_the_same_on_both_ways(words: str, limit: int, wrapped: str):
    html = wrapped.replace("%s", words)
    assert plain(html, limit) == one_line(markup.plain(html), limit)


@given(words=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x205E), max_size=9))
@example(words="<p>")
def test_what_goes_the_short_way_is_the_same_on_the_long_one(words: str):
    if simple := SIMPLE.fullmatch(words):
        assert " ".join(simple[1].split()) == one_line(markup.plain(words), 500)


def test_words_without_end_are_not_read_to_their_end():
    html = "a" * (markup.SIZE + SHORT)
    assert plain(html, 10**6) == "a" * markup.SIZE


@pytest.mark.parametrize("html", ["A — “title” of ’26 (ñ)", "<p>One paragraph, with a dash –</p>"])
def test_common_titles_and_summaries_go_the_short_way(html: str):
    assert SIMPLE.fullmatch(html)


SITES = st.sampled_from(["https://a.example", "https://a.example/b%20c", "", "http://á.example/d"])
URLS = st.text("aZ09_.~/-%2F3é ?#&", max_size=12)


@given(site=SITES, url=URLS)
@example(site="https://a.example", url="/es/hola/")
def test_addresses_are_the_same_on_both_ways(site: str, url: str):
    assert address(site, url) == f"{site}/{quote(unquote(url).lstrip('/'), safe=AS_WRITTEN)}"
    assert url_path(site, url) == (unquote(urlsplit(f"{site}/{url.lstrip('/')}").path) or "/")
