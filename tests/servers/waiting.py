"""Waiting for what another process or thread does, never longer than told."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from requests.adapters import HTTPAdapter

T = TypeVar("T")

# Seconds that only what hangs takes: a machine that is shared may stand still for a while, so that
# a shorter limit would tell of the machine instead of what is tested.
HANGS = 60.0
# Processor seconds that only what grows by the square takes, where a moment is what it should cost.
LABOURS = 30.0


def wait_until(condition: Callable[[], T], *, what: str, seconds: float = HANGS) -> T:
    """The first true value of `condition()`; asks often, fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:g} s still not: {what} (last: {value!r})")
        time.sleep(0.02)


def give_up_soon(monkeypatch: pytest.MonkeyPatch, method: str, path: str) -> None:
    """Let this one question be given up after a moment; all others have the time they need."""
    send = HTTPAdapter.send

    def send_soon(adapter: HTTPAdapter, request: Any, **given: Any) -> Any:
        if (request.method, urlsplit(request.url).path) == (method, path):
            given["timeout"] = (HANGS, 0.3)
        return send(adapter, request, **given)

    monkeypatch.setattr(HTTPAdapter, "send", send_soon)
