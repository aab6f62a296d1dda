"""What every build of a test has."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def wide_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of the log is a line."""
    monkeypatch.setenv("COLUMNS", "1000")
