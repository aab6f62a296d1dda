"""What a test needs and this machine may lack: skipped, or failed where all is required."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(what: str, how: str) -> NoReturn:
    """Skip the test for want of `what`, saying `how` to get it; fail if TERTULIA_REQUIRE wants it.

    TERTULIA_REQUIRE is `all` or names separated by commas (postgresql, browser, practice, …).
    """
    required = os.environ.get("TERTULIA_REQUIRE", "").split(",")
    reason = f"needs {what}: {how}"
    if "all" in required or what in required:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
