"""Does a text match a watch? Asked of raw words of a stream and of what a server found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from syndication.model import Watch
from syndication.rules.languages import same_language


def fold(text: str) -> str:
    """Without case, accents and compatibility forms: people write ``camion`` for ``camión``."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def matches(watch: Watch, text: str, tags: Sequence[str], language: str = "") -> bool:
    """All words of the watch stand in `text`, or its hashtag among `tags`.

    A language that the network does not name (``""``) never excludes, a region never matters.
    A watch without a letter or digit matches nothing.
    """
    if watch.language and language and not same_language(watch.language, language):
        return False
    wanted = _words(watch.query)
    if watch.kind == "hashtag":
        return bool(wanted) and any(_hashtag(tag) == _hashtag(watch.query) for tag in tags)
    return bool(wanted) and wanted <= _words(text)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold(text)))


def _hashtag(name: str) -> str:
    return fold(name).strip().lstrip("#")
