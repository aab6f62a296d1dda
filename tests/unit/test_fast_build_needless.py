"""What is left out of a build would have come to nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pelican.generators import ArticlesGenerator
from pelican.plugins.fast_build.run import exchanged
from pelican.readers import BaseReader
from pelican.settings import DEFAULT_CONFIG


def generator_of(folder: Path, **settings: Any) -> ArticlesGenerator:
    own = {**DEFAULT_CONFIG, "PATH": str(folder), "CACHE_PATH": str(folder / "cache"), **settings}
    (folder / "article.unread").write_text("words")
    (folder / "article.html").write_text("words")
    return ArticlesGenerator(
        context={**own, "generated_content": {}, "static_links": set(), "static_content": {}},
        settings=own,
        path=str(folder),
        theme=own["THEME"],
        output_path=str(folder / "output"),
    )


def test_the_files_of_a_reader_that_misses_a_library_are_named(tmp_path: Path):
    generator, named = generator_of(tmp_path), []
    generator.readers.disabled_readers["unread"] = BaseReader(generator.settings)
    generator.readers.check_file = named.append
    with exchanged():
        generator.check_disabled_readers()
    assert [Path(name).name for name in named] == ["article.unread"]


def test_no_folder_is_walked_through_where_no_reader_misses_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    generator = generator_of(tmp_path)
    monkeypatch.setattr(generator, "get_files", None)
    assert not generator.readers.disabled_extensions
    with exchanged():
        generator.check_disabled_readers()


def test_what_pelican_is_to_keep_it_keeps(tmp_path: Path):
    generator = generator_of(tmp_path, CACHE_CONTENT=True, CONTENT_CACHING_LAYER="generator")
    with exchanged():
        generator.cache_data("article.html", "words")
    assert generator.get_cached_data("article.html") == "words"


def test_no_file_is_stamped_where_pelican_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    generator = generator_of(tmp_path)
    monkeypatch.setattr(os.path, "getmtime", None)
    with exchanged():
        generator.cache_data("article.html", "words")
    assert generator._cache == {}
