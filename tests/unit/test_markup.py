"""Hostile HTML becomes small and harmless, and keeps its words."""

from __future__ import annotations

import time

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndication.rules import markup
from syndication.rules.text import clean, graphemes, one_line
from tests.servers.waiting import LABOURS

LINK = '<a href="https://a.example/" rel="nofollow ugc noopener">'


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>Hola <b>a</b> <i>todos</i></p>", "<p>Hola <b>a</b> <i>todos</i></p>"),
        ("<p class=x style=y onclick=z>a</p>", "<p>a</p>"),
        ("a<script>alert(1)</script>b", "ab"),
        ("<style>p{}</style><img src=x onerror=y>a", "a"),
        ("<svg><p>a</p></svg>b", "b"),
        (
            "&lt;script>alert(1)&lt;/script> a & b",
            "&lt;script&gt;alert(1)&lt;/script&gt; a &amp; b",
        ),
        ("a < b > c", "a &lt; b &gt; c"),
        ("<h2>Título</h2>cuerpo", "<p><strong>Título</strong></p>cuerpo"),
        ("<div>una</div><div>dos</div>", "una<br>dos"),
        ("a <b> b</b> \n<span> c", "a <b>b</b> c"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<b><p>a</b>b</p>", "<p>ab</p>"),
        ("<p></p><b><i></i></b><p>a</p>", "<p>a</p>"),
        ("<pre><code>a\n  b</code></pre>", "<pre><code>a\n  b</code></pre>"),
        ("a<!-- b --><!doctype c>d", "ad"),
        ("<a href='https://a.example/'>b</a>", f"{LINK}b</a>"),
        ('<a href="https://a.example/" title="a>b">c</a>', f"{LINK}c</a>"),
        ("<a href='javascript:alert(1)'>a</a>", "a"),
        ("<a href='jav&#x09;ascript:alert(1)'>a</a>", "a"),
        ("<a href='data:text/html,x'>a</a><a href='/b'>c</a>", "ac"),
        ("<a href='https://banco.example@evil.example/'>a</a>", "a"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("", ""),
    ],
)
def test_only_the_small_subset_is_left(html: str, kept: str):
    assert markup.reduce(html) == kept


def test_the_shortened_address_of_a_server_stays_short_and_says_so():
    html = (
        '<p><a href="https://a.example/un/camino/largo"><span class="invisible">https://</span>'
        '<span class="ellipsis">a.example/un/camino</span><span class="invisible">/largo</span></a>'
    )
    assert markup.plain(html) == "a.example/un/camino…"
    assert markup.links(html) == ("https://a.example/un/camino/largo",)


def test_words_hidden_by_a_class_outside_a_link_are_shown():
    assert markup.plain('<span class="invisible">compra aquí</span>') == "compra aquí"


def test_a_servers_own_notes_are_dropped_with_all_that_is_in_them():
    html = (
        '<p>¿Abrís?</p><div class="gts-system-message gts-pending-reply"><hr><div><p>Note: '
        '<a href="https://a.example/settings">pending</a></p></div></div><p>Gracias</p>'
    )
    assert markup.reduce(html) == "<p>¿Abrís?</p><p>Gracias</p>"
    assert markup.links(html) == ()


def test_the_address_that_stands_for_a_quote_is_dropped():
    html = '<p class="quote-inline">RE: <a href="https://a.example/1">x</a></p><p>Sí</p>'
    assert markup.reduce(html) == "<p>Sí</p>"


def test_links_are_absolute_each_once_and_neither_mentions_nor_hashtags():
    html = (
        '<a href="https://o.example/@bo" class="u-url mention">@<span>bo</span></a> '
        '<a href="https://o.example/tags/x" class="mention hashtag" rel="tag">#<span>x</span></a> '
        '<a href="https://o.example/@al">@al@o.example</a> <a href="/aqui">aquí</a> '
        '<a href="https://v.example/a">uno</a> <a href="https://v.example/a">dos</a> '
        "y https://v.example/b."
    )
    assert markup.links(html) == ("https://v.example/a", "https://v.example/b")


def test_plain_text_keeps_paragraphs_lines_and_lists_apart():
    html = "<p>uno<br>dos</p><p>tres &amp; cuatro</p><ul><li>a</li><li>b</li></ul>"
    assert markup.plain(html) == "uno\ndos\n\ntres & cuatro\n\n- a\n- b"


def test_direction_overrides_go_and_what_is_opened_is_closed_within_its_paragraph():
    assert markup.reduce("<p>a\u202eb\u2067c</p><p>d\u202c\u2069</p>") == (
        "<p>ab\u2067c\u2069</p><p>d</p>"
    )


def test_controls_and_lone_surrogates_that_no_database_takes_go():
    assert markup.read("a\x00b\ud800c\x1b[31m&#0;").text.encode() == b"abc[31m\xef\xbf\xbd"


