"""The search's cache: an index that was damaged is made anew."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pelican.plugins.site_search.index import IndexCache

ENTRY, FRAGMENT = "pagefind-entry.json", "fragment/en_1"
PROGRAM = f"""#!{sys.executable}
import pathlib, sys
index = pathlib.Path(sys.argv[sys.argv.index("--output-path") + 1])
(index / "fragment").mkdir(parents=True)
(index / "{ENTRY}").write_text('{{"languages": {{}}}}')
(index / "{FRAGMENT}").write_text("words")
"""
PAGES = {"a.html": "<html></html>"}


@pytest.fixture
def cache(tmp_path: Path) -> IndexCache:
    """One whose pagefind makes an index of two small files."""
    program = tmp_path / "pagefind"
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    return IndexCache(tmp_path / "cache", program, 60)


def test_an_index_that_is_whole_is_made_once(cache: IndexCache) -> None:
    index, damaged = cache.index(PAGES)
    made = (index / FRAGMENT).stat().st_mtime_ns
    assert cache.index(PAGES) == (index, False)
    assert ((index / FRAGMENT).stat().st_mtime_ns, damaged) == (made, False)


@pytest.mark.parametrize(
    "damage",
    [
        lambda index: (index / FRAGMENT).write_text(""),
        lambda index: (index / FRAGMENT).write_text("wor"),
        lambda index: (index / FRAGMENT).unlink(),
        lambda index: (index / ENTRY).write_bytes(bytes((index / ENTRY).stat().st_size)),
        lambda index: (index.parent / "contents.json").write_text(""),
        lambda index: (index.parent / "contents.json").unlink(),
    ],
)
def test_an_index_that_was_damaged_is_made_anew(
    cache: IndexCache, damage: Callable[[Path], object]
) -> None:
    index, _ = cache.index(PAGES)
    damage(index)
    assert cache.index(PAGES) == (index, True)
    assert (index / FRAGMENT).read_text("utf-8") == "words"
    assert cache.index(PAGES) == (index, False)
