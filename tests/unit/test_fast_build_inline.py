"""Markdown whose patterns are asked only where they may match is the same HTML."""

from __future__ import annotations

import gc
import re
import weakref

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor as Pattern
from markdown.treeprocessors import InlineProcessor
from pelican.plugins.fast_build.inline import handled_by, needed

EXTENSIONS = ["extra", "smarty", "nl2br", "sane_lists", "wikilinks", "toc", "codehilite"]
PIECES = [
    *("`", "``", "\\", "*", "**", "_", "__", "[", "]", "(", ")", "![", "[^1]", "<", ">", "&amp;"),
    *("&", "http://a.example", "a@b.example", '"', "'", "--", "---", "...", "  \n", "\n", "\n\n"),
    *("word", " ", "é", "[[page]]", "*[HTML]: x", "[1]: /x", ": ", "    ", "1. ", "<b>", "</b>"),
    *("x=[y](/z 't')", "***bold***", "![a](b.png)", "<!-- c -->", "'90s", "“"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def html(text: str) -> str:
    return Markdown(extensions=EXTENSIONS).convert(text)


@given(text=TEXTS)
@example("a *b* and `c` then [d](e)")
@example("\"*a*\" -- 'b' ... `c` *d*")
def test_each_text_becomes_the_same(text: str):
    name = "_InlineProcessor__handleInline"
    plain, own = html(text), vars(InlineProcessor)[name]
    setattr(InlineProcessor, name, handled_by(own))
    try:
        assert html(text) == plain
    finally:
        setattr(InlineProcessor, name, own)


ONES = ["a", "[bc]", "(?:d|ee)", "f+", "g*", "(?=h)", "(?<!i)", "[^j]", "k{3}", r"\d", "(?i:l)"]


@given(data=st.data(), parts=st.lists(st.sampled_from(ONES), min_size=1, max_size=4))
def test_every_match_has_what_is_needed(data: st.DataObject, parts: list[str]):
    pattern = "".join(parts)
    text = data.draw(st.text(alphabet="abcdefghijkLl1", max_size=12) | st.from_regex(pattern))
    words = needed(pattern, 0)
    assert not words or not re.search(pattern, text) or any(word in text for word in words)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [(r"\[(x)", {"["}), ("a|b", {"a", "b"}), (r"\.{3}", {"..."}), ("a?", set()), ("--", {"--"})],
)
def test_what_a_pattern_needs_is_found(pattern: str, words: set[str]):
    assert set(needed(pattern, 0)) == words


def test_nothing_is_known_of_a_pattern_that_takes_small_letters_for_capitals():
    assert needed("a", re.IGNORECASE) == ()


class Shouting(Pattern):
    """Adds a pattern when it first matches."""

    def handleMatch(self, m, data):
        self.md.inlinePatterns.register(Whispering("w", self.md), "whispering", 1)
        return "S", m.start(0), m.end(0)


class Whispering(Pattern):
    def handleMatch(self, m, data):
        return "W", m.start(0), m.end(0)


def test_a_pattern_that_comes_while_a_text_is_handled_is_asked(monkeypatch: pytest.MonkeyPatch):
    def shouted() -> str:
        md = Markdown()
        md.inlinePatterns.register(Shouting("s", md), "shouting", 500)
        return md.convert("s w\n\ns w")

    plain, name = shouted(), "_InlineProcessor__handleInline"
    monkeypatch.setattr(InlineProcessor, name, handled_by(vars(InlineProcessor)[name]))
    assert shouted() == plain


def test_what_read_a_text_is_forgotten_with_it(monkeypatch: pytest.MonkeyPatch):
    name = "_InlineProcessor__handleInline"
    monkeypatch.setattr(InlineProcessor, name, handled_by(vars(InlineProcessor)[name]))
    md = Markdown()
    md.convert("a *b*")
    known = weakref.ref(md)
    del md
    gc.collect()
    assert known() is None


class Letters:
    """An expression of another library, whose dialect Python's does not know."""

    pattern, flags = r"\p{Lu}\p{Ll}+", 0

    def finditer(self, data: str, start: int):
        return re.compile("W[a-z]+").finditer(data, start)


def test_a_pattern_of_another_library_is_asked_as_ever(monkeypatch: pytest.MonkeyPatch):
    name = "_InlineProcessor__handleInline"
    monkeypatch.setattr(InlineProcessor, name, handled_by(vars(InlineProcessor)[name]))
    md = Markdown()
    whispering = Whispering("w", md)
    whispering.compiled_re = Letters()
    md.inlinePatterns.register(whispering, "letters", 500)
    assert md.convert("Hello World") == "<p>Hello W</p>"
