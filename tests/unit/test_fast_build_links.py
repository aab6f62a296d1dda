"""Words that are not searched for links and pictures hold none that Pelican would find."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pelican.contents import Article, Content
from pelican.plugins.fast_build.addresses import relative_by
from pelican.plugins.fast_build.links import linked_by, pictures_by, static_links_by
from pelican.readers import find_empty_alt
from pelican.settings import DEFAULT_CONFIG

PIECES = st.sampled_from(
    [
        *("<a href='{static}x.png'>", '<img src="{attach}y.png" alt="">', "<a href='|static|z'>"),
        *("{static}", "words", "<a href='/x/'>", "{", "|", "[static]w", "<a href='[static]v'>"),
        *('<img alt="" src="a.png">', "<img src='b'>", "<IMG alt=''>", "alt=''", "<a href='~s~u'>"),
    ]
)
WORDS = st.lists(PIECES, max_size=4).map("".join)
USUAL = DEFAULT_CONFIG["INTRASITE_LINK_REGEX"]
PATTERNS = st.sampled_from([USUAL, OWN := r"[{|\[](?P<what>.*?)[|}\]]"])


def article_of(words: Any, pattern: str = USUAL) -> Article:
    settings = {**DEFAULT_CONFIG, "PATH": "/site/content", "INTRASITE_LINK_REGEX": pattern}
    context = {"static_content": {}, "generated_content": {}, "localsiteurl": ""}
    metadata = {"title": "Hola", "slug": "hola"}
    source = "/site/content/a/b.md"
    return Article(words, metadata, settings=settings, source_path=source, context=context)


def answer(ask: Callable[..., Any], *asked: Any) -> Any:
    try:
        return ask(*asked)
    except TypeError:
        return TypeError


@given(words=st.none() | WORDS, pattern=PATTERNS)
@example("<a href='[static]v'>", OWN)
def test_the_same_links_to_files_are_found(words: str | None, pattern: str):
    own, article = Content.get_static_links, article_of(words, pattern)
    assert answer(static_links_by(own), article) == answer(own, article)


@given(words=st.none() | WORDS, pattern=PATTERNS)
def test_the_same_words_are_shown(words: str | None, pattern: str):
    own, article = Content._update_content, article_of("", pattern)
    assert linked_by(own)(article, words, "https://x.example") == (
        own(article, words, "https://x.example")
    )


@given(words=WORDS)
def test_the_same_pictures_are_complained_of(words: str):
    def complaints(find: Callable[[str, str], None]) -> list[Any]:
        with patch("pelican.readers.logger") as logger:
            find(words, "a.md")
        return list(logger.mock_calls)

    assert complaints(pictures_by(find_empty_alt)) == complaints(find_empty_alt)


def test_who_finds_links_in_another_way_is_asked_of_all_words(monkeypatch: pytest.MonkeyPatch):
    own_way = re.compile(r"(?P<markup><a )(?P<quote>to=)(?P<path>(?P<what>static):(?P<value>\S+))>")
    monkeypatch.setattr(Content, "_get_intrasite_link_regex", lambda self: own_way)
    article = article_of("<a to=static:b.png>")
    assert static_links_by(Content.get_static_links)(article) == {"a/b.png"}
    replaced = linked_by(lambda self, words, siteurl: f"{siteurl} replaced")
    assert replaced(article, "<a to=static:b.png>", "own") == "own replaced"


def test_plain_words_are_not_searched():
    def refuse(*asked: Any) -> Any:
        raise AssertionError(f"asked for {asked}")

    article = article_of("<p>Words &amp; more</p>")
    assert not static_links_by(refuse)(article)
    assert linked_by(refuse)(article, "<p>Words</p>", "") == "<p>Words</p>"
    pictures_by(refuse)("<p>Words</p>", "a.md")


NAMES = st.text(alphabet="ab./\\ é", max_size=10)
FOLDERS = st.sampled_from(["/site/content", "/site/content/", "/", "/site/./x/../content"])


@given(name=NAMES, folder=FOLDERS)
@example("a/b.md", "/site/content")
@example("/../x", "/site/content")
def test_each_source_is_found_where_pelican_finds_it(name: str, folder: str):
    article = article_of("")
    article.settings["PATH"], article.source_path = folder, f"{folder}/{name}"
    own = Content.get_relative_source_path
    assert relative_by(own)(article) == own(article)


def test_a_usual_source_is_found_without_a_search(monkeypatch: pytest.MonkeyPatch):
    article = article_of("")
    monkeypatch.setattr("os.path.relpath", None)
    assert relative_by(lambda *asked: "asked")(article) == "a/b.md"
