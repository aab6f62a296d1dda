"""What an account's writes cost, counted before they are sent: the network's own budget.

A server lets an account spend 5,000 points in an hour and 35,000 in a day, and its answers do not
say how many are left. What was spent is kept in a file, by minutes, for all threads and processes.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock

from syndication.networks.contract import RateLimited, Unavailable

CREATE, UPDATE, DELETE = 3, 2, 1
BUDGETS = ((timedelta(hours=1), 5_000), (timedelta(days=1), 35_000))

_MINUTE = timedelta(minutes=1)


class Points:
    """The budget of one account."""

    def __init__(self, path: Path | None, now: Callable[[], datetime]) -> None:
        """`path`: where it is kept; None: only in this object."""
        self._path, self._now = path, now
        self._spent: dict[int, int] = {}  # minutes since 1970 → points

    def spend(self, points: int) -> None:
        """Note `points` that are about to be spent.

        Raises `RateLimited` until they can be, with nothing noted; `Unavailable` where they
        cannot be noted.
        """
        if self._path is None:
            self._spend(points)
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(self._path.with_suffix(".lock"), mode=0o600):
                self._spent = _read(self._path)
                self._spend(points)
                _write(self._path, self._spent)
        except OSError as error:
            raise Unavailable(f"{self._path}: cannot be written ({error.strerror})") from error

    def _spend(self, points: int) -> None:
        now = self._now().astimezone(UTC)
        self._spent = {
            minute: spent
            for minute, spent in self._spent.items()
            if now - _moment(minute) < BUDGETS[-1][0] + _MINUTE
        }
        waits = [until for budget in BUDGETS if (until := self._until(points, now, *budget))]
        if waits:
            raise RateLimited(max(waits), f"the budget is used up until {max(waits):%H:%M} UTC")
        minute = int(now.timestamp() // 60)
        self._spent[minute] = self._spent.get(minute, 0) + points

    def _until(self, points: int, now: datetime, period: timedelta, most: int) -> datetime | None:
        """From when on `points` more are within `most` in a `period`; None: now."""
        counted = {m: n for m, n in self._spent.items() if now - _moment(m) < period + _MINUTE}
        over = sum(counted.values()) + points - most
        until = None
        for minute in sorted(counted):
            if over <= 0:
                break
            over -= counted[minute]
            until = _moment(minute) + period + _MINUTE
        return until


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def _read(path: Path) -> dict[int, int]:
    """What was spent; nothing where there is no such file, or none that can be understood."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {int(minute): int(spent) for minute, spent in said.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}


def _write(path: Path, spent: dict[int, int]) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(spent, file)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
