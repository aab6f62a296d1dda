"""How often somebody may try a password: counted in memory, forgotten after a while."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=15)
EACH_NAME = 5  # failures of one name from one address
EACH_NAME_ANYWHERE = 50  # failures of one name, from wherever; links still let in
EACH_ADDRESS = 20  # failures from one address, whatever the names
REMEMBERED = 10_000  # keys; beyond it the oldest are forgotten


class Patience:
    """Counts failures by name and address, name, and address. Threads may share it."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, ...], deque[datetime]] = {}
        self._lock = Lock()

    def exhausted(self, name: str, address: str, *, now: datetime) -> bool:
        """May this name not be tried from this address at the moment?"""
        with self._lock:
            return any(self._recent(key, now) >= most for key, most in _keys(name, address).items())

    def failed(self, name: str, address: str, *, now: datetime) -> None:
        """Somebody tried and did not know the password."""
        with self._lock:
            for key in _keys(name, address):
                times = self._failures.pop(key, deque(maxlen=EACH_NAME_ANYWHERE))
                times.append(now)
                self._failures[key] = times
            while len(self._failures) > REMEMBERED:
                del self._failures[next(iter(self._failures))]

    def succeeded(self, name: str, address: str) -> None:
        """They knew it: what failed before is forgotten."""
        with self._lock:
            self._failures.pop(("name and address", name.lower(), address), None)

    def _recent(self, key: tuple[str, ...], now: datetime) -> int:
        times = self._failures.get(key)
        while times and times[0] <= now - WINDOW:
            times.popleft()
        return len(times) if times else 0


def _keys(name: str, address: str) -> dict[tuple[str, ...], int]:
    return {
        ("name and address", name.lower(), address): EACH_NAME,
        ("name", name.lower()): EACH_NAME_ANYWHERE,
        ("address", address): EACH_ADDRESS,
    }
