"""Names of files that are joined the short way are those that Pelican makes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pelican.plugins.fast_build.addresses import joined, joined_by
from pelican.utils import sanitised_join

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
