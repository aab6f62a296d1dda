"""Real builds: what people said, in feeds: whole, harmless, and gone once it is withdrawn."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from syndication.exchange import (
    Discussion,
    Site,
    Speaker,
    Utterance,
    discussion_files,
    replace_file,
    site_bytes,
)
from tests.servers.pelican import minimal_site, pelican
from tests.site.feed_rules import atom_faults, json_faults, rss_faults

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import feedparser

SITE = "https://minimal.example"
SETTINGS = """
PLUGINS = [
    "pelican.plugins.language_indexes", "pelican.plugins.discussion_pages",
    "pelican.plugins.web_feeds",
]
THEME = "simple"
THEME_TEMPLATES_OVERRIDES = ["templates"]
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
DELETE_OUTPUT_DIRECTORY = False
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
"""
HEAD = """{% extends "!simple/base.html" %}
{% block head %}{% include "web_feeds/links.html" %}{% endblock %}"""
WHEN = datetime(2026, 11, 21, 8, 15, tzinfo=UTC)
PAGE = "/article-1/"
FORMATS = ("atom.xml", "rss.xml", "json")


def said(name: str, reply_to: str | None = None, minutes: int = 0, **changes: Any) -> Utterance:
    facts: dict[str, Any] = {
        "id": f"https://social.example/{name}",
        "url": f"https://social.example/@lucia/{name}",
        "author": Speaker(name="Lucía Ferrer", url="https://social.example/@lucia"),
        "html": f"<p>words of {name}</p>",
        "published": WHEN + timedelta(minutes=minutes),
        "network": "mastodon",
        "reply_to": f"https://social.example/{reply_to}" if reply_to else None,
    }
    return Utterance(**(facts | changes))


class Conversation:
    """A site of two articles, and what its daemon gave it."""

    def __init__(self, folder: Path) -> None:
        self.folder = minimal_site(folder, SETTINGS, articles=2)
        self.output = folder / "output"
        (folder / "templates").mkdir()
        (folder / "templates/base.html").write_text(HEAD, encoding="utf-8")

    def discuss(self, *messages: Utterance, latest: Sequence[Utterance] | None = None) -> None:
        """The daemon exports anew; without a message it deletes the page's document."""
        given = self.folder / "discussion"
        shutil.rmtree(given, ignore_errors=True)
        if messages:
            for name, data in discussion_files(Discussion(page=PAGE, messages=messages)).items():
                replace_file(given / name, data)
        last = messages if latest is None else latest
        site = Site(latest=tuple((PAGE, message) for message in last))
        replace_file(given / "site.json", site_bytes(site))

    def build(self) -> None:
        built = pelican(self.folder, "--fatal", "warnings")
        assert built.returncode == 0, built.stdout + built.stderr

    def read(self, name: str) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = feedparser.parse((self.output / name).read_bytes())
        assert not found.bozo, found.get("bozo_exception")
        return found

    def items(self, name: str = "article-1/comments.json") -> list[dict[str, Any]]:
        return list(json.loads((self.output / name).read_text("utf-8"))["items"])


@pytest.fixture
def site(tmp_path: Path) -> Conversation:
    return Conversation(tmp_path / "site")


def test_an_article_that_is_talked_about_has_feeds_of_it_and_another_has_none(
    site: Conversation,
) -> None:
    site.discuss(said("first"), said("answer", "first", 5))
    site.build()
    for form in FORMATS:
        assert (site.output / f"article-1/comments.{form}").is_file()
        assert not (site.output / f"article-2/comments.{form}").exists()
    for name in ("article-1/comments", "feeds/words"):
        found = site.read(f"{name}.rss.xml")
        assert [entry.summary for entry in found.entries] == [
            "<p>words of answer</p>",
            "<p>words of first</p>",
        ]
        assert {entry.author for entry in found.entries} == {"Lucía Ferrer"}
        assert found.entries[0].title == "Lucía Ferrer on “Article 1”"
        assert site.read(f"{name}.atom.xml").feed.updated_parsed[:5] == (2026, 11, 21, 8, 20)


