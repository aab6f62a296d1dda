"""Which way a text runs, by its first strong letter (Unicode Bidirectional Algorithm, P2–P3).

Names, hashtags and addresses say nothing about the language around them: nearly every reply
begins with an ``@name`` in Latin letters.
"""

from __future__ import annotations

import re
import unicodedata

_DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_ISOLATES = ("LRI", "RLI", "FSI")
_NAMES = re.compile(r"https?://\S+|[@#]\w[\w.@-]*", re.IGNORECASE)


def direction(text: str) -> str:
    """``ltr``, ``rtl``, or "" where no letter tells."""
    return _first_strong(_NAMES.sub(" ", text)) or _first_strong(text)


def _first_strong(text: str) -> str:
    depth = 0
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in _ISOLATES:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in _DIRECTIONS:
            return _DIRECTIONS[kind]
    return ""
