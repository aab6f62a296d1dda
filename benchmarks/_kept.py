"""What a site makes once and keeps for years: made before anything is measured, and put in place.

Pictures in their sizes and cards stay where they are. The search index is another one for each
dialect of Markdown and after each change: the cache of a site holds a few, and which of them is
still there would depend on what was built before. So each dialect's is set aside, and a build
begins with exactly that one: it makes what its own change asks for, and nothing else.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE = Path("var", "cache")
PICTURES, CARDS, INDEX, ASIDE = "pictures", "previews", "search", "former"


def forget(folder: Path) -> None:
    """The next build is a clean one: no output, and nothing kept that is worked out from texts."""
    put_aside(folder, folder / "output")
    for kept in (folder / CACHE).glob("*"):
        if kept.name not in (PICTURES, CARDS, INDEX):
            put_aside(folder, kept)


def put_aside(folder: Path, made: Path) -> None:
    """Away with what a build made, unless it is not there, but not off the disk before `clear`.

    For half a minute after many files went, a file system (ext4) may take three times as long to
    make new ones: that is no part of a build which begins with none.
    """
    if made.exists():
        aside = folder / ASIDE
        aside.mkdir(exist_ok=True)
        made.rename(aside / str(len(list(aside.iterdir()))))


def clear(folder: Path) -> None:
    """Off the disk with what was put aside; nothing is measured for a while."""
    shutil.rmtree(folder / ASIDE, ignore_errors=True)


class Indexes:
    """The search indexes of a site, one a dialect."""

    def __init__(self, folder: Path) -> None:
        self._used = folder / CACHE / INDEX
        self._aside = folder / "indexes"

    def set_aside(self, dialect: str) -> None:
        """The last build was one in this dialect, and made the index."""
        shutil.rmtree(self._aside / dialect, ignore_errors=True)
        self._aside.mkdir(exist_ok=True)
        if self._used.is_dir():  # pagefind is installed
            self._used.rename(self._aside / dialect)

    def put_in_place(self, dialect: str) -> None:
        """The next build finds this dialect's, of the texts that were set aside, and no other."""
        shutil.rmtree(self._used, ignore_errors=True)
        if (self._aside / dialect).is_dir():
            shutil.copytree(self._aside / dialect, self._used)


@contextmanager
def changed(article: Path) -> Iterator[None]:
    """While this lasts an article has one more sentence; afterwards its own bytes."""
    before = article.read_bytes()
    article.write_bytes(before + b"\nOne more sentence.\n")
    try:
        yield
    finally:
        article.write_bytes(before)
