"""Real builds: the index, the search page, and what happens where there is no pagefind."""

from __future__ import annotations

import filecmp
import gzip
import json
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from syndication.exchange import Discussion, discussion_files, replace_file
from tests.servers.pelican import minimal_site, pelican
from tests.site.test_web_feeds_words import PAGE, said

SETTINGS = """
PLUGINS = [
    "pelican.plugins.language_indexes", "pelican.plugins.discussion_pages",
    "pelican.plugins.site_search",
]
THEME = "simple"
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/{slug}/"
ARTICLE_LANG_SAVE_AS = "{lang}/{slug}/index.html"
YEAR_ARCHIVE_URL = "{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"
LANGUAGE_SETTINGS = {"es": {"SEARCH_URL": "es/buscar/", "SEARCH_SAVE_AS": "es/buscar/index.html"}}
"""


def site_of(folder: Path, settings: str = "") -> Path:
    site = minimal_site(folder, SETTINGS + settings)
    for name, text in {
        "old": "Title: Old\nDate: 2024-02-01\nTags: b & c, a\n\nAn oldword.\n",
        "uno": "Title: Uno\nDate: 2026-10-01\nLang: es\nSlug: uno\nTags: x\n\nUna palabra.\n",
        "draft": "Title: D\nDate: 2026-10-01\nStatus: draft\n\nA draftword.\n",
        "hidden": "Title: H\nDate: 2026-10-01\nStatus: hidden\n\nA hiddenword.\n",
        "quiet": "Title: Q\nDate: 2026-10-01\nRobots: noindex\n\nA quietword.\n",
    }.items():
        (site / f"content/{name}.md").write_text(text, encoding="utf-8")
    return site


def build(site: Path, *arguments: str) -> str:
    built = pelican(site, "--fatal", "warnings", *arguments)
    assert built.returncode == 0, built.stdout + built.stderr
    return built.stdout + built.stderr


def found(output: Path, bundle: Path | None = None) -> dict[str, str]:
    """What can be found: address → words, as pagefind keeps them."""
    pages = {}
    for file in ((bundle or output / "pagefind") / "fragment").iterdir():
        data = gzip.decompress(file.read_bytes()).decode()
        page = json.loads(data[data.index("{") :])
        pages[page["meta"]["url"]] = page["content"]
    return pages


def page(output: Path, name: str = "search/index.html") -> BeautifulSoup:
    return BeautifulSoup((output / name).read_text("utf-8"), "html.parser")


def test_what_is_published_can_be_found_and_nothing_else(tmp_path: Path) -> None:
    pytest.importorskip("pagefind_bin")
    site = site_of(tmp_path / "site")
    discussion = Discussion(page=PAGE, messages=(said("spoken"),))
    for name, data in discussion_files(discussion).items():
        replace_file(site / "discussion" / name, data)
    build(site)
    assert "words of spoken" not in str(found(site / "output"))
    assert {url: words.split(". ")[-1] for url, words in found(site / "output").items()} == {
        "/article-1/": "Words of article 1.",
        "/old/": "An oldword.",
        "/es/uno/": "Una palabra.",
    }
    entry = json.loads((site / "output/pagefind/pagefind-entry.json").read_text())
    assert {lang: each["page_count"] for lang, each in entry["languages"].items()} == {
        "en": 2,
        "es": 1,
    }


def test_two_builds_make_the_same_index_and_a_new_one_replaces_the_old(tmp_path: Path) -> None:
    pytest.importorskip("pagefind_bin")
    site = site_of(tmp_path / "site", "DELETE_OUTPUT_DIRECTORY = False\n")
    build(site)
    build(site, "--output", str(tmp_path / "again"))
    one, two = site / "output/pagefind", tmp_path / "again/pagefind"
    files = [path.relative_to(one) for path in one.rglob("*.*") if path.is_file()]
    assert len(files) >= 8
    assert filecmp.cmpfiles(one, two, files, shallow=False)[1:] == ([], [])
    assert not [path for path in files if "-ui" in path.name]
    (site / "content/old.md").unlink()
    build(site)
    assert "/old/" not in found(site / "output")
    assert not list((site / "output").glob(".*"))


