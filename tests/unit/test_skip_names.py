"""In what state the variables are that a page asks for, whatever the page before it found."""

from __future__ import annotations

from collections import ChainMap
from typing import Any

import pytest
from pelican.plugins.fast_build.fingerprint import Unforeseeable
from pelican.plugins.fast_build.skip.lists import Lists
from pelican.plugins.fast_build.skip.names import Given, Names
from pelican.plugins.fast_build.skip.state import State

SHARED = {"menu": ["a", "b"], "title": "Ours"}
BEYOND: dict[str, Any] = {"number": 1, "helper": len}
NAMES = "helper,menu,number,title,variable"


def told(names: Names, state: State, **variables: Any) -> str:
    return names.told(Given({**SHARED, **variables}, ChainMap({}, BEYOND)), state)


def state() -> State:
    return State(Lists(), {}, SHARED)


@pytest.mark.parametrize(
    "before",
    [{}, {"variable": None}, {"variable": 1}, {"number": True}, {"title": "Theirs"}, {"menu": []}],
)
@pytest.mark.parametrize(
    "given",
    [{}, {"variable": None}, {"variable": 1}, {"variable": True}, {"number": 1}, {"title": "Ours"}],
)
def test_a_page_is_told_the_same_whatever_page_came_before(
    before: dict[str, Any], given: dict[str, Any]
) -> None:
    names, of_site = Names(NAMES), state()
    told(names, of_site, **before)

    assert told(names, of_site, **given) == told(Names(NAMES), state(), **given)


def test_what_is_changed_in_place_between_two_pages_is_told_anew() -> None:
    names, of_site, mine = Names(NAMES), state(), ["a"]
    before = told(names, of_site, variable=mine)
    mine.append("b")

    assert told(names, of_site, variable=mine) != before


def test_no_variable_and_one_that_is_nothing_are_two_things() -> None:
    names, of_site = Names(NAMES), state()

    assert told(names, of_site) != told(names, of_site, variable=None)


def test_what_cannot_be_told_is_not_told_by_the_page_before() -> None:
    names, of_site, unknown = Names(NAMES), state(), object()
    before = told(names, of_site)
    for _ in range(2):
        with pytest.raises(Unforeseeable):
            told(names, of_site, variable=unknown)

    assert told(names, of_site) == before


def test_names_of_a_template_of_its_own_go_before_those_of_all() -> None:
    own = Given({**SHARED}, ChainMap({"number": 2}, BEYOND))

    assert Names(NAMES).told(own, state()) != told(Names(NAMES), state())
