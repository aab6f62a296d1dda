"""The words of an entry with absolute addresses, and nothing else changed."""

from __future__ import annotations

import pytest
from pelican.plugins.web_feeds.addresses import absolute, absolute_srcset, sayable

BASE = "https://x.example/es/hola/"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('<a href="../b/?q=1&amp;r=2">', '<a href="https://x.example/es/b/?q=1&amp;r=2">'),
        ("<a href=#top>", '<a href="https://x.example/es/hola/#top">'),
        ("<IMG SRC='/i.png' alt='a \"b\"'>", "<IMG SRC=\"https://x.example/i.png\" alt='a \"b\"'>"),
        ('<img alt="a > b" src="i.png">', '<img alt="a > b" src="https://x.example/es/hola/i.png">'),
        ('<img title="x src=\'no\'" src="//y.example/i">', '<img title="x src=\'no\'" src="https://y.example/i">'),
        ('<source srcset="a.webp, /b.webp 2x">',
         '<source srcset="https://x.example/es/hola/a.webp, https://x.example/b.webp 2x">'),
        ('<video poster="p.jpg">', '<video poster="https://x.example/es/hola/p.jpg">'),
    ],
)  # fmt: skip
def test_an_address_is_made_absolute(written: str, expected: str) -> None:
    assert absolute(written, BASE) == expected


@pytest.mark.parametrize(
    "html",
    [
        '<p class="x">AT&T &amp; a<b 3 < 4 &eacute; &#39;</p><br />',
        '<a href="https://y.example/?a=1&b=2">y</a>',
        '<a href="mailto:hola@x.example">m</a>',
        '<!-- <a href="no"> --><p>x</p>',
        '<p title="unclosed>x</p>',
        '<a href="http://[bad">x</a>',
        "<code>&lt;img src=x&gt;</code>",
    ],
)
def test_everything_else_stays_byte_for_byte(html: str) -> None:
    assert absolute(html, BASE) == html


def test_commas_within_an_address_of_a_srcset_are_its_own() -> None:
    written = "https://i.example/w_1,h_2/a.png 1x,  b.png   300w"
    assert absolute_srcset(written, BASE) == (
        "https://i.example/w_1,h_2/a.png 1x, https://x.example/es/hola/b.png 300w"
    )


def test_text_loses_what_no_xml_may_have_and_nothing_more() -> None:
    assert sayable("a\x00\x08\x0b\x1f\ud800\ufffeb\t\n😀é") == "ab\t\n😀é"
