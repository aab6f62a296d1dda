"""HTML that needs no reducing is known at a glance, and only such HTML is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.rules import markup
from syndication.rules.small_html import is_small

LINK = '<a href="https://a.example/@b?c=1&amp;d" rel="nofollow ugc noopener">'
words = st.text(st.characters(max_codepoint=0x20000), max_size=6).map(
    lambda text: text.translate({ord(letter): None for letter in "<>&"})
)
tags = ["br", "p", "/p", "b", "/b", "em", "/em", "code", "/code", "li", "/a", "p class=a"]
pieces = st.one_of(
    words,
    st.sampled_from([*(f"<{tag}>" for tag in tags), LINK, " ", "a", "&amp;", "&lt;", "&nbsp;"]),
)
settled = st.lists(
    st.one_of(
        words.map(lambda text: f" {text}b"),
        st.sampled_from(["<br>", f"{LINK}c d</a>", " <em>a b</em>", "<code>&amp;</code>", " "]),
    ),
    min_size=1,
).map(lambda inner: f"<p>a{''.join(inner)}</p>")


@given(st.one_of(settled, st.lists(pieces, max_size=8).map(lambda some: f"<p>{''.join(some)}</p>")))
def test_what_is_called_small_is_left_as_it_is(html: str):
    assert not is_small(html) or markup.read(html).html == html


@pytest.mark.parametrize(
    "html",
    [
        "<p>Un café, “largo” &amp; caliente 😀</p>",
        "<p>uno<br>dos</p><p>tres <em>muy</em> <code>cuatro</code></p>",
        f"<p>Mira {LINK}a.example/@b</a>, que es bonito </p>",
        "<p>שלום עולם</p><p>你好</p>",
    ],
    ids=["words", "paragraphs", "link", "scripts"],
)
def test_what_people_usually_write_is_known_at_a_glance(html: str):
    assert is_small(html)
    assert markup.read(html).html == html


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<script>b</script></p>",
        "<p onclick=a>b</p>",
        '<p><a href="javascript:a" rel="nofollow ugc noopener">b</a></p>',
        '<p><a href="https://a.example@b.example/" rel="nofollow ugc noopener">c</a></p>',
        '<p><a href="https://a.example/">b</a></p>',
        "<p>a \u202e b</p>",
        "<p>a</p>\n<p>b</p>",
        "<p>a &#60; b</p>",
        "<p><b>a<b>b</b></b></p>",
        "<p>a",
    ],
)
def test_a_closer_look_is_taken_at_anything_else(html: str):
    assert not is_small(html)
