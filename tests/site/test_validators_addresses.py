"""How the pages of the built site name themselves and each other, and the sitemap that names them.

The sitemap is held to https://www.sitemaps.org/protocol.html by code: elements, their order, limits
and formats; and to output/: each page that may be indexed once, and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup, Tag

from tests.servers.whole_site import ADDRESS

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
ORDER = ["loc", "lastmod", "changefreq", "priority"]
SHARD = 1000  # addresses in one file


@dataclass(slots=True, kw_only=True)
class Page:
    """What one HTML file says of itself."""

    url: str
    soup: BeautifulSoup
    canonical: list[str] = field(default_factory=list)
    translations: dict[str, str] = field(default_factory=dict)  # hreflang → address
    indexable: bool = True


@pytest.fixture(scope="module")
def pages(whole_site: Path) -> dict[str, Page]:
    return {page.url: page for page in read(whole_site)}


def read(output: Path) -> Iterator[Page]:
    """Every HTML file of a built site."""
    for file in sorted(output.rglob("*.html")):
        soup = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        robots = soup.select_one("meta[name=robots]")
        alternates = soup.select("link[rel=alternate][hreflang]")
        path = file.relative_to(output).as_posix().removesuffix("index.html")
        yield Page(
            url=f"{ADDRESS}/{path}",
            soup=soup,
            canonical=[str(link["href"]) for link in soup.select("link[rel=canonical]")],
            translations={str(link["hreflang"]): str(link["href"]) for link in alternates},
            indexable="noindex" not in (str(robots["content"]) if robots else ""),
        )


def test_a_page_that_may_be_indexed_names_itself_as_canonical_once(pages: dict[str, Page]) -> None:
    wrong = {url: page.canonical for url, page in pages.items() if page.indexable}
    assert {url: named for url, named in wrong.items() if named != [url]} == {}


def test_a_page_that_may_not_be_indexed_never_claims_to_be_the_canonical_one(
    pages: dict[str, Page],
) -> None:
    hidden = [page for page in pages.values() if not page.indexable]
    assert {urlsplit(page.url).path for page in hidden} >= {"/404.html"}
    for page in hidden:
        assert all(pages[named].indexable for named in page.canonical if named != page.url)


def test_drafts_and_the_page_for_nothing_are_not_indexed(pages: dict[str, Page]) -> None:
    for url, page in pages.items():
        if "/drafts/" in url or url.endswith("/404.html"):
            assert not page.indexable, url


def test_translations_name_each_other_and_themselves(pages: dict[str, Page]) -> None:
    paired = 0
    for url, page in pages.items():
        if not page.translations or not page.indexable:
            continue
        paired += 1
        assert url in page.translations.values(), f"{url} does not name itself"
        assert "x-default" in page.translations, url
        for language, other in page.translations.items():
            assert other in pages, f"{url}: {other} is not there"
            assert pages[other].indexable, f"{url}: {other} is not indexed"
            assert pages[other].translations == page.translations, f"{url} and {other} disagree"
            if language != "x-default":
                root = pages[other].soup.html
                assert isinstance(root, Tag)
                assert root["lang"] == language, other
    assert paired >= 30


def test_the_sitemap_names_each_page_that_may_be_indexed_once_and_nothing_else(
    whole_site: Path, pages: dict[str, Page]
) -> None:
    named = Counter(text(entry, "loc") for entry in entries(whole_site))
    assert [url for url, times in named.items() if times > 1] == []
    assert set(named) == {url for url, page in pages.items() if page.indexable}


def test_the_sitemap_keeps_to_its_protocol(whole_site: Path) -> None:
    for file in shards(whole_site):
        root = ElementTree.parse(file).getroot()
        assert root.tag == f"{SITEMAP}urlset"
        assert 1 <= len(root) <= SHARD, file
        assert file.stat().st_size < 50 * 1024 * 1024
        for entry in root:
            assert entry.tag == f"{SITEMAP}url"
            known = [child.tag.removeprefix(SITEMAP) for child in entry if SITEMAP in child.tag]
            assert known == [name for name in ORDER if name in known], "order, or a stranger"
            address = text(entry, "loc")
            assert address.startswith(f"{ADDRESS}/")
            assert len(address) < 2048
            assert not re.search(r"[\s<>\"]", address)
            if "lastmod" in known:
                changed = text(entry, "lastmod")
                assert datetime.fromisoformat(changed).tzinfo or len(changed) == len("2026-11-22")
            others = {child.tag for child in entry if SITEMAP not in child.tag}
            assert others <= {LINK, f"{IMAGE}image"}


def test_the_sitemap_and_the_pages_say_the_same_of_translations_and_pictures(
    whole_site: Path, pages: dict[str, Page]
) -> None:
    pictures = 0
    for entry in entries(whole_site):
        page = pages[text(entry, "loc")]
        said = {link.attrib["hreflang"]: link.attrib["href"] for link in entry.findall(LINK)}
        if said:
            assert said == page.translations, page.url
        for place in entry.findall(f"{IMAGE}image/{IMAGE}loc"):
            pictures += 1
            path = unquote(urlsplit(str(place.text)).path)
            assert (whole_site / path.lstrip("/")).is_file(), path
    assert pictures > 5


def test_the_sitemap_says_when_what_has_a_date_changed(
    whole_site: Path, pages: dict[str, Page]
) -> None:
    dated = 0
    for entry in entries(whole_site):
        published = pages[text(entry, "loc")].soup.select_one("main > article time.dt-published")
        if published:
            dated += 1
            assert text(entry, "lastmod")[:10] >= str(published["datetime"])[:10], entry
    assert dated >= 24


def test_robots_txt_leads_to_the_sitemap(whole_site: Path) -> None:
    lines = (whole_site / "robots.txt").read_text(encoding="utf-8").splitlines()
    (named,) = [line.partition(":")[2].strip() for line in lines if line.startswith("Sitemap:")]
    assert (whole_site / named.removeprefix(f"{ADDRESS}/")).is_file()


def shards(output: Path) -> list[Path]:
    """The files that the index of the sitemap names, all below output/."""
    root = ElementTree.parse(output / "sitemap.xml").getroot()
    assert root.tag == f"{SITEMAP}sitemapindex"
    found = []
    for entry in root:
        assert entry.tag == f"{SITEMAP}sitemap"
        address = text(entry, "loc")
        assert address.startswith(f"{ADDRESS}/")
        found.append(output / address.removeprefix(f"{ADDRESS}/"))
    assert found
    assert len(found) == len(set(found))
    return found


def entries(output: Path) -> list[ElementTree.Element]:
    """Every address of the sitemap, with what is said of it."""
    return [entry for file in shards(output) for entry in ElementTree.parse(file).getroot()]


def text(entry: ElementTree.Element, name: str) -> str:
    """The words of an element that must be there."""
    found = entry.find(f"{SITEMAP}{name}")
    assert found is not None, f"{name} is missing"
    assert found.text, f"{name} is empty"
    return found.text
