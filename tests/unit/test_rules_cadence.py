"""How often a thread is read again: often while fresh, seldom when old, never never."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.rules.cadence import Cadence

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

ages = st.timedeltas(timedelta(0), 4000 * DAY)


def pause(age: timedelta, cadence: Cadence | None = None) -> timedelta:
    """How long until the next look when the last news are `age` old."""
    now = START + age
    return (cadence or Cadence()).next_check(now=now, last_news=START) - now


def readings(days: int) -> list[timedelta]:
    """The ages at which a quiet copy is read in its first `days`."""
    cadence, now, found = Cadence(), START, []
    while now < START + days * DAY:
        now = cadence.next_check(now=now, last_news=START)
        found.append(now - START)
    return found


@given(ages)
def test_the_pause_is_never_shorter_than_the_shortest_nor_longer_than_the_longest(
    age: timedelta,
) -> None:
    assert 5 * MINUTE <= pause(age) <= 7 * DAY


@given(ages, ages)
def test_older_news_are_never_looked_after_sooner(one: timedelta, other: timedelta) -> None:
    younger, older = sorted((one, other))
    assert pause(younger) <= pause(older)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), 5 * MINUTE),
        (50 * MINUTE, 5 * MINUTE),
        (100 * MINUTE, 10 * MINUTE),
        (10 * DAY, DAY),
        (70 * DAY, 7 * DAY),
        (1100 * DAY, 7 * DAY),
    ],
)
def test_the_pause_is_a_tenth_of_the_age(age: timedelta, expected: timedelta) -> None:
    assert pause(age) == expected


def test_news_that_a_wrong_clock_dates_in_the_future_are_fresh() -> None:
    assert Cadence().next_check(now=START, last_news=START + DAY) == START + 5 * MINUTE


def test_the_figures_of_the_docstring_for_one_copy() -> None:
    ages = readings(1100)
    assert sum(age <= 7 * DAY for age in ages) == 65
    weekly = [a for a, b in itertools.pairwise(ages) if b - a == 7 * DAY]
    assert 10 <= weekly[0] / (7 * DAY) <= 11.5
    assert max(b - a for a, b in itertools.pairwise(ages)) == 7 * DAY


def test_the_figures_of_the_docstring_for_three_years_of_daily_posts() -> None:
    """Every hour of one day, what is due of 1,100 copies of all ages is read, one a day old …"""
    cadence = Cadence()
    today = START + 1100 * DAY
    due: list[tuple[datetime, datetime]] = []
    for day in range(1100):
        sent = START + day * DAY
        at = sent
        while at < today:
            at = cadence.next_check(now=at, last_news=sent)
        due.append((at, sent))
    counted = 0
    for hour in range(24 * 7):
        end = today + hour * timedelta(hours=1)
        for number, (at, sent) in enumerate(due):
            while at < end:
                counted += 1
                at = cadence.next_check(now=at, last_news=sent)
            due[number] = (at, sent)
        if hour % 24 == 0:
            due.append((end, end))
    assert counted / (24 * 7) == pytest.approx(10, abs=1.5)
    assert counted / (24 * 7) < cadence.per_hour


@given(st.integers(0, 1000), st.integers(0, 500))
def test_the_hours_budget_is_never_overdrawn(checked: int, budget: int) -> None:
    left = Cadence(per_hour=budget).allowed(checked_last_hour=checked)
    assert 0 <= left <= budget
    assert left + checked >= budget
    assert left == 0 or left + checked == budget
