"""When a server is asked again that asks us to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syndication.networks.asking import LONGEST, PATIENCE, ask_again

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        (["30"], timedelta(seconds=30)),
        (["2.5"], timedelta(seconds=2.5)),
        ([str(int(NOW.timestamp()) + 90)], timedelta(seconds=90)),
        (["2026-03-01T12:02:00.000Z"], timedelta(minutes=2)),
        (["2026-03-01T12:02:00"], timedelta(minutes=2)),
        (["Sun, 01 Mar 2026 12:01:00 GMT"], timedelta(minutes=1)),
        (["", "60"], timedelta(minutes=1)),
        (["soon", " 60 "], timedelta(minutes=1)),
        (["10", "60"], timedelta(seconds=10)),
        ([], PATIENCE),
        (["", "later", "T", "1e9", "-5", "9" * 12], PATIENCE),
        (["soon", ""], PATIENCE),
        (["0"], timedelta(seconds=1)),
        (["Sun, 01 Mar 2020 12:01:00 GMT"], timedelta(seconds=1)),
        (["999999"], LONGEST),
    ],
)
def test_the_first_header_that_names_a_moment_counts(said: list[str], waits: timedelta):
    assert ask_again(NOW, *said) == NOW + waits