def test_the_page_leads_by_year_topic_and_tag_in_each_language(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site")
    build(site)
    english = [(a["href"], a.get_text()) for a in page(site / "output").select("main .doors a")]
    base = "https://minimal.example"
    assert english == [
        (f"{base}/2026/", "2026"),
        (f"{base}/2024/", "2024"),
        (f"{base}/category/misc.html", "misc"),
        (f"{base}/tag/a.html", "a"),
        (f"{base}/tag/b-c.html", "b & c"),
    ]
    spanish = page(site / "output", "es/buscar/index.html")
    assert [h.get_text() for h in spanish.select("main h2")] == [
        "Por año",
        "Por tema",
        "Por etiqueta",
    ]
    assert spanish.select_one(".doors a")["href"] == f"{base}/es/2026/"
    for link in [*page(site / "output").select(".doors a"), *spanish.select(".doors a")]:
        file = site / "output" / link["href"].removeprefix(f"{base}/")
        assert (file / "index.html" if link["href"].endswith("/") else file).is_file()


def test_nothing_on_the_page_needs_an_exception_from_a_strict_policy(tmp_path: Path) -> None:
    pytest.importorskip("pagefind_bin")
    site = site_of(tmp_path / "site")
    build(site)
    soup = page(site / "output")
    (script,) = soup.select("script")
    assert script["type"] == "module"
    assert script.get_text() == ""
    names = [script["src"], soup.select_one("link[rel=stylesheet][href*=search]")["href"]]
    for name in names:
        assert (site / "output" / name.removeprefix("https://minimal.example/")).is_file()
    inline = [tag for tag in soup.find_all(True) if any(a.startswith("on") for a in tag.attrs)]
    assert inline + soup.select("[style], style") == []


def test_without_pagefind_one_line_says_so_and_the_page_has_its_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wheel in ("pagefind_bin", "pagefind_bin_extended"):
        broken = tmp_path / "without" / wheel
        broken.mkdir(parents=True)
        (broken / "__init__.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "without"))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    site = site_of(tmp_path / "site")
    said = build(site)
    assert said.count("No search on this site: pagefind is not installed") == 1
    assert "pip install 'tertulia[search]'" in said
    soup = page(site / "output")
    assert soup.select("form, script, noscript") == []
    assert len(soup.select(".doors a")) == 5
    (style,) = soup.select('link[rel=stylesheet][href*="/search/"]')
    assert (site / "output/search" / Path(str(style["href"])).name).is_file()
    assert not (site / "output/pagefind").exists()


def test_an_index_is_made_anew_only_for_other_words(tmp_path: Path) -> None:
    pytest.importorskip("pagefind_bin")
    site = site_of(tmp_path / "site")
    build(site)
    (first,) = (site / "cache/search").iterdir()
    (first / "marked").touch()
    build(site)
    assert (first / "marked").exists()
    article = site / "content/old.md"
    for number in range(4):
        article.write_text(f"{article.read_text('utf-8')}Another{number}.\n", encoding="utf-8")
        build(site)
        assert f"Another{number}." in found(site / "output")["/old/"]
    assert len(list((site / "cache/search").iterdir())) == 3


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("#!/bin/sh\necho 'no space' >&2; exit 3\n", "pagefind ended with 3: no space"),
        ("#!/bin/sh\nexec sleep 60\n", "took longer than 0.2 s; SEARCH_TIMEOUT"),
        ("", "cannot be run"),
    ],
)
def test_a_pagefind_that_fails_is_told_of_and_the_site_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    wheel = tmp_path / "with" / "pagefind_bin_extended"
    wheel.mkdir(parents=True)
    fake = wheel / "program"
    fake.write_text(program, encoding="utf-8")
    if program:
        fake.chmod(0o755)
    (wheel / "__init__.py").write_text(f"def get_executable(): return {str(fake)!r}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "with"))
    site = site_of(tmp_path / "site", "SEARCH_TIMEOUT = 0.2\n" if "sleep" in program else "")
    built = pelican(site, "--fatal", "errors")
    assert built.returncode == 0
    said = built.stdout + built.stderr
    assert "The search was left as it was" in said
    assert reason in said
    assert (site / "output/search/index.html").is_file()


def test_a_themes_own_search_page_comes_before_ours(tmp_path: Path) -> None:
    theme = tmp_path / "site" / "theme"
    site = site_of(tmp_path / "site", 'THEME = "theme"\n')
    (theme / "templates").mkdir(parents=True)
    (theme / "templates/search.html").write_text(
        '<p id="own">{{ site_search().say("Search") }}</p>'
        '{% include "site_search/masthead.html" ignore missing %}',
        encoding="utf-8",
    )
    build(site)
    soup = page(site / "output", "es/buscar/index.html")
    assert soup.select_one("#own").get_text() == "Buscar"
    assert soup.select_one("a[rel=search]")["href"] == "https://minimal.example/es/buscar/"


def test_a_site_without_editions_has_a_search_page_too(tmp_path: Path) -> None:
    settings = 'PLUGINS = ["pelican.plugins.site_search"]\nYEAR_ARCHIVE_SAVE_AS = ""\n'
    site = site_of(tmp_path / "site", settings)
    build(site)
    links = [a["href"] for a in page(site / "output").select("main .doors a")]
    assert links[:2] == ["https://minimal.example/archives.html"] * 2
    assert "https://minimal.example/tag/a.html" in links


def test_a_build_with_the_same_words_leaves_every_file_of_the_search_alone(tmp_path: Path) -> None:
    pytest.importorskip("pagefind_bin")
    swept = 'PLUGINS += ["pelican.plugins.fast_build"]\nDELETE_OUTPUT_DIRECTORY = True\n'
    site = site_of(tmp_path / "site", swept)
    build(site)
    before = marks(site / "output")
    assert len(before) >= 8
    build(site)
    assert marks(site / "output") == before
    # The page that says which index is the newest is another one; what it names of old stays.
    article = site / "content/old.md"
    article.write_text(f"{article.read_text('utf-8')}Another.\n", encoding="utf-8")
    build(site)
    after = marks(site / "output")
    kept = {name for name in before if "fragment/" in name} & {
        name for name in after if after[name] == before.get(name)
    }
    assert len(kept) == 2
    build(site)
    assert marks(site / "output") == after


def marks(output: Path) -> dict[str, tuple[int, int]]:
    """Of each file of the search: is it still the same one?"""
    return {
        str(path.relative_to(output)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for folder in ("pagefind", "search")
        for path in (output / folder).rglob("*")
        if path.is_file()
    }


def test_a_file_of_the_index_that_somebody_changed_is_put_right(tmp_path: Path) -> None:
    pytest.importorskip("pagefind_bin")
    site = site_of(tmp_path / "site", "DELETE_OUTPUT_DIRECTORY = False\n")
    build(site)
    fragment = next((site / "output/pagefind/fragment").iterdir())
    words = fragment.read_bytes()
    fragment.write_bytes(words[:-1] + b"?")
    (site / "output/pagefind/pagefind.js").unlink()
    build(site)
    assert fragment.read_bytes() == words
    assert (site / "output/pagefind/pagefind.js").is_file()


def test_a_damaged_index_is_told_of_once_and_made_anew(tmp_path: Path) -> None:
    pytest.importorskip("pagefind_bin")
    site = site_of(tmp_path / "site")
    build(site)
    sound = found(site / "output")
    (kept,) = (site / "cache/search").iterdir()
    cut_off = next((kept / "index/fragment").iterdir())
    cut_off.write_bytes(cut_off.read_bytes()[:-20])
    told = pelican(site).stdout
    assert f"cache/search/{kept.name} was damaged, and was made anew" in told
    assert found(site / "output") == sound
    build(site)  # says no more, for warnings are fatal here
    assert found(site / "output") == sound
