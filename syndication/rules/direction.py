"""Which way a text runs, by its first strong letter (Unicode Bidirectional Algorithm, P2–P3)."""

from __future__ import annotations

import unicodedata

_DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def direction(text: str) -> str:
    """``ltr``, ``rtl``, or "" where no letter tells."""
    for character in text:
        found = _DIRECTIONS.get(unicodedata.bidirectional(character))
        if found:
            return found
    return ""
