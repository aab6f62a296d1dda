"""Addresses and names of files that are made the short way are those that Pelican makes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pelican.contents import Article, Content
from pelican.plugins.fast_build.addresses import (
    expanded_by,
    folder_by,
    joined,
    joined_by,
    relative_by,
)
from pelican.settings import DEFAULT_CONFIG
from pelican.urlwrappers import Author, Category
from pelican.utils import SafeDatetime, sanitised_join

NAMES = st.text(alphabet="ab./\\ é\n", max_size=12)
FOLDERS = st.sampled_from(
    ["/site/output", "/site/output/", "/", "//site", "/site/./x/../output", "o"]
)


def answer(join: Callable[..., str], *asked: str) -> str:
    try:
        return join(*asked)
    except RuntimeError as error:
        return str(error)


@given(folder=FOLDERS, name=NAMES)
@example("/site/output", "es/hola/index.html")
@example("/site/output", "a/../../elsewhere.html")
@example("/site/output", ".well-known/x")
def test_each_name_is_joined_or_refused_as_by_pelican(folder: str, name: str):
    assert answer(joined, folder, name) == answer(sanitised_join, folder, name)


def test_a_file_may_be_named_by_a_path() -> None:
    asked: Any = Path("es/hola/index.html")
    assert joined("/site/output", asked) == sanitised_join("/site/output", asked)


def test_usual_names_are_joined_without_a_search() -> None:
    def refuse(*asked: str) -> str:
        raise AssertionError(f"asked for {asked}")

    assert joined_by(refuse)("/site/output", "es/hola/index.html") == (
        "/site/output/es/hola/index.html"
    )


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a/", ".x", ""])
def test_others_are_left_to_pelican(name: str) -> None:
    assert joined_by(lambda *asked: f"asked for {asked[-1]}")("/site/output", name) == (
        f"asked for {name}"
    )


@pytest.mark.parametrize(
    "pattern",
    [
        *("{slug}/", "{lang}/{slug}/", "{date:%Y}/{slug}.html", "{{x}}{slug}", "{slug!r}", "plain"),
        *("{category}/{author}/{slug}", "{date}", "{date.year}", "{slug:>9}", "{path}", "{pair}/x"),
        *("", "{slug", "{}", "{nobody}", "{slug:{lang}}", "{slug[0]}"),
    ],
)
def test_each_address_is_the_one_that_pelican_makes(pattern: str):
    settings = {**DEFAULT_CONFIG, "ARTICLE_URL": pattern, "PATH": "/site/content"}
    metadata = {
        "title": "Hola",
        "slug": "hola",
        "lang": "es",
        "pair": "p",
        "date": SafeDatetime(2026, 2, 3),
        "category": Category("Ruedas", settings),
        "author": Author("Marta", settings),
    }
    article = Article("", metadata, settings=settings, source_path="/site/content/a.md", context={})

    def made(expand: Callable[..., str]) -> Any:
        try:
            return expand(article, "url")
        except (KeyError, ValueError, IndexError) as error:
            return type(error), str(error)

    own = Content._expand_settings
    assert made(expanded_by(own)) == made(own)


def test_usual_addresses_are_made_of_the_content_alone():
    article = Article.__new__(Article)
    article.settings, article.slug, article.lang = {"ARTICLE_URL": "{lang}/{slug}/"}, "hola", "es"
    assert expanded_by(lambda *asked: "asked")(article, "url") == "es/hola/"


PLACE, FOLDER = vars(Content)["get_relative_source_path"], vars(Content)["relative_dir"]


@given(root=FOLDERS, below=st.booleans(), name=NAMES.filter(lambda name: name.strip("/.")))
@example("/site/output", True, "articles/es/a.md")
@example("/site/output", True, "../a.md")
def test_sources_lie_where_pelican_says(root: str, below: bool, name: str):
    path = f"{root}/{name}" if below else name
    content: Any = SimpleNamespace(source_path=path, settings={"PATH": root})
    assert folder_by(FOLDER).__get__(content) == FOLDER.__get__(content)
    assert relative_by(PLACE)(content) == PLACE(content)


def test_the_folder_of_a_source_is_known_without_a_search(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os.path, "relpath", pytest.fail)
    content: Any = SimpleNamespace(source_path="/site/a/b.md", settings={"PATH": "/site"})
    assert folder_by(FOLDER).__get__(content) == "a"
