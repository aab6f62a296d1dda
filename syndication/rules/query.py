"""Does a text match a watch? Asked of raw words of a stream and of what a server found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from syndication.model import Watch


def fold(text: str) -> str:
    """Without case, accents and compatibility forms: people write ``camion`` for ``camión``."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def matches(watch: Watch, text: str, tags: Sequence[str], language: str = "") -> bool:
    """All words of the watch stand in `text`, or its hashtag among `tags`.

    A language that the network does not name (``""``) never excludes.
    """
    if watch.language and language and not language.lower().startswith(watch.language.lower()):
        return False
    if watch.kind == "hashtag":
        wanted = fold(watch.query.lstrip("#"))
        return any(fold(tag.lstrip("#")) == wanted for tag in tags)
    words = set(re.findall(r"\w+", fold(text)))
    return all(word in words for word in re.findall(r"\w+", fold(watch.query)))
