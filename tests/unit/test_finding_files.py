"""The files that tell where pages are, by their values: shards, rules, former addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.site_metadata.finding.former import file_of
from pelican.plugins.site_metadata.finding.hosts import HOSTS
from pelican.plugins.site_metadata.finding.robots import ai_crawlers, robots_txt
from pelican.plugins.site_metadata.finding.sitemap import SHARD, Entry, sitemap_files

SITE = "https://vencejo.example"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def entries(count: int) -> list[Entry]:
    return [Entry(url=f"{SITE}/{n}/", changed=WHEN + timedelta(hours=n)) for n in range(count)]


def locations(data: bytes) -> list[str]:
    return [str(loc.text) for loc in ElementTree.fromstring(data).iter(f"{SITEMAP}loc")]


def test_a_small_site_has_one_shard_and_an_index() -> None:
    files = sitemap_files(SITE, entries(3))
    assert set(files) == {"sitemap.xml", "sitemap-pages.xml"}
    assert locations(files["sitemap.xml"]) == [f"{SITE}/sitemap-pages.xml"]
    assert locations(files["sitemap-pages.xml"]) == [f"{SITE}/{n}/" for n in range(3)]


def test_a_site_without_pages_has_no_sitemap() -> None:
    assert sitemap_files(SITE, []) == {}


@pytest.mark.parametrize("count", [SHARD, SHARD + 1, 5000])
def test_each_page_is_in_one_shard_of_at_most_a_thousand(count: int) -> None:
    files = sitemap_files(SITE, entries(count))
    shards = [locations(data) for name, data in files.items() if name != "sitemap.xml"]
    assert max(map(len, shards)) <= SHARD
    assert sorted(url for shard in shards for url in shard) == sorted(
        entry.url for entry in entries(count)
    )
    assert locations(files["sitemap.xml"]) == sorted(
        f"{SITE}/{name}" for name in files if name != "sitemap.xml"
    )


def test_a_new_article_changes_one_shard_and_the_index() -> None:
    before = sitemap_files(SITE, entries(3500))
    after = sitemap_files(SITE, [*entries(3500), Entry(url=f"{SITE}/new/", changed=WHEN)])
    assert set(after) == set(before)
    changed = {name for name in after if after[name] != before[name]}
    assert len(changed - {"sitemap.xml"}) == 1


def test_a_shard_that_grows_too_large_parts_and_leaves_the_others_alone() -> None:
    sites = [sitemap_files(SITE, entries(count)) for count in range(1900, 2001, 10)]
    before, after = next((a, b) for a, b in pairwise(sites) if len(a) < len(b))
    (parted,) = set(before) - set(after)
    halves = {name for name in after if name.startswith(parted.removesuffix(".xml"))}
    assert len(halves) == 2
    assert set(after) - halves == set(before) - {parted}


def test_the_index_says_when_the_newest_page_of_a_shard_changed() -> None:
    files = sitemap_files(SITE, [*entries(3), Entry(url=f"{SITE}/undated/")])
    (lastmod,) = ElementTree.fromstring(files["sitemap.xml"]).iter(f"{SITEMAP}lastmod")
    assert lastmod.text == "2026-11-20T11:30:00+00:00"
    assert files["sitemap-pages.xml"].count(b"<lastmod>") == 3


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=20))
def test_whatever_stands_in_an_address_is_escaped(text: str) -> None:
    url = f"{SITE}/?{text}"
    entry = Entry(url=url, images=(url,), alternates=(("es", url),))
    root = ElementTree.fromstring(sitemap_files(SITE, [entry])["sitemap-pages.xml"])
    (page,) = root
    values = [page[0].text, page[1].get("href"), page[2][0].text]
    assert values == [url] * 3


@pytest.mark.parametrize(
    ("path", "base", "file"),
    [
        ("/old/", "", "old/index.html"),
        ("/old", "", "old/index.html"),
        ("/old.html", "", "old.html"),
        ("/2024/01/old.HTM", "", "2024/01/old.HTM"),
        ("/v1.2/", "", "v1.2/index.html"),
        ("/v1.2", "", "v1.2/index.html"),
        ("/old.php", "", ""),
        ("/feed.xml", "", ""),
        ("/", "", "index.html"),
        ("/blog/old/", "/blog", "old/index.html"),
        ("/old/", "/blog", ""),
        ("/blogging/", "/blog", ""),
        ("/año/", "", "año/index.html"),
    ],
)
def test_a_former_path_has_a_page_where_a_host_would_serve_one(
    path: str, base: str, file: str
) -> None:
    assert file_of(path, base) == file


MOVED = {"/old/": f"{SITE}/new/", '/wh"at$/': f"{SITE}/a%20b&c/", "/año": f"{SITE}/a%C3%B1o/"}


def test_netlify_and_cloudflare_get_lines_that_win_over_the_page() -> None:
    assert HOSTS["netlify"](MOVED, ["/gone/"], "")["_redirects"].splitlines() == [
        "/a%C3%B1o https://vencejo.example/a%C3%B1o/ 301!",
        "/old/ https://vencejo.example/new/ 301!",
        "/wh%22at$/ https://vencejo.example/a%20b%26c/ 301!",
        "/gone/ /410.html 410!",
    ]
    assert "301!" not in HOSTS["cloudflare"](MOVED, ["/gone/"], "")["_redirects"]
    assert "gone" not in HOSTS["cloudflare"](MOVED, ["/gone/"], "")["_redirects"]


def test_robots_txt_lets_everybody_in_and_names_the_sitemap() -> None:
    text = robots_txt(f"{SITE}/sitemap.xml", {}).decode()
    assert text == f"User-agent: *\nDisallow:\n\nSitemap: {SITE}/sitemap.xml\n"


def test_robots_txt_asks_crawlers_that_train_to_stay_away_and_nobody_else() -> None:
    text = robots_txt("", {"AI_CRAWLERS": "disallow"}).decode()
    everybody, those = text.split("\n\n")
    assert everybody == "User-agent: *\nDisallow:"
    assert those.splitlines()[-1] == "Disallow: /"
    assert "User-agent: GPTBot" in those.splitlines()
    assert not {"Googlebot", "bingbot", "DuckDuckBot"} & set(ai_crawlers())
    assert len(set(ai_crawlers())) == len(ai_crawlers()) > 20


def test_another_word_for_crawlers_is_an_error() -> None:
    with pytest.raises(ValueError, match="write 'allow' or 'disallow'"):
        robots_txt("", {"AI_CRAWLERS": "no"})
