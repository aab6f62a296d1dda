"""What a test needs and this machine may lack: skipped, or failed where all is required."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
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


def left_out(reasons: Iterable[str]) -> Iterator[str]:
    """Why tests were skipped, a line for each reason; one line for all that is missing here."""
    counted = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    wanting = {
        reason: found
        for reason in counted
        if (found := re.fullmatch(r"needs (\w+): (.*)", reason, re.DOTALL))
    }
    for reason, times in sorted(counted.items()):
        if reason not in wanting:
            yield f"skipped {times}: {reason}"
    if wanting:
        what = ", ".join(
            f"{found[1]} ({counted[reason]})" for reason, found in sorted(wanting.items())
        )
        how = "; ".join(sorted({found[2] for found in wanting.values()}))
        total = sum(counted[reason] for reason in wanting)
        yield f"LEFT OUT: {total} tests, which need {what}. To get it: {how}"
