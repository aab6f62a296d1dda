"""The budget of writes: counted before they are sent, for all threads, processes and restarts."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syndication.networks.bluesky.points import Points
from syndication.networks.contract import RateLimited, Unavailable

START = datetime(2026, 11, 22, 9, 0, 30, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_an_hours_budget_is_spent_to_the_last_point_and_not_beyond(
    tmp_path: Path, clock: Clock
) -> None:
    points = Points(tmp_path / "points.json", clock)
    for _ in range(50):
        points.spend(100)
    with pytest.raises(RateLimited) as caught:
        points.spend(1)
    assert caught.value.until == datetime(2026, 11, 22, 10, 1, tzinfo=UTC)
    clock.now = caught.value.until
    points.spend(1)


def test_what_may_go_first_waits_only_for_what_is_in_its_way(tmp_path: Path, clock: Clock) -> None:
    points = Points(tmp_path / "points.json", clock)
    points.spend(10)
    clock.now += timedelta(minutes=30)
    points.spend(4990)
    with pytest.raises(RateLimited) as caught:
        points.spend(3)
    assert caught.value.until == datetime(2026, 11, 22, 10, 1, tzinfo=UTC)


def test_a_days_budget_holds_as_well(tmp_path: Path, clock: Clock) -> None:
    points = Points(tmp_path / "points.json", clock)
    for _ in range(7):
        points.spend(5000)
        clock.now += timedelta(minutes=62)
    with pytest.raises(RateLimited) as caught:
        points.spend(1)
    assert caught.value.until == datetime(2026, 11, 23, 9, 1, tzinfo=UTC)


def test_what_was_spent_is_known_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    Points(tmp_path / "points.json", clock).spend(5000)
    with pytest.raises(RateLimited):
        Points(tmp_path / "points.json", clock).spend(1)


def test_what_is_refused_is_not_counted(tmp_path: Path, clock: Clock) -> None:
    points = Points(tmp_path / "points.json", clock)
    points.spend(4999)
    with pytest.raises(RateLimited):
        points.spend(3)
    points.spend(1)


def test_threads_with_objects_of_their_own_lose_no_point(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "points.json"

    def write() -> None:
        for _ in range(20):
            Points(path, clock).spend(3)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(json.loads(path.read_text()).values()) == 240


def test_what_is_older_than_a_day_is_forgotten(tmp_path: Path, clock: Clock) -> None:
    points = Points(tmp_path / "points.json", clock)
    for _ in range(48):
        points.spend(1)
        clock.now += timedelta(hours=1)
    assert len(json.loads((tmp_path / "points.json").read_text())) <= 25


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', '{"1": "x"}', "null", "\xff"])
def test_a_damaged_file_begins_anew(tmp_path: Path, clock: Clock, content: str) -> None:
    (tmp_path / "points.json").write_text(content, encoding="latin-1")
    Points(tmp_path / "points.json", clock).spend(3)
    assert sum(json.loads((tmp_path / "points.json").read_text()).values()) == 3


def test_where_it_cannot_be_noted_nothing_is_sent(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "folder").write_text("a file is in the way")
    with pytest.raises(Unavailable, match="cannot be written"):
        Points(tmp_path / "folder" / "points.json", clock).spend(3)


def test_the_file_and_its_lock_are_their_owners_alone(tmp_path: Path, clock: Clock) -> None:
    Points(tmp_path / "vencejo" / "points.json", clock).spend(3)
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "vencejo").iterdir())
    assert (tmp_path / "vencejo").stat().st_mode & 0o077 == 0
