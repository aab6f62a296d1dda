"""What was read is kept for as long as builds ask for it, and found by whichever process reads."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pelican.plugins.fast_build.cache import KEPT, NOWHERE, TABLE, Cache, Found, Search

KEY, OTHER = b"k" * 20, b"o" * 20


def cache_on(day: int, file: Path) -> Cache:
    connection = sqlite3.connect(file)
    connection.execute(TABLE)
    return Cache(file, connection, day)


def keep(file: Path, day: int, *found: Found) -> None:
    cache = cache_on(day, file)
    for each in found:
        cache.note(each)
    cache.close()


def found_in(file: Path, key: bytes) -> Found | None:
    """As a process that reads finds it; such a process ends without closing anything."""
    cache = cache_on(20_000, file) if file.parent.is_dir() else None
    search = Search(file, cache.keys if cache else frozenset([key]))
    if cache:
        cache.close()
    try:
        return search.found(key)
    finally:
        if search._connection is not None:
            search._connection.close()


def test_what_is_noted_is_found_by_its_key_with_the_day(tmp_path: Path) -> None:
    file = tmp_path / "read.sqlite"
    keep(file, 20_000, Found(b"text", KEY, 0))

    assert found_in(file, KEY) == Found(b"text", KEY, 20_000)
    assert found_in(file, OTHER) is None


def test_what_is_to_be_kept_nowhere_is_not(tmp_path: Path) -> None:
    file = tmp_path / "read.sqlite"
    keep(file, 20_000, Found(b"text", NOWHERE, 0))

    assert found_in(file, NOWHERE) is None


def test_what_is_asked_for_stays_and_what_nobody_asks_for_goes(tmp_path: Path) -> None:
    file = tmp_path / "read.sqlite"
    keep(file, 20_000, Found(b"text", KEY, 0), Found(b"other", OTHER, 0))

    keep(file, 20_000 + KEPT + 1, Found(b"text", KEY, 20_000))

    assert found_in(file, KEY) == Found(b"text", KEY, 20_000 + KEPT + 1)
    assert found_in(file, OTHER) is None


def test_where_there_is_no_cache_nothing_is_found(tmp_path: Path) -> None:
    assert found_in(tmp_path / "missing" / "read.sqlite", KEY) is None


def test_nobody_looks_for_what_was_not_there_when_the_build_began(tmp_path: Path) -> None:
    file = tmp_path / "read.sqlite"
    keep(file, 20_000, Found(b"text", KEY, 0))

    search = Search(file, frozenset([OTHER]))

    assert search.found(KEY) is None
    assert search._connection is None


def test_a_cache_that_breaks_while_it_is_open_has_no_keys(tmp_path: Path) -> None:
    cache = cache_on(20_000, tmp_path / "read.sqlite")
    cache._connection.execute("DROP TABLE readings")
    assert cache.keys == frozenset()
    cache.close()


def test_a_reading_comes_out_of_its_package_as_it_went_in() -> None:
    found = Found(b'["text"]', KEY, 20_000)
    assert Found.unpacked(found.packed()) == found