def test_feeds_of_words_are_what_the_specifications_demand(site: Conversation) -> None:
    site.discuss(said("first", warning="Loud"), said("answer", "first", 5))
    site.build()
    for name in ("article-1/comments", "feeds/words"):
        assert atom_faults((site.output / f"{name}.atom.xml").read_bytes()) == []
        assert rss_faults((site.output / f"{name}.rss.xml").read_bytes()) == []
        assert json_faults(json.loads((site.output / f"{name}.json").read_text())) == []
    for name in ("feeds/atom.xml", "feeds/rss.xml"):
        data = (site.output / name).read_bytes()
        assert (atom_faults if "atom" in name else rss_faults)(data) == []


def test_an_entry_says_how_many_replied_and_where_to_follow_them(site: Conversation) -> None:
    site.discuss(said("first"), said("answer", "first", 5))
    site.build()
    item = site.read("feeds/rss.xml").entries[-1]
    assert item.link == f"{SITE}/article-1/"
    assert item.slash_comments == "2"
    assert item.wfw_commentrss == f"{SITE}/article-1/comments.rss.xml"
    assert item.comments == f"{SITE}/article-1/#discussion"
    thread = "{http://purl.org/syndication/thread/1.0}"
    replies = etree.parse(site.output / "feeds/atom.xml").findall(
        "{*}entry/{*}link[@rel='replies']"
    )
    assert [(link.get("type"), link.get("href")) for link in replies] == [
        ("text/html", f"{SITE}/article-1/#discussion"),
        ("application/atom+xml", f"{SITE}/article-1/comments.atom.xml"),
    ]
    assert {link.get(f"{thread}count") for link in replies} == {"2"}
    assert {link.get(f"{thread}updated") for link in replies} == {"2026-11-21T09:20:00+01:00"}
    quiet = site.read("feeds/rss.xml").entries[0]
    assert "slash_comments" not in quiet
    assert "wfw_commentrss" not in quiet


def test_an_answer_names_what_it_answers(site: Conversation) -> None:
    site.discuss(said("first"), said("answer", "first", 5))
    site.build()
    answer, first = site.items()
    name = "{http://purl.org/syndication/thread/1.0}in-reply-to"
    for form in ("atom.xml", "rss.xml"):
        parents = list(etree.parse(site.output / f"article-1/comments.{form}").iter(name))
        assert [parent.get("ref") for parent in parents] == [first["id"], f"{SITE}/article-1/"]
        assert parents[0].get("href") == first["url"]
    assert answer["_discussion"]["in_reply_to"]["id"] == first["id"]


def test_hostile_words_are_harmless_and_whole(site: Conversation) -> None:
    site.discuss(
        said(
            "bad",
            html='<p onclick="x()">]]> &lt;b&gt; \x0b<script>alert(1)</script>'
            '<a href="javascript:x()">y</a></p>',
            author=Speaker(name='<b>"Eve"</b> \x08& ]]>', url="javascript:alert(1)"),
        ),
        said("rtl", html="<p>שלום</p>", direction="rtl", language="he", minutes=1),
        said("loud", warning="<i>Blood</i> & \x0bgore", minutes=2),
    )
    site.build()
    by_id = {item["url"]: item for item in site.items()}
    loud, rtl, bad = (item["content_html"] for item in by_id.values())
    assert "script" not in bad
    assert "onclick" not in bad
    assert "]]&gt; &lt;b&gt;" in bad
    assert rtl == '<div dir="rtl"><p>שלום</p></div>'
    assert loud.startswith("<details><summary>&lt;i&gt;Blood&lt;/i&gt; &amp; gore</summary>")
    assert site.items()[2]["title"] == '‹b›"Eve"‹/b› & ]]› on “Article 1”'
    author = site.items()[2]["authors"]
    assert author == [{"name": '<b>"Eve"</b> & ]]>'}]
    for form in ("atom", "rss"):
        text = (site.output / f"article-1/comments.{form}.xml").read_text("utf-8")
        assert "<script" not in text
        assert "javascript:" not in text
        assert 'lang="he"' in text


