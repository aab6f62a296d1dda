"""Real builds: feeds of articles, read back by feedparser and held against the specifications."""

from __future__ import annotations

import filecmp
import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from tests.servers.pelican import minimal_site, pelican
from tests.site.feed_rules import atom_faults, json_faults, rss_faults

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import feedparser

SITE = "https://minimal.example"
SETTINGS = """
PLUGINS = ["pelican.plugins.language_indexes", "pelican.plugins.web_feeds"]
THEME = "simple"
THEME_TEMPLATES_OVERRIDES = ["templates"]
STATIC_PATHS = ["images"]
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/{slug}/"
ARTICLE_LANG_SAVE_AS = "{lang}/{slug}/index.html"
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
WEBSUB_HUBS = ["https://hub.example/"]
"""
HEAD = """{% extends "!simple/base.html" %}
{% block head %}{% include "web_feeds/links.html" %}{% endblock %}"""
WORDS = """[rel](../other/) and [here](#below)

<picture><source srcset="/images/a.webp 1x, b.webp 2x"><img src="/images/a.webp" alt="x"></picture>
Look: <video poster="p.jpg" src="v.mp4"></video> ]]> \x08\x0c 😀 שלום &amp; &lt;b&gt;
"""


def write(site: Path, name: str, words: str = WORDS, **matter: str) -> None:
    lines = [f"{key.replace('_', '-')}: {value}" for key, value in matter.items()]
    path = site / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, "", words]), encoding="utf-8")


def site_of(folder: Path, settings: str = "") -> Path:
    site = minimal_site(folder, SETTINGS + settings, articles=0)
    (site / "templates").mkdir()
    (site / "templates/base.html").write_text(HEAD, encoding="utf-8")
    (site / "content/images").mkdir()
    (site / "content/images/a.webp").write_bytes(b"12345")
    (site / "content/talk.mp3").write_bytes(b"1234567")
    write(
        site,
        "bread.md",
        Title="Bread & “butter” 😀",
        Date="2026-10-03 10:00",
        Modified="2026-10-09 09:00",
        Slug="bread",
        Category="Food",
        Tags="bread, oven",
        Author="Ana Ruiz",
        Image="images/a.webp",
        Audio="talk.mp3",
        Summary="A short *summary* & more < less.",
    )
    write(site, "plain.md", "Short.", Title="Plain", Date="2026-10-02", Slug="plain", Tags="oven")
    write(site, "pan.md", Title="Pan", Date="2026-10-01", Slug="pan", Lang="es", Tags="horno")
    write(site, "nota.md", "Un apunte.", Title="Un apunte", Date="2026-10-05", Slug="nota",
          Lang="es", Kind="note")  # fmt: skip
    return site


def build(site: Path, *arguments: str) -> Path:
    built = pelican(site, "--fatal", "warnings", *arguments)
    assert built.returncode == 0, built.stdout + built.stderr
    return site / "output"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(site_of(tmp_path_factory.mktemp("feeds") / "site"))


