"""Dates as most front matter has them, understood without a search for what they might be, and
written without one for what might stand in a format."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache

from pelican.utils import SafeDatetime

# A format that C and Pelican understand alike: no "%-d", no percent sign that means itself.
USUAL = re.compile(r"(?:[ -$&-~]|%[aAbBcdfGHIjmMpSUuVwWxXyYzZ])*", re.ASCII)
PLAIN = re.compile(r"[12]\d{3}-\d\d-\d\d(?:[ T](?:[01]\d|2[0-3]):\d\d(?::\d\d)?)?", re.ASCII)


def dates_by(original: Callable[[str], datetime]) -> Callable[[str], datetime]:
    """Pelican's `get_date`, asked for whatever is not written like 2026-11-22 09:30."""

    def get_date(string: str) -> datetime:
        if PLAIN.fullmatch(string):
            with suppress(ValueError):  # a 13th month may be a day
                return SafeDatetime.fromisoformat(string)
        return original(string)

    return get_date


def formatted_by(original: Callable[[datetime, str], str]) -> Callable[[datetime, str], str]:
    """Pelican's `strftime`, asked for whatever is not written like %d %B %Y."""
    is_usual = lru_cache(USUAL.fullmatch)

    def strftime(date: datetime, date_format: str) -> str:
        if type(date) is SafeDatetime and is_usual(date_format):
            return datetime.strftime(date, date_format)
        return original(date, date_format)

    return strftime
