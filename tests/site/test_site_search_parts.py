"""A large site's index in parts: which page is in which, what is made anew, what is removed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pelican.plugins.site_search.bundle import bring
from pelican.plugins.site_search.parts import count_of, entry_of, parts_of
from pelican.plugins.site_search.program import SearchError

from tests.servers.pelican import minimal_site
from tests.site.test_site_search import SETTINGS, build, found, marks

IN_PARTS = SETTINGS + "SEARCH_PART_PAGES = 4\nDELETE_OUTPUT_DIRECTORY = False\n"


def site_of(folder: Path, articles: int = 24) -> Path:
    """A site with one Spanish page, in one part alone."""
    site = minimal_site(folder, IN_PARTS)
    for number in range(articles):
        write(site, number)
    (site / "content/uno.md").write_text(
        "Title: Uno\nDate: 2026-10-01\nLang: es\nSlug: uno\n\nUna palabra.\n", encoding="utf-8"
    )
    return site


def write(site: Path, number: int, words: str = "Words.") -> None:
    (site / f"content/a{number}.md").write_text(
        f"Title: A{number}\nDate: 2026-10-01\nSlug: a{number}\n\n{words}\n", encoding="utf-8"
    )


def folders(output: Path) -> list[Path]:
    """The folder of each part."""
    return sorted(path.parent for path in (output / "pagefind").rglob("pagefind-entry.json"))


def of_index(site: Path) -> dict[str, tuple[int, int]]:
    """Of each file of the index: is it still the same one?"""
    every = marks(site / "output")
    return {name: mark for name, mark in every.items() if name.startswith("pagefind/")}


def entry(folder: Path) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((folder / "pagefind-entry.json").read_bytes()))


def found_in_parts(output: Path) -> dict[str, str]:
    """As `found`, of all parts together; a page in two of them fails."""
    pages: dict[str, str] = {}
    for folder in folders(output):
        part = found(output, folder)
        assert not pages.keys() & part.keys()
        pages |= part
    return pages


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that is built once, for each test to copy."""
    pytest.importorskip("pagefind_bin")
    site = site_of(tmp_path_factory.mktemp("parts") / "site")
    build(site)
    return site


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "site")


@pytest.mark.parametrize(
    ("pages", "parts"),
    [(0, 1), (1500, 1), (1501, 2), (2000, 2), (2001, 4), (10_000, 16), (50_000, 16)],
)
def test_a_site_has_as_many_parts_as_it_needs_but_no_more_than_sixteen(
    pages: int, parts: int
) -> None:
    assert count_of(pages, 1000) == parts


def pages_at(addresses: range) -> Any:
    return [SimpleNamespace(url=f"{number}/") for number in addresses]


def test_pages_are_spread_evenly_and_another_page_moves_none() -> None:
    before = parts_of(pages_at(range(10_000)), 1000)
    after = parts_of(pages_at(range(10_100)), 1000)
    assert [*before] == ["", *(f"{number}/" for number in range(2, 17))]
    assert all(500 < len(part) < 750 for part in before.values())
    for name, part in before.items():
        assert after[name][: len(part)] == part


def test_every_page_is_in_one_part_and_the_first_tells_of_all(site: Path) -> None:
    output = site / "output"
    assert {*found_in_parts(output)} == {
        *(f"/a{number}/" for number in range(24)),
        "/article-1/",
        "/es/uno/",
    }
    first, *others = folders(output)
    assert len(others) == 7
    parts = entry(first)["parts"]
    assert {(first / part).resolve() for part in parts["en"]} == {*folders(output)}
    (spanish,) = parts["es"]
    assert entry(first / spanish)["languages"].keys() == {"en", "es"}
    assert all("parts" not in entry(folder) for folder in others)


def test_a_changed_page_costs_its_own_part_alone(site: Path) -> None:
    kept = {path.name for path in (site / "cache/search").iterdir()}
    before = of_index(site)
    write(site, 7, "Otherwise.")
    build(site)
    assert "Otherwise." in found_in_parts(site / "output")["/a7/"]
    assert len({path.name for path in (site / "cache/search").iterdir()} - kept) == 1
    after = of_index(site)
    touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    (part,) = {name.split("fragment/")[0] for name in touched if "fragment/" in name}
    assert all(name.startswith(part) for name in touched)


def test_the_same_words_run_nothing_and_leave_every_file_alone(site: Path) -> None:
    before = of_index(site)
    build(site)
    assert of_index(site) == before
    assert len(folders(site / "output")) == len([*(site / "cache/search").iterdir()])


def test_a_site_that_was_changed_has_the_bytes_of_one_that_is_new(
    site: Path, tmp_path: Path
) -> None:
    for number in range(30):
        write(site, number, "Changed." if number % 5 == 0 else "Words.")
    build(site)
    assert len(folders(site / "output")) == 8
    build(site, "--output", str(tmp_path / "new"), "-e", f'SEARCH_CACHE="{tmp_path / "none"}"')
    assert bytes_of(site / "output/pagefind") == bytes_of(tmp_path / "new/pagefind")


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_parts_that_a_smaller_site_does_not_need_are_removed(site: Path) -> None:
    for number in range(4, 24):
        (site / f"content/a{number}.md").unlink()
    build(site)
    (only,) = folders(site / "output")
    assert only == site / "output/pagefind"
    assert "parts" not in entry(only)
    assert {*found_in_parts(site / "output")} == {
        *(f"/a{number}/" for number in range(4)),
        "/article-1/",
        "/es/uno/",
    }
    assert not [path for path in only.rglob("*") if path.is_dir() and not any(path.iterdir())]


def test_a_sweep_of_the_output_folder_leaves_every_part(site: Path) -> None:
    with (site / "pelicanconf.py").open("a", encoding="utf-8") as settings:
        settings.write(
            'PLUGINS += ["pelican.plugins.fast_build"]\nDELETE_OUTPUT_DIRECTORY = True\n'
        )
    build(site)
    before = of_index(site)
    build(site)
    assert len(folders(site / "output")) == 8
    assert of_index(site) == before


def test_a_broken_entry_in_the_cache_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "pagefind-entry.json").write_bytes(b"")
    with pytest.raises(SearchError, match=r"is broken: remove .* and build again"):
        entry_of({"": tmp_path})


def test_two_runs_of_pagefind_name_the_languages_in_one_order(tmp_path: Path) -> None:
    pytest.importorskip("pagefind_bin")
    from pelican.plugins.site_search.index import IndexCache
    from pelican.plugins.site_search.program import program

    pages = {
        f"{language}.html": f"<html lang={language}><body>Words of {language}</body></html>"
        for language in ("en", "es", "fr", "de", "it", "pt")
    }
    pagefind = program()
    assert pagefind
    said = {
        (index / "pagefind-entry.json").read_bytes()
        for run in range(3)
        for index, _ in [IndexCache(tmp_path / str(run), pagefind, 60).index(pages)]
    }
    assert len(said) == 1
    assert [*json.loads(said.pop())["languages"]] == ["de", "en", "es", "fr", "it", "pt"]


def test_of_an_index_that_is_brought_what_leads_to_it_is_missing(tmp_path: Path) -> None:
    index, bundle = tmp_path / "index", tmp_path / "bundle"
    for name in ("pagefind-entry.json", "pagefind.js", "fragment/en_new"):
        file = index / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("new")
    bundle.mkdir()
    (bundle / "pagefind.js").write_text("old")
    bring(index, bundle)
    there = {path.name: path.read_text() for path in bundle.rglob("*") if path.is_file()}
    assert there == {"pagefind.js": "old", "en_new": "new"}