@pytest.mark.parametrize("point", [0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF])
def test_what_stands_for_no_character_and_no_page_may_have_goes(point: int):
    assert markup.reduce(f"<p>a{chr(point)}b&#x{point:x};c</p>") == "<p>abc</p>"
    assert markup.escape_plain(f"A{chr(point)}na") == "Ana"


def test_names_are_one_clean_line_without_towers_of_accents():
    assert markup.escape_plain("  Ana\n\u202eNúñez\x00 ") == "Ana Núñez"
    assert markup.escape_plain("👩‍👩‍👧‍👦" * 50, 3) == "👩‍👩‍👧‍👦" * 3
    assert len(one_line("a" + "\u0301" * 5000)) == 16


@given(text=st.text(st.characters(max_codepoint=0x2100)), limit=st.integers(1, 40))
def test_a_name_is_cut_between_two_characters_as_people_see_them(text: str, limit: int):
    whole = graphemes(" ".join(clean(text).split()))
    assert one_line(text, limit) == "".join(one[:16] for one in whole[:limit]).strip()


def test_joiners_and_marks_that_languages_need_stay():
    for text in ("👩‍🍳", "می‌خواهم", "a\u200fb", "e\u0301", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"):
        assert clean(text) == text


HOSTILE = {
    "b": "<b>", "div": "<div>x", "blockquote": "<blockquote>", "ul": "<ul><li>",
    "p and b": "<p><b>x",
    "table": "<table><td>", "svg": "<svg><math>", "comment": "<!--", "open": "<", "tag": "<a ",
    "attribute": "<a ='", "entity": "&", "number": "&#1", "address": "https://(", "mention": "@a.",
    "span": "<a href=http://a.example><span class=ellipsis>", "bidi": "\u2067<p>", "mark": "\u0301",
    "script": "<script>", "quoted": '<a x="', "blank": "\n ", "end": "</p></b>",
}  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_a_megabyte_of_anything_is_no_great_labour(piece: str):
    started = time.process_time()
    made = markup.read(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < LABOURS
    assert len(made.html) <= 10 * markup.SIZE


def test_an_entity_with_endless_digits_is_no_error():
    assert markup.plain("a&#" + "1" * 50_000 + ";b") == "ab"


def test_entities_do_not_grow_together_into_one_with_endless_digits():
    assert markup.plain("a&#1111111" + "&#12345678;1111111" * 1000).startswith("a")


GROWING = {
    "blanks in front of words": ("<pre>", "\t", "x"),
    "spans within a link": ("<a href=http://a.example>", "<span>x", ""),
    "end tags that never end": ("", "</a b='>' ", ""),
}


def cost(html: str) -> float:
    """Seconds of processor time, the least of three."""
    took = []
    for _ in range(3):
        started = time.process_time()
        markup.read(html)
        took.append(time.process_time() - started)
    return min(took)


@pytest.mark.parametrize("parts", GROWING.values(), ids=GROWING)
def test_the_cost_grows_no_faster_than_what_is_read(parts: tuple[str, str, str]):
    """Sixteen times as long costs about sixteen times as much; a square would be 256 times."""
    before, piece, after = parts
    times = (markup.SIZE - len(before + after)) // len(piece)
    for _ in range(5):  # a busy machine may spoil a measurement, not five of them
        growth = cost(before + piece * times + after) / cost(before + piece * (times // 16) + after)
        if growth < 64:
            return
    pytest.fail(f"sixteen times the input costs {growth:.0f} times as much")


TAGS = ["p", "b", "i", "ul", "li", "blockquote", "pre", "code", "h1", "script", "div", "span", "a"]
OPEN = [f"<{tag}>" for tag in TAGS]
CLOSE = [f"</{tag}>" for tag in TAGS]
GIVEN = ["<a href='https://a.example/?a=1&b=\"2'>", "<span class=invisible>", "<br>"]
NOTE = "<div class='gts-system-message'>"
ODD = ["&lt;", "&", "<", ">", "\u2067", "\u202e", "<!--", "-->"]
soup = st.lists(
    st.sampled_from([*OPEN, *CLOSE, *GIVEN, NOTE, *ODD]) | st.text(max_size=10), max_size=40
).map("".join)


@settings(deadline=None)
@given(soup)
def test_what_was_reduced_is_well_formed_and_reduces_to_itself(html: str):
    made = markup.reduce(html)
    assert markup.reduce(made) == made
    strict = nh3.clean(
        made,
        tags=set(markup.INLINE | markup.BLOCKS | {"br"}),
        attributes={"a": {"href"}},
        link_rel=markup.REL,
    )
    assert strict == made


@settings(deadline=None)
@given(st.text(max_size=200))
def test_plain_words_keep_every_letter(text: str):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    letters = "".join(clean(text).split())
    assert "".join(markup.plain(escaped).split()) == letters
