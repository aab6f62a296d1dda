"""Lists that are searched quickly say what Pelican's own would."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pelican.plugins.fast_build.lists import Members, quicken, share


class Plain:
    """What is equal to itself alone, as Pelican's articles are."""


class Named:
    """What a plugin may have made of one: equal to all of its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return self.name == getattr(other, "name", None)

    __hash__ = None  # type: ignore[assignment]


class Everybody(Named):
    """And one that is equal to whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True


here, elsewhere = Plain(), Plain()


@pytest.mark.parametrize("asked", [here, elsewhere, Named("a"), Named("b"), Everybody(""), "text"])
@pytest.mark.parametrize("others", [[], [Named("a")], [Everybody("")], ["text"], [here]])
def test_the_same_is_in_it_as_in_any_list(asked: Any, others: list[Any]) -> None:
    members = [here, *others]
    assert (asked in Members(members)) is (asked in members)


def test_what_was_added_is_in_it_and_what_was_taken_out_is_not() -> None:
    members = Members([here])
    assert elsewhere not in members
    members.append(elsewhere)
    assert elsewhere in members
    members.remove(elsewhere)
    assert elsewhere not in members


def listing(articles: list[Any]) -> Any:
    return SimpleNamespace(tags={"tag": articles}, categories=[], authors=[])


def test_templates_see_the_lists_that_are_searched_quickly() -> None:
    ours, context = listing([here]), {"tags": [("tag", [here])]}
    quicken(ours)
    share(ours, context)
    assert context["tags"][0][1] is ours.tags["tag"]


def test_a_list_that_has_other_articles_by_now_stays_as_it_is() -> None:
    ours, context = listing([here, elsewhere]), {"tags": [("tag", [here])]}
    quicken(ours)
    share(ours, context)
    assert context["tags"] == [("tag", [here])]
