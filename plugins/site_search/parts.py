"""A large site's index in parts, as pagefind needs memory and time for all pages of one index.

Which part a page is in follows from its address and from how many parts there are, so that another
page's coming or going moves none. The number doubles where it grows: half the pages stay then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pelican.contents import Content

from .program import ENTRY, entry_bytes, read_entry

Page = TypeVar("Page", bound=Content)

MOST = 16  # each part is a few small requests of whoever searches
BREATH = 1.5  # times the size wished for, before one part becomes two


def count_of(pages: int, size: int) -> int:
    """How many parts `pages` pages make where one should hold at most about `size`: 1, 2, 4, 8
    or 16."""
    count = 1
    if pages > BREATH * size:
        while count < MOST and pages > count * size:
            count *= 2
    return count


def parts_of(contents: Iterable[Page], size: int) -> dict[str, list[Page]]:
    """The pages of each part by the part's folder in the bundle: "" for the first, "2/" …

    None is empty. Cost: one digest of an address a page.
    """
    pages = list(contents)
    count = count_of(len(pages), size)
    parts: list[list[Page]] = [[] for _ in range(count)]
    for page in pages:
        parts[_number(page.url) % count].append(page)
    filled = [part for part in parts if part]
    return {f"{n}/" if n > 1 else "": part for n, part in enumerate(filled, 1)}


def entry_of(indexes: Mapping[str, Path]) -> bytes:
    """The small file that leads to all: pagefind's of the first part and, where there are more,
    in which `parts` there are pages of which language.

    A browser must not open a part without its language: pagefind would take another one there.
    Raises `OSError`, `SearchError`.
    """
    entries = {within: read_entry(index / ENTRY) for within, index in indexes.items()}
    languages = sorted({language for entry in entries.values() for language in entry["languages"]})
    parts = {
        language: [
            f"./{within}" for within, entry in entries.items() if language in entry["languages"]
        ]
        for language in languages
    }
    return entry_bytes(entries[""] | ({"parts": parts} if len(indexes) > 1 else {}))


def _number(address: str) -> int:
    return int.from_bytes(sha256(address.encode("utf-8", "surrogatepass")).digest()[:8], "big")
