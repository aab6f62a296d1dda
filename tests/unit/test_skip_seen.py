"""What a part of many pages looked at counts for each of them, and is kept in little room."""

from __future__ import annotations

import sys

import pytest
from pelican.plugins.fast_build.skip import seen
from pelican.plugins.fast_build.skip.seen import Seen, part, watching


def test_each_page_with_a_part_looked_at_what_its_making_looked_at() -> None:
    def make() -> str:
        seen.note_list("0:4", "es articles")
        seen.spoil("it is made by chance")
        return "text"

    with watching({}, lambda name, about: None) as first:
        ((_, (text, again)),) = part.send(make)
    with watching({}, lambda name, about: None) as second:
        again()
    assert text == "text"
    for page in (first, second):
        assert page.lists == {("0:4", "es articles")}
        assert page.reasons == {"it is made by chance"}


@pytest.mark.parametrize("what", Seen.__slots__)
def test_nothing_that_was_looked_at_is_lost(what: str) -> None:
    looked, page = Seen(), Seen()
    getattr(looked, what).add("this")
    page.add(looked.kept())
    assert {name: getattr(page, name) for name in Seen.__slots__ if getattr(page, name)} == {
        what: {"this"}
    }


def test_what_is_kept_of_a_part_takes_less_room_than_its_noting_did() -> None:
    looked = Seen()
    looked.names |= {"article", "SITEURL"}
    sets = sum(sys.getsizeof(getattr(looked, what)) for what in Seen.__slots__)
    kept = looked.kept()
    assert sys.getsizeof(kept) + sum(map(sys.getsizeof, kept)) < sets / 4
