"""fast_build beside plugins of others, which know nothing of it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from pelican.plugins.fast_build.twin.fitness import CONTENTS
from PIL import Image

from tests.servers.pelican import minimal_site
from tests.site.test_fast_build_same import FAST, build, one_order, tree

__all__ = ["one_order"]

OTHERS = (
    "neighbors",
    "series",
    "sitemap",
    "seo",
    "search",
    "readtime",
    "photos",
    "precompress",
    "pelican_redirect",
    "webassets",
)
# pelican-webassets brings an extension of Jinja that may look at anything: nothing is skipped then.
FORESEEABLE = tuple(name for name in OTHERS if name != "webassets")
SETTINGS = """
AUTHOR = "Marta Giner"
CACHE_PATH = "cache"
DELETE_OUTPUT_DIRECTORY = True
DEFAULT_PAGINATION = 3
ARTICLE_EXCLUDES = ["photos"]
PHOTO_LIBRARY = "content/photos"
PHOTO_RESIZE_JOBS = 1
SITEMAP = {"format": "xml"}
SEO_ENHANCER = True
ADDED = "site"
"""
# pelican-search asks a program that no registry of Python or Debian has, and gives it the pages
# that are on the disk at that moment. This one notes what it was given.
STORK = f"""#!{sys.executable}
import hashlib, pathlib, sys, tomllib
asked = tomllib.loads(pathlib.Path(sys.argv[sys.argv.index("--input") + 1]).read_text())["input"]
with open(sys.argv[sys.argv.index("--output") + 1], "w") as index:
    for file in asked["files"]:
        page = pathlib.Path(asked["base_directory"], file["path"]).read_bytes()
        print(file["url"], file["title"], hashlib.sha256(page).hexdigest(), file=index)
"""


@pytest.fixture(autouse=True)
def stork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of this name is found."""
    (tmp_path / "stork").write_text(STORK)
    (tmp_path / "stork").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path), os.environ["PATH"])))


@pytest.fixture(params=[7, CONTENTS], ids=["one-process", "two-processes"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Articles of a series with a gallery, pictures and former addresses."""
    articles: int = request.param
    site = minimal_site(tmp_path / "beside", SETTINGS, articles=articles)
    photos = site / "content" / "photos" / "tour"
    photos.mkdir(parents=True)
    for name in ("a", "b"):
        Image.new("RGB", (1800, 1200), (ord(name), 90, 120)).save(photos / f"{name}.jpg")
    for number in range(1, articles + 1):
        path = site / "content" / f"{number}.md"
        gallery = "gallery: {photo}tour\n" if number == 2 else ""
        head = f"Author: Marta Giner\nSeries: tour\nOriginal_url: old/{number}.html\n{gallery}"
        path.write_text(head + path.read_text() + "\n![A tour]({photo}tour/a.jpg)\n")
    return site


def told_apart(folder: Path) -> dict[str, bytes]:
    """Without what two builds never share: pelican-sitemap writes the moment, pelican-search the
    folder."""
    told = {name: data for name, data in tree(folder).items() if "sitemap.xml." not in name}
    told["sitemap.xml"] = re.sub(rb"<lastmod>[^<]*", b"", told["sitemap.xml"])
    told["search.toml"] = told["search.toml"].replace(bytes(folder), b"")
    return told


def assert_same_build_after_build(
    site: Path, others: Sequence[str], builds: int
) -> dict[str, bytes]:
    """What each of so many fast builds made, like the bare one."""
    said = build(site, "bare", *others)
    assert not [line for line in said if "Cannot" in line or "ERROR" in line]
    bare = told_apart(site / "bare")
    for _ in range(builds):
        build(site, "fast", *others, FAST)
        fast = told_apart(site / "fast")
        assert sorted(fast) == sorted(bare)
        assert [name for name in bare if fast[name] != bare[name]] == []
    return bare


def assert_same_before_and_after_a_change(site: Path, others: Sequence[str]) -> None:
    made = assert_same_build_after_build(site, others, 3)  # later ones find what the first has left
    assert {"photos/tour/at.jpg", "article-1.html.gz", "search-index.st"} <= made.keys()
    with (site / "content" / "3.md").open("a", encoding="utf-8") as article:
        article.write("\nOne more sentence.\n")
    changed = assert_same_build_after_build(site, others, 2)
    assert changed["article-3.html"] != made["article-3.html"]


@pytest.mark.slow
def test_plugins_of_others_make_what_they_made_build_after_build_and_after_a_change(site: Path):
    assert_same_before_and_after_a_change(site, OTHERS)


@pytest.mark.slow
@pytest.mark.parametrize("site", [7], indirect=True, ids=["one-process"])
def test_skipping_leaves_what_they_made(site: Path):
    with (site / "pelicanconf.py").open("a", encoding="utf-8") as settings:
        settings.write("FAST_BUILD_SKIP = True\n")
    assert_same_before_and_after_a_change(site, FORESEEABLE)
