"""Dates that are read and written the short way are those that Pelican finds and writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pelican.plugins.fast_build.dates import PLAIN, USUAL, dates_by, formatted_by
from pelican.utils import SafeDatetime, get_date, strftime

quick = dates_by(get_date)


def answer(read: Callable[[str], datetime], string: str) -> object:
    try:
        found = read(string)
    except ValueError as error:
        return str(error)
    return found, type(found)


def refuse(*asked: object) -> Any:
    raise AssertionError(f"asked for {asked[-1]}")


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


@given(date=st.datetimes(), date_format=st.from_regex(USUAL, fullmatch=True))
@example(SafeDatetime(2026, 2, 3, 4, 5), "%a %d %B %Y, %H:%M")
def test_each_date_is_written_as_pelican_writes_it(date: datetime, date_format: str):
    safe = SafeDatetime.combine(date.date(), date.time())
    assert formatted_by(refuse)(safe, date_format) == strftime(safe, date_format)


@pytest.mark.parametrize("date_format", ["%-d %B", "100 %%", "%d de märz", "%"])
def test_formats_that_pelican_understands_otherwise_are_left_to_it(date_format: str):
    with pytest.raises(AssertionError, match="asked for"):
        formatted_by(refuse)(SafeDatetime(2026, 11, 22), date_format)
