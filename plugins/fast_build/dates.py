"""Dates as most front matter has them, understood without a search for what they might be."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from pelican.utils import SafeDatetime

PLAIN = re.compile(r"([12]\d{3})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?", re.ASCII)


def dates_by(original: Callable[[str], datetime]) -> Callable[[str], datetime]:
    """Pelican's `get_date`, asked for whatever is not written like 2026-11-22 09:30."""

    def get_date(string: str) -> datetime:
        if plain := PLAIN.fullmatch(string):
            with suppress(ValueError):  # a 13th month may be a day
                return SafeDatetime(*map(int, plain.groups(default="0")))
        return original(string)

    return get_date