def test_withdrawn_words_leave_the_feeds_and_an_empty_feed_leaves_the_site(
    site: Conversation,
) -> None:
    site.discuss(said("stays"), said("goes", minutes=1))
    site.build()
    before = site.items()
    site.discuss(said("stays"))
    site.build()
    assert site.items() == before[1:]
    everything = b"".join(path.read_bytes() for path in site.output.rglob("*.*"))
    assert b"words of stays" in everything
    assert b"words of goes" not in everything
    site.discuss()
    site.build()
    left = {path.name for path in site.output.rglob("*.*")}
    assert not {f"{stem}.{form}" for stem in ("comments", "words") for form in FORMATS} & left
    assert "slash_comments" not in site.read("feeds/rss.xml").entries[-1]


def test_the_feed_of_a_page_follows_its_words_its_title_and_the_time_zone(
    site: Conversation,
) -> None:
    article, settings = site.folder / "content/1.md", site.folder / "pelicanconf.py"
    site.discuss(said("first"))
    site.build()
    site.discuss(said("first", html="<p>other words</p>"))
    site.build()
    assert [item["content_html"] for item in site.items()] == ["<p>other words</p>"]
    title = article.read_text("utf-8").replace("Article 1", "Swifts")
    article.write_text(title, encoding="utf-8")
    site.build()
    assert [item["title"] for item in site.items()] == ["Lucía Ferrer on “Swifts”"]
    with settings.open("a", encoding="utf-8") as more:
        more.write('TIMEZONE = "Asia/Tokyo"\n')
    site.build()
    assert [item["date_published"] for item in site.items()] == ["2026-11-21T17:15:00+09:00"]


def test_words_on_a_page_that_is_gone_are_in_no_feed(site: Conversation) -> None:
    site.discuss(said("here"), latest=[said("here")])
    gone = Site(latest=(("/gone/", said("orphan", minutes=9)), (PAGE, said("here"))))
    replace_file(site.folder / "discussion/site.json", site_bytes(gone))
    site.build()
    assert [item["content_html"] for item in site.items("feeds/words.json")] == [
        "<p>words of here</p>"
    ]


def test_the_page_of_a_discussion_announces_its_feed_and_every_page_the_latest_words(
    site: Conversation,
) -> None:
    site.discuss(said("first"))
    site.build()

    def announced(name: str) -> set[str]:
        soup = BeautifulSoup((site.output / name).read_text("utf-8"), "html.parser")
        return {str(link["href"]) for link in soup.select("link[rel=alternate]")}

    comments = {f"{SITE}/article-1/comments.{form}" for form in FORMATS}
    latest = {f"{SITE}/feeds/words.{form}" for form in FORMATS}
    assert comments | latest <= announced("article-1/index.html")
    assert not comments & announced("article-2/index.html")
    assert latest <= announced("article-2/index.html")
    for url in announced("article-1/index.html") | announced("index.html"):
        assert (site.output / url.removeprefix(f"{SITE}/")).is_file()


def test_ids_of_words_are_the_same_in_every_build_and_under_another_slug(
    site: Conversation,
) -> None:
    site.discuss(said("first"))
    site.build()
    (before,) = site.items()
    article = site.folder / "content/1.md"
    article.write_text(
        article.read_text("utf-8").replace("Slug: article-1", "Slug: one\nAliases: /article-1/"),
        encoding="utf-8",
    )
    given = site.folder / "discussion"
    for name, data in discussion_files(Discussion(page="/one/", messages=(said("first"),))).items():
        replace_file(given / name, data)
    site.build()
    (after,) = site.items("one/comments.json")
    assert after["id"] == before["id"]
    assert after["url"] == before["url"].replace("article-1", "one")
