"""Dates that are read the short way are those that Pelican finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pelican.plugins.fast_build.dates import PLAIN, dates_by
from pelican.utils import get_date

quick = dates_by(get_date)


def answer(read: Callable[[str], datetime], string: str) -> object:
    try:
        found = read(string)
    except ValueError as error:
        return str(error)
    return found, type(found)


def refuse(string: str) -> datetime:
    raise AssertionError(f"asked for {string}")


@given(string=st.from_regex(PLAIN, fullmatch=True))
@example("2026-13-01")
@example("2026-02-30 10:00")
@example("1999-12-31T24:00")
@example("2026-11-22 09:30:61")
@example("2026-11-12")
def test_each_date_is_the_one_that_pelican_finds_or_refused_alike(string: str):
    assert answer(quick, string) == answer(get_date, string)


@pytest.mark.parametrize("string", ["2026-11-22", "2026-11-22 09:30", "2026-11-22T09:30:01"])
def test_the_usual_ways_to_write_a_date_are_understood_at_once(string: str):
    assert dates_by(refuse)(string) == get_date(string)


@pytest.mark.parametrize("string", ["22 Nov 2026", "2026-11-22 09:30+01:00", "٢٠٢٦-11-22"])
def test_others_are_left_to_pelican(string: str):
    with pytest.raises(AssertionError, match="asked for"):
        dates_by(refuse)(string)
