"""What is worked out when it is asked for is worked out once."""

from __future__ import annotations

from syndication.rules.lazily import lazy


class Reader:
    def __init__(self) -> None:
        self.looks = 0

    @lazy
    def page(self) -> str:
        """What stands on it."""
        self.looks += 1
        return "words"


def test_who_asks_again_gets_what_was_worked_out():
    reader = Reader()
    assert (reader.page, reader.page, reader.looks) == ("words", "words", 1)


def test_each_object_has_its_own():
    one, other = Reader(), Reader()
    assert one.page == other.page
    assert (one.looks, other.looks) == (1, 1)


def test_what_is_forgotten_is_worked_out_anew():
    reader = Reader()
    assert reader.page
    del reader.page
    assert reader.page
    assert reader.looks == 2


def test_the_class_shows_what_it_says_of_itself():
    assert Reader.page.__doc__ == "What stands on it."