def read(file: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = feedparser.parse(file.read_bytes())
    assert not found.bozo, found.get("bozo_exception")
    return found


def items(output: Path, name: str = "feeds/feed.json") -> list[dict[str, Any]]:
    return json.loads((output / name).read_text("utf-8"))["items"]


def test_there_is_a_feed_of_each_language_topic_and_tag_in_three_formats(output: Path) -> None:
    found = {path.relative_to(output).as_posix() for path in output.rglob("feeds/**/*.*")}
    stems = [
        *("feeds/category/food", "feeds/category/misc", "feeds/tag/bread", "feeds/tag/oven"),
        *("es/feeds/category/misc", "es/feeds/tag/horno"),
    ]
    expected = {f"{stem}.{end}" for stem in stems for end in ("atom.xml", "rss.xml", "json")}
    for edition in ("feeds", "es/feeds"):
        expected |= {f"{edition}/{name}" for name in ("atom.xml", "rss.xml", "feed.json")}
    assert {name for name in found if "style-" not in name} == expected
    assert [item["title"] for item in items(output, "feeds/tag/oven.json")] == [
        "Bread & “butter” 😀",
        "Plain",
    ]
    assert {item["language"] for item in items(output, "es/feeds/feed.json")} == {"es"}


def test_every_feed_is_what_its_specification_demands(output: Path) -> None:
    atoms, all_rss = list(output.rglob("*atom.xml")), list(output.rglob("*rss.xml"))
    jsons = list(output.rglob("feeds/**/*.json"))
    assert len(atoms) == len(all_rss) == len(jsons) == 8
    assert {str(f): faults for f in atoms if (faults := atom_faults(f.read_bytes()))} == {}
    assert {str(f): faults for f in all_rss if (faults := rss_faults(f.read_bytes()))} == {}
    assert {
        str(f): faults for f in jsons if (faults := json_faults(json.loads(f.read_text())))
    } == {}


@pytest.mark.parametrize("name", ["feeds/atom.xml", "feeds/rss.xml"])
def test_a_reader_gets_back_what_was_written(output: Path, name: str) -> None:
    found = read(output / name)
    entry = found.entries[0]
    assert found.feed.title == "Minimal"
    assert entry.title == "Bread & “butter” 😀"
    assert entry.link == entry.id == f"{SITE}/bread/"
    assert entry.author == "Ana Ruiz"
    assert entry.published_parsed[:5] == (2026, 10, 3, 8, 0)
    assert {tag.term for tag in entry.tags} == {"Food", "bread", "oven"}
    recording = entry.enclosures[0]
    assert (recording.href, recording.type, recording.length) == (
        f"{SITE}/talk.mp3",
        "audio/mpeg",
        "7",
    )
    assert "😀 שלום" in entry.content[0].value
    assert found.feed.updated_parsed[:4] == (2026, 10, 9, 7)


def test_all_addresses_of_the_words_are_absolute(output: Path) -> None:
    html = items(output)[0]["content_html"]
    soup = BeautifulSoup(html, "html.parser")
    assert [a["href"] for a in soup.find_all("a")] == [f"{SITE}/other/", f"{SITE}/bread/#below"]
    source = soup.find("source")
    assert source["srcset"] == f"{SITE}/images/a.webp 1x, {SITE}/bread/b.webp 2x"
    assert soup.find("img")["src"] == f"{SITE}/images/a.webp"
    assert soup.find("video").attrs == {
        "poster": f"{SITE}/bread/p.jpg",
        "src": f"{SITE}/bread/v.mp4",
    }
    assert "&amp; &lt;b&gt;" in html
    assert "\x08" not in html


def test_both_enclosures_have_type_and_length_and_the_recording_is_published(output: Path) -> None:
    assert (output / "talk.mp3").read_bytes() == b"1234567"
    attachments = items(output)[0]["attachments"]
    assert attachments == [
        {"url": f"{SITE}/talk.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7},
        {"url": f"{SITE}/images/a.webp", "mime_type": "image/webp", "size_in_bytes": 5},
    ]
    links = etree.parse(output / "feeds/atom.xml").findall("{*}entry/{*}link[@rel='enclosure']")
    assert [(link.get("type"), link.get("length")) for link in links] == [
        ("audio/mpeg", "7"),
        ("image/webp", "5"),
    ]


def test_the_hub_and_the_feed_itself_are_named_in_every_format(output: Path) -> None:
    for name in ("atom", "rss"):
        links = {link.rel: link.href for link in read(output / f"es/feeds/{name}.xml").feed.links}
        assert links["hub"] == "https://hub.example/"
        assert links["self"] == f"{SITE}/es/feeds/{name}.xml"
    document = json.loads((output / "es/feeds/feed.json").read_text("utf-8"))
    assert document["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert document["feed_url"] == f"{SITE}/es/feeds/feed.json"


def test_a_note_has_no_title_in_any_format(output: Path) -> None:
    note = items(output, "es/feeds/feed.json")[0]
    assert "title" not in note
    assert note["content_html"] == "<p>Un apunte.</p>"
    assert read(output / "es/feeds/atom.xml").entries[0].title == ""
    assert "title" not in read(output / "es/feeds/rss.xml").entries[0]


def test_pages_announce_the_feeds_that_fit_them(output: Path) -> None:
    def announced(name: str) -> dict[str, str]:
        soup = BeautifulSoup((output / name).read_text("utf-8"), "html.parser")
        links = soup.select("link[rel=alternate][title]")
        return {link["href"].removeprefix(f"{SITE}/"): link["type"] for link in links}

    ours = announced("es/pan/index.html")
    assert ours == {
        "es/feeds/atom.xml": "application/atom+xml",
        "es/feeds/rss.xml": "application/rss+xml",
        "es/feeds/feed.json": "application/feed+json",
    }
    assert announced("es/index.html") == ours
    assert "feeds/tag/oven.json" in announced("tag/oven.html")
    assert "feeds/category/food.atom.xml" in announced("category/food.html")


def test_a_browser_that_transforms_shows_what_a_feed_is_in_its_language(output: Path) -> None:
    for name in ("atom", "rss"):
        feed = etree.parse(output / f"es/feeds/{name}.xml")
        hrefs = [node.get("href") for node in feed.xpath("/processing-instruction()")]
        assert [href.rsplit(".")[-1] for href in hrefs] == ["xsl", "css"]
        assert all((output / href.lstrip("/")).is_file() for href in hrefs)
        page = etree.XSLT(etree.parse(output / hrefs[0].lstrip("/")))(feed)
        soup = BeautifulSoup(str(page), "html.parser")
        assert soup.html["lang"] == "es"
        assert "Esto es un canal" in soup.select_one("p.note").get_text()
        assert soup.select_one("p.note a")["href"] == f"{SITE}/es/"
        assert [a["href"] for a in soup.select("li a")] == [f"{SITE}/es/nota/", f"{SITE}/es/pan/"]
        assert soup.find("script") is None
        assert "style=" not in str(page)


def test_two_builds_are_identical(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site")
    build(site, "--output", str(tmp_path / "one"))
    build(site, "--output", str(tmp_path / "two"))
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*")]
    _, differing, missing = filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", files, False)
    assert (differing, missing) == ([], [])


def test_an_id_survives_other_slugs_and_another_address_of_the_site(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site")
    write(site, "plain.md", "Short.", Title="Plain", Date="2026-10-02", Slug="plainer-still",
          Aliases="/plain/, /plainer/")  # fmt: skip
    extra = f'SITEURL = "https://new.example"\nFEED_ID_SITE = "{SITE}"\n'
    (site / "pelicanconf.py").write_text((site / "pelicanconf.py").read_text() + extra)
    entry = items(build(site), "feeds/feed.json")[1]
    assert entry["url"] == "https://new.example/plainer-still/"
    assert entry["id"] == f"{SITE}/plain/"
    assert read(site / "output/feeds/rss.xml").entries[1].id == f"{SITE}/plain/"
