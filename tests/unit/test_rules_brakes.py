"""When sending waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.rules import brakes
from syndication.rules.brakes import Brakes

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("published", "first_run", "expected"),
    [
        (NOW, False, ""),
        (NOW - 7 * DAY, False, ""),
        (NOW - 7 * DAY - SECOND, False, brakes.TOO_OLD),
        (NOW + DAY, False, ""),
        (NOW, True, brakes.FIRST_RUN),
        (NOW - 900 * DAY, True, brakes.FIRST_RUN),
    ],
)
def test_what_was_there_before_us_and_what_is_old_stays_home(
    published: datetime, first_run: bool, expected: str
) -> None:
    assert Brakes().on_new(published=published, now=NOW, first_run=first_run) == expected


@pytest.mark.parametrize(
    ("new", "changed", "expected"),
    [
        (0, 0, ("", "")),
        (3, 10, ("", "")),
        (4, 10, (brakes.TOO_MANY, "")),
        (3, 11, ("", brakes.TOO_MANY_CHANGES)),
        (4, 11, (brakes.TOO_MANY, brakes.TOO_MANY_CHANGES)),
    ],
)
def test_more_than_a_handful_at_once_waits(
    new: int, changed: int, expected: tuple[str, str]
) -> None:
    assert Brakes().on_batch(new=new, changed=changed) == expected


@pytest.mark.parametrize(
    ("vanished", "known", "waits"),
    [
        (1, 1, False),
        (2, 2, True),
        (1, 10, False),
        (2, 19, True),
        (2, 20, False),
        (3, 10_000, False),
        (4, 10_000, True),
    ],
)
def test_a_handful_may_go_and_a_tenth_of_the_site_may_not(
    vanished: int, known: int, waits: bool
) -> None:
    expected = brakes.TOO_MANY_DELETIONS if waits else ""
    assert Brakes().on_deletions(vanished, known) == expected


@given(st.integers(1, 50), st.integers(0, 5000), st.integers(0, 10))
def test_what_waits_still_waits_when_more_vanish(vanished: int, known: int, most: int) -> None:
    careful = Brakes(deletions=most)
    if careful.on_deletions(vanished, known):
        assert careful.on_deletions(vanished + 1, known)
    if vanished > most:
        assert careful.on_deletions(vanished, known)


def test_a_site_may_want_a_person_for_everything() -> None:
    careful = Brakes(new_posts=0, changes=0, deletions=0)
    assert all(careful.on_batch(new=1, changed=1))
    assert careful.on_batch(new=0, changed=0) == ("", "")
    assert careful.on_deletions(1, 10_000)


def test_every_brake_has_its_words_for_a_person() -> None:
    declared = {
        value for name, value in vars(brakes).items() if name.isupper() and isinstance(value, str)
    }
    assert declared == set(brakes.REASONS)
