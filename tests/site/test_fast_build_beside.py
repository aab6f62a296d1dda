"""fast_build beside plugins of others, which know nothing of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.servers.pelican import minimal_site
from tests.site.test_fast_build_same import FAST, build, one_order, tree

__all__ = ["one_order"]

OTHERS = (
    "neighbors",
    "series",
    "sitemap",
    "seo",
    "readtime",
    "photos",
    "precompress",
    "pelican_redirect",
    "webassets",
)
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles of a series with a gallery, pictures and former addresses."""
    site = minimal_site(tmp_path_factory.mktemp("beside"), SETTINGS, articles=7)
    photos = site / "content" / "photos" / "tour"
    photos.mkdir(parents=True)
    for name in ("a", "b"):
        Image.new("RGB", (1800, 1200), (ord(name), 90, 120)).save(photos / f"{name}.jpg")
    for number in range(1, 8):
        path = site / "content" / f"{number}.md"
        gallery = "gallery: {photo}tour\n" if number == 2 else ""
        head = f"Author: Marta Giner\nSeries: tour\nOriginal_url: old/{number}.html\n{gallery}"
        path.write_text(head + path.read_text() + "\n![A tour]({photo}tour/a.jpg)\n")
    return site


def timeless(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without the moment of the build, which pelican-sitemap writes."""
    told = {name: data for name, data in files.items() if "sitemap.xml." not in name}
    told["sitemap.xml"] = re.sub(rb"<lastmod>[^<]*", b"", told["sitemap.xml"])
    return told


def test_plugins_of_others_make_what_they_made_build_after_build(site: Path):
    said = build(site, "bare", *OTHERS)
    assert not [line for line in said if "Cannot" in line or "ERROR" in line]
    bare = timeless(tree(site / "bare"))
    assert "photos/tour/at.jpg" in bare
    assert "article-1.html.gz" in bare
    for _ in range(3):  # the second and third find what the first has left
        build(site, "fast", *OTHERS, FAST)
        fast = timeless(tree(site / "fast"))
        assert sorted(fast) == sorted(bare)
        assert [name for name in bare if fast[name] != bare[name]] == []
    shutil.rmtree(site / "fast")
