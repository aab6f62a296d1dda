"""Real builds: the words of people on the page, whole, harmless and in order."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from pelican.plugins.discussion_pages import documents as reading
from pelican.plugins.discussion_pages.documents import KEPT, Documents
from pelican.plugins.discussion_pages.made import Made
from pelican.plugins.discussion_pages.messages import MessageView
from pelican.plugins.discussion_pages.place import Place
from pelican.plugins.discussion_pages.texts import Texts
from pelican.plugins.discussion_pages.tree import DEEPEST, Branch, arrange
from pelican.plugins.discussion_pages.views import DiscussionView
from PIL import Image

from syndication.exchange import (
    Discussion,
    Site,
    Speaker,
    Syndicated,
    Utterance,
    discussion_files,
    document_path,
    replace_file,
    site_bytes,
)
from syndication.model import Picture
from tests.servers.pelican import pelican
from tests.servers.required import missing

PLUGIN = Path(__file__).parents[2] / "plugins" / "discussion_pages"
SETTINGS = """
SITENAME = "Vencejo"
SITEURL = "https://vencejo.example"
PATH = "content"
TIMEZONE = "Europe/Madrid"
DEFAULT_LANG = "es"
THEME = "simple"
THEME_TEMPLATES_OVERRIDES = ["templates"]
PLUGINS = ["pelican.plugins.discussion_pages"]
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/{slug}/"
ARTICLE_LANG_SAVE_AS = "{lang}/{slug}/index.html"
CATEGORY_FEED_ATOM = FEED_ALL_ATOM = TRANSLATION_FEED_ATOM = None
"""
# What a theme has to do, and all of it.
ARTICLE = """{% extends "!theme/article.html" %}
{% block content %}{{ super() }}
{% include "discussion/copies.html" %}
{% include "discussion/thread.html" %}
{% endblock %}
"""
WHEN = datetime(2026, 11, 21, 8, 15, tzinfo=UTC)


class SiteFolder:
    """A site under test and what its daemon gave it."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        self.output = folder / "output"
        self.write("pelicanconf.py", SETTINGS + settings)
        self.write("templates/article.html", ARTICLE)
        self.write("templates/page.html", ARTICLE.replace("article.html", "page.html"))
        self.article()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def article(self, slug: str = "frenos", front_matter: str = "") -> None:
        self.write(
            f"content/{slug}.md",
            "Title: Frenos <i>y</i> más\nDate: 2026-11-20\n"
            f"Slug: {slug}\n{front_matter}\n\nHola.\n",
        )

    def discuss(self, *messages: Utterance, page: str = "/frenos/", **facts: Any) -> Path:
        """The daemon exports; returns the first file."""
        folder = self.folder / "discussion"
        for name in (folder / document_path(page)).parent.glob("index*.json"):
            name.unlink()
        discussion = Discussion(page=page, messages=messages, **facts)
        for name, data in discussion_files(discussion).items():
            replace_file(folder / name, data)
        return folder / document_path(page)

    def picture(self, name: str) -> bytes:
        path = self.folder / "discussion" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), "teal").save(path, "WEBP")
        return path.read_bytes()

    def build(self, *arguments: str) -> str:
        """Build as our commands do; returns the log."""
        done = pelican(self.folder, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def html(self, name: str = "frenos/index.html") -> str:
        return (self.output / name).read_text(encoding="utf-8")

    def page(self, name: str = "frenos/index.html") -> BeautifulSoup:
        return BeautifulSoup(self.html(name), "html.parser")

    def section(self, name: str = "frenos/index.html") -> Tag:
        section = self.page(name).find(id="discussion")
        assert isinstance(section, Tag)
        return section


@pytest.fixture(autouse=True)
def wide_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of the log is a line."""
    monkeypatch.setenv("COLUMNS", "1000")


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path)


def message(name: object, reply_to: object = None, **changes: Any) -> Utterance:
    facts: dict[str, Any] = {
        "id": f"https://social.example/{name}",
        "url": f"https://social.example/@lucia/{name}",
        "author": Speaker(
            name="Lucía Ferrer",
            url="https://social.example/@lucia",
            handle="lucia@social.example",
        ),
        "html": f"<p>words of {name}</p>",
        "published": WHEN,
        "network": "mastodon",
        "reply_to": None if reply_to is None else f"https://social.example/{reply_to}",
    }
    return Utterance(**(facts | changes))


def shape(items: Iterable[Tag]) -> list[Any]:
    """The tree as the page nests it: [words, [answers]]."""
    found = []
    for item in items:
        words = item.find(class_="message__words", recursive=True)
        below = item.find("ol", recursive=False)
        answers = below.find_all("li", recursive=False) if isinstance(below, Tag) else []
        assert isinstance(words, Tag)
        found.append([words.get_text().removeprefix("words of "), shape(answers)])
    return found


def top(section: Tag) -> list[Tag]:
    messages = section.find(class_="discussion__messages")
    assert isinstance(messages, Tag)
    return messages.find_all("li", recursive=False)


def test_only_a_handle_that_people_address_has_its_at_sign(site: SiteFolder) -> None:
    web = Speaker(name="Mara", url="https://mara.example/", handle="mara.example")
    site.discuss(message(1), message(2, network="webmention", author=web))
    site.build("--fatal", "errors")
    shown = [item.find(class_="p-nickname").get_text() for item in top(site.section())]
    assert shown == ["@lucia@social.example", "mara.example"]


def test_a_message_shows_who_said_it_where_when_and_what(site: SiteFolder) -> None:
    site.picture("pictures/9f2c.webp")
    site.picture("pictures/77b0.webp")
    site.discuss(
        message(
            1,
            author=Speaker(
                name="Lucía",
                url="https://social.example/@lucia",
                handle="lucia@social.example",
                picture="pictures/9f2c.webp",
            ),
            html="<p>¿Y en <em>20</em> pulgadas?</p>",
            language="es",
            direction="ltr",
            updated=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
            pictures=(Picture(url="pictures/77b0.webp", alt='Una "rueda"', width=8, height=8),),
        ),
        message(2, 1, ours=True, author=Speaker(name="Vencejo"), html="<p>Sí.</p>"),
    )
    site.build("--fatal", "errors")
    first = top(site.section())[0]
    assert {"h-entry", "h-cite", "u-comment", "message"} <= set(first["class"])
    assert re.fullmatch(r"m-[0-9a-f]{12}", first["id"])
    author = first.find(class_="p-author")
    assert "h-card" in author["class"]
    picture = author.find("img", class_="u-photo")
    assert picture["src"] == "https://vencejo.example/discussion/pictures/9f2c.webp"
    assert (picture["alt"], picture["loading"], picture["width"]) == ("", "lazy", "48")
    name = author.find("a", class_="u-url")
    assert (name.get_text(), name["href"]) == ("Lucía", "https://social.example/@lucia")
    assert author.find(class_="p-nickname").get_text() == "@lucia@social.example"
    assert first.find(class_="message__network").get_text() == "Mastodon"
    link = first.find("a", class_="message__permalink")
    assert link["href"] == "https://social.example/@lucia/1"
    published = link.find("time", class_="dt-published")
    assert published["datetime"] == "2026-11-21T09:15:00+01:00"
    assert published.get_text() == "21 de noviembre de 2026, 09:15 CET"
    assert first.find("time", class_="dt-updated")["datetime"] == "2026-11-21T10:00:00+01:00"
    words = first.find(class_="e-content")
    assert (words["lang"], words["dir"]) == ("es", "ltr")
    assert words.decode_contents() == "<p>¿Y en <em>20</em> pulgadas?</p>"
    shown = first.find(class_="message__pictures").find("img")
    assert shown["src"] == "https://vencejo.example/discussion/pictures/77b0.webp"
    assert (shown["alt"], shown["width"], shown["loading"]) == ('Una "rueda"', "8", "lazy")
    assert first.find(class_="u-in-reply-to")["value"] == "https://vencejo.example/frenos/"
    answer = first.find("ol").find("li")
    assert "message--ours" in answer["class"]
    assert answer.find(class_="message__badge").get_text() == "Responde Vencejo"
    assert answer.find(class_="message__picture--initials").get_text() == "V"
    assert answer.find(class_="u-in-reply-to")["value"] == "https://social.example/@lucia/1"
    assert answer.find(class_="e-content")["dir"] == "auto"
    assert "lang" not in answer.find(class_="e-content").attrs


def test_reactions_are_numbers_and_copies_are_links(site: SiteFolder) -> None:
    copies = (
        Syndicated(network="mastodon", account="vencejo@social.example", url="https://a.example/1"),
        Syndicated(
            network="bluesky",
            account="vencejo.example",
            url="https://b.example/1",
            reply_url="https://b.example/1?reply",
        ),
    )
    site.discuss(message(1), reactions={"like": 1, "repost": 7, "bookmark": 0}, copies=copies)
    site.build("--fatal", "errors")
    section = site.section()
    reactions = [
        li.get_text() for li in section.find(class_="discussion__reactions").find_all("li")
    ]
    assert reactions == ["1 mensaje", "1 me gusta", "7 veces compartido"]
    links = section.find(class_="discussion__reply-on").find_all("a")
    assert [(a.get_text(), a["href"]) for a in links] == [
        ("Responder en Mastodon", "https://a.example/1"),
        ("Responder en Bluesky", "https://b.example/1?reply"),
    ]
    page = site.page()
    assert [a["href"] for a in page.find_all("a", class_="u-syndication", rel="syndication")] == [
        "https://a.example/1",
        "https://b.example/1",
    ]


@pytest.mark.parametrize(
    ("language", "said"), [("es", "también en Bluesky"), ("en", "also on Bluesky")]
)
def test_what_was_said_on_several_networks_leads_to_each_of_them(
    site: SiteFolder, language: str, said: str
) -> None:
    url = "https://sky.example/profile/ana/post/1"
    also = (
        Syndicated(network="bluesky", account="ana.example", url=url),
        Syndicated(network="evil", account="x", url="javascript:alert(1)"),
    )
    site.article(front_matter=f"Lang: {language}")
    site.discuss(message("1", also=also), page="/frenos/" if language == "es" else "/en/frenos/")
    site.build()
    section = site.section("frenos/index.html" if language == "es" else "en/frenos/index.html")
    links = section.select("a.message__also")
    assert [(link["href"], link.text, link["rel"]) for link in links] == [
        (url, said, ["nofollow", "ugc"])
    ]


def test_each_page_speaks_its_own_language(site: SiteFolder) -> None:
    site.article("brakes", "Lang: en")
    site.article("freins", "Lang: fr")
    for page in ("/en/brakes/", "/fr/freins/"):
        site.discuss(message(1), reactions={"like": 2}, page=page)
    site.build("--fatal", "errors")
    english = site.section("en/brakes/index.html")
    assert english["lang"] == "en"
    assert english.find("h2").get_text() == "Conversation"
    assert "2 likes" in english.get_text()
    assert "November 21, 2026, 09:15 CET" in english.get_text()
    french = site.section("fr/freins/index.html").get_text()
    assert "Conversation" in french
    assert "21 novembre 2026" in french


HOSTILE = message(
    1,
    url="javascript:alert(1)",
    author=Speaker(
        name='<script>alert("name")</script>\u202e' + "huge " * 2000,
        url="javascript:alert(2)",
        handle='"><img src=x onerror=alert(3)>',
    ),
    html="<p onclick='alert(4)'>a<script>alert(5)</script></section></script>"
    "<a href='javascript:alert(6)'>x</a><img src=//evil.example/x onerror=alert(7)>"
    "<iframe src=//evil.example></iframe><style>*{display:none}</style>\u202eb</p>"
    "<p id=discussion class=message--ours>c",
    language='es" onload="alert(8)',
    warning='</summary><script>alert("w")</script>',
    kind='reply"><script>',
    network='<b>net</b>"',
    pictures=(
        Picture(url="pictures/0a.webp", alt='"><script>alert(9)</script>', width=1, height=1),
    ),
)


def test_hostile_words_never_reach_the_page_unescaped(site: SiteFolder) -> None:
    site.picture("pictures/0a.webp")
    copies = (Syndicated(network="x", account="<script>", url="javascript:alert(1)"),)
    site.discuss(HOSTILE, copies=copies, reactions={'like"><script>': 3, "like": 2})
    site.build("--fatal", "errors")
    section = site.section()
    names = {tag.name for tag in section.find_all(True)}
    assert not names & {"script", "style", "iframe", "object", "svg", "b"}
    for tag in section.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        for name in ("href", "src"):
            value = tag.attrs.get(name, "https://")
            assert value.startswith("https://"), value
            assert "evil.example" not in value
    assert len(site.page().find_all(id="discussion")) == 1
    assert "message--ours" not in site.html()
    assert "\u202e" not in site.html()
    assert "<script" not in site.html()
    name = section.find(class_="p-name").get_text()
    assert name.startswith("<script>alert(")
    assert len(name) <= 100
    assert section.find("details", class_="message__warning").find("summary").get_text() == (
        '</summary><script>alert("w")</script>'
    )
    assert section.find(class_="message__pictures").find("img")["alt"].startswith('"><script>')
    assert "lang" not in section.find(class_="e-content").attrs


def test_custom_emoji_are_pictures_of_our_own_site(site: SiteFolder) -> None:
    site.picture("pictures/0e.webp")
    site.discuss(
        message(
            1,
            author=Speaker(name="Lucía :bici: <b>"),
            html='<p>:bici: <a href="https://x.example/:bici:/">:bici:</a> :none: :gone:</p>',
            emojis={
                "bici": "pictures/0e.webp",
                "gone": "pictures/ff.webp",
                '"><b>': "pictures/0e.webp",
            },
        )
    )
    site.build("--fatal", "errors")
    section = site.section()
    words = section.find(class_="message__words")
    assert [image["alt"] for image in words.find_all("img")] == [":bici:", ":bici:"]
    assert words.find("a")["href"] == "https://x.example/:bici:/"
    assert words.get_text().split() == [":none:", ":gone:"]
    name = section.find(class_="p-name")
    assert name.find("img")["src"] == "https://vencejo.example/discussion/pictures/0e.webp"
    assert name.get_text().split() == ["Lucía", "<b>"]
    assert section.find(class_="message__picture--initials").get_text() == "LB"
    assert (site.output / "discussion/pictures/0e.webp").exists()


def test_what_came_from_a_network_that_is_gone_is_called_by_its_host(site: SiteFolder) -> None:
    copy = Syndicated(network="", account="v", url="https://old.example/1")
    site.discuss(message(1, network=""), copies=(copy,))
    site.build("--fatal", "errors")
    assert site.section().find(class_="message__network").get_text() == "social.example"
    assert "Responder en old.example" in site.section().get_text()


@pytest.mark.parametrize("year", [1, 9999])
def test_a_date_that_no_clock_shows_breaks_nothing(site: SiteFolder, year: int) -> None:
    site.discuss(message(1, published=datetime(year, 1 if year == 1 else 12, 31, 23, tzinfo=UTC)))
    site.build("--fatal", "errors")
    shown = site.section().find("time", class_="dt-published")
    assert shown["datetime"].startswith(f"{year:04}")


def test_a_child_of_what_is_absent_stands_at_the_top(site: SiteFolder) -> None:
    site.discuss(message("a"), message("b", "withheld"), message("c", "a"), message("d", "b"))
    site.build("--fatal", "errors")
    assert shape(top(site.section())) == [["a", [["c", []]]], ["b", [["d", []]]]]


def test_circles_are_broken_and_duplicates_dropped() -> None:
    branches, order = arrange(
        [
            message("a", "c"),
            message("b", "a"),
            message("c", "b"),
            message("d", "d"),
            message("b", None),
            message("e", "missing"),
        ]
    )
    assert [item.id[-1] for item in order] == ["a", "b", "c", "d", "e"]
    assert [branch.message.id[-1] for branch in branches] == ["a", "d", "e"]


def test_a_circle_in_a_document_is_shown_once_each(site: SiteFolder) -> None:
    site.discuss(message("a", "b"), message("b", "a"))
    site.build("--fatal", "errors")
    assert shape(top(site.section())) == [["a", [["b", []]]]]


@pytest.mark.parametrize("depth", [50, 1100])
def test_any_depth_is_shown_in_order(site: SiteFolder, depth: int) -> None:
    site.discuss(*(message(n, n - 1 if n else None) for n in range(depth)))
    site.build("--fatal", "errors")
    parts = ["frenos/index.html", *(f"frenos/discussion-{n}/index.html" for n in (2, 3))]
    words = [
        tag
        for part in parts[: -(-depth // 500)]
        for tag in site.section(part).find_all(class_="message__words")
    ]
    assert [tag.get_text() for tag in words] == [f"words of {n}" for n in range(depth)]
    assert max(len(tag.find_parents("li")) for tag in words) == min(depth, DEEPEST)


def test_a_chain_of_a_hundred_thousand_needs_no_recursion() -> None:
    total = 100_000
    roots, order = arrange([message(n, n - 1 if n else None) for n in range(total)])
    assert [item.id for item in order] == [f"https://social.example/{n}" for n in range(total)]
    deepest, level = 0, roots
    while level:
        deepest, level = deepest + 1, level[-1].replies or (level[0].replies if level else [])
    assert deepest == DEEPEST


def test_a_long_discussion_goes_on_in_pages_that_nobody_indexes(site: SiteFolder) -> None:
    site.discuss(*(message(n, 0 if n == 1203 else None) for n in range(1204)))
    site.build("--fatal", "errors")
    first = site.section()
    assert len(first.find_all(class_="message")) == 500
    # Threads stay together: the last message answers the first one.
    assert shape(top(first)[:2]) == [["0", [["1203", []]]], ["1", []]]
    assert "1204 mensajes" in first.get_text()
    link = first.find("nav").find("a", rel="next")
    assert link["href"] == "https://vencejo.example/frenos/discussion-2/"
    assert link.get_text() == "704 mensajes más"
    second = site.page("frenos/discussion-2/index.html")
    assert second.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert second.html["lang"] == "es"
    assert len(second.find_all(class_="message")) == 500
    back = second.find(class_="discussion__back").find("a")
    assert back["href"] == "https://vencejo.example/frenos/"
    assert back.get_text() == "Volver a «Frenos y más»"
    third = site.page("frenos/discussion-3/index.html")
    assert len(third.find_all(class_="message")) == 204
    assert third.find("nav", class_="discussion__more").find("a", rel="next") is None
    site.discuss(message(1))
    site.build("--fatal", "errors")
    assert not list(site.output.glob("frenos/discussion-*/index.html"))


def test_pages_have_discussions_too_also_long_ones(site: SiteFolder) -> None:
    site.write("content/pages/about.md", "Title: About\nLang: es\n\nUs.\n")
    site.discuss(*(message(n) for n in range(501)), page="/pages/about.html")
    site.build("--fatal", "errors")
    assert len(site.section("pages/about.html").find_all(class_="message")) == 500
    assert "words of 500" in site.html("pages/about/discussion-2/index.html")


def test_pictures_are_copied_while_something_refers_to_them(site: SiteFolder) -> None:
    for name in ("0a", "0b", "0c"):
        data = site.picture(f"pictures/{name}.webp")
    site.write("discussion/pictures/secret.txt", "not a picture")
    site.write("output/discussion/pictures/notes.txt", "somebody's own")
    author = Speaker(name="Lucía", picture="pictures/0a.webp")
    missing = Speaker(name="Ana María Ruiz", picture="pictures/ff.webp")
    site.discuss(
        message(1, author=author, pictures=(Picture(url="pictures/0b.webp"),)),
        message(2, author=missing),
    )
    log = site.build("--fatal", "errors")
    folder = site.output / "discussion" / "pictures"
    assert sorted(file.name for file in folder.iterdir()) == ["0a.webp", "0b.webp", "notes.txt"]
    assert (folder / "0a.webp").read_bytes() == data
    assert "ff.webp is missing" in log
    assert site.section().find_all(class_="message__picture")[1].get_text() == "AM"
    site.discuss(message(1, author=author))
    site.build("--fatal", "errors")
    assert sorted(file.name for file in folder.iterdir()) == ["0a.webp", "notes.txt"]


def test_no_page_is_written_before_the_pictures_on_it(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path, "PLUGIN_PATHS = ['witnesses']\nPLUGINS = [*PLUGINS, 'witness']\n")
    site.write(
        "witnesses/witness.py",
        "from pathlib import Path\n"
        "from pelican import signals\n"
        "def look(path, context):\n"
        "    there = (Path(context['OUTPUT_PATH']) / 'discussion/pictures/0a.webp').exists()\n"
        "    print('WITNESS', there)\n"
        "def register():\n"
        "    signals.content_written.connect(look)\n",
    )
    site.picture("pictures/0a.webp")
    site.discuss(message(1, author=Speaker(name="Lucía", picture="pictures/0a.webp")))
    log = site.build("--fatal", "errors")
    assert "WITNESS True" in log
    assert "WITNESS False" not in log


@pytest.mark.parametrize("name", ["../../secret.webp", "pictures/../x.webp", "/etc/passwd"])
def test_a_picture_elsewhere_is_refused(site: SiteFolder, name: str) -> None:
    site.discuss(message(1, author=Speaker(name="Lucía", picture=name)))
    log = site.build()
    assert "index.json: items[0].attributedTo.icon.url: is not a picture of" in log
    assert "discussion" not in site.html()


def test_a_corrupt_document_is_an_error_and_its_page_is_built_without_discussion(
    site: SiteFolder,
) -> None:
    file = site.discuss(message(1, html="<p>a secret</p>"))
    site.article("otro")
    site.discuss(message(2), page="/otro/")
    file.write_bytes(file.read_bytes().replace(b'"2026-11-21', b'"A secret date'))
    log = site.build()
    assert "discussion/pages/frenos/index.json: items[0].published: is not a date" in log
    assert log.count("items[0].published") == 1
    assert "secret" not in log
    assert "secret" not in site.html()
    assert site.page().find(id="discussion") is None
    assert "words of 2" in site.html("otro/index.html")
    assert pelican(site.folder, "--fatal", "errors").returncode != 0


@pytest.mark.parametrize("damage", ["half", "foreign", "future"])
def test_no_word_of_a_document_that_is_not_whole_is_shown(site: SiteFolder, damage: str) -> None:
    file = site.discuss(message(1), message(2))
    data = file.read_bytes()
    file.write_bytes(
        {
            "half": data[: len(data) // 2],
            "foreign": data.replace(b'"/frenos/"', b'"/otro/"'),
            "future": data.replace(b'"tertulia:version": 1', b'"tertulia:version": 2'),
        }[damage]
    )
    assert "The page is built without its discussion" in site.build()
    assert "words of" not in site.html()


def test_a_process_that_stays_sees_a_changed_document_without_being_told(site: SiteFolder) -> None:
    folder = site.folder / "discussion"
    documents = Documents(folder, site.folder / "cache")
    assert documents.discussion("/frenos/") is None
    file = site.discuss(*(message(n) for n in range(501)))
    first = documents.discussion("/frenos/")
    assert first is not None
    assert documents.discussion("/frenos/") is first
    second = file.with_name("index.2.json")
    replace_file(second, second.read_bytes().replace(b"words of 500", b"words of ten"))
    again = documents.discussion("/frenos/")
    assert again is not None
    assert again.messages[-1].html == "<p>words of ten</p>"
    documents.forget()
    assert documents.discussion("/frenos/") is not again
    assert documents.discussion("/../frenos/") is None
    for number in range(KEPT + 9):
        site.discuss(message(number), page=f"/{number}/")
        documents.discussion(f"/{number}/")
    assert len(documents._kept) == KEPT


def test_the_number_of_messages_is_known_of_documents_that_left_the_memory(
    site: SiteFolder,
) -> None:
    documents = Documents(site.folder / "discussion", site.folder / "cache")
    site.discuss(message(1), message(2))
    facts = documents.facts("/frenos/")
    assert facts is not None
    assert (facts.count, facts.empty) == (2, False)
    for number in range(KEPT):
        site.discuss(message(number), page=f"/{number}/")
        documents.discussion(f"/{number}/")
    assert documents.facts("/frenos/") is facts
    site.discuss(message(1))
    changed = documents.facts("/frenos/")
    assert changed is not None
    assert changed.count == 1
    assert documents.facts("/none/") is None


def test_what_is_asked_of_most_pages_is_told_without_reading_documents_again(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = "pictures/abcdef.webp"
    edited = message(2, updated=WHEN + timedelta(hours=1), emojis={"blob": face})
    site.discuss(message(1), edited)
    site.discuss(message(3), page="/withdrawn/")
    first = Documents(site.folder / "discussion", site.folder / "cache")
    told = first.facts("/frenos/")
    assert told is not None
    assert (told.count, told.newest, told.pictures) == (2, WHEN + timedelta(hours=1), {face})
    assert first.facts("/withdrawn/") is not None
    first.keep()
    (site.folder / "discussion" / document_path("/withdrawn/")).unlink()

    monkeypatch.setattr(reading, "parse_discussion", pytest.fail)
    second = Documents(site.folder / "discussion", site.folder / "cache")
    again = second.facts("/frenos/")
    assert again is not None
    assert asdict(again) == asdict(told)
    assert second.facts("/withdrawn/") is None
    second.keep()
    (kept,) = (site.folder / "cache").iterdir()
    assert not re.search("withdrawn|Lucía|words of", kept.read_text())

    monkeypatch.undo()
    site.discuss(message(1, html="<p>other words</p>"), edited)
    changed = Documents(site.folder / "discussion", site.folder / "cache").facts("/frenos/")
    assert changed is not None
    assert (changed.digest, changed.revision) != (told.digest, told.revision)


def test_words_that_were_scrubbed_in_place_are_not_kept_whatever_the_file_says_of_its_age(
    site: SiteFolder,
) -> None:
    file = site.discuss(message(1))
    first = Documents(site.folder / "discussion", site.folder / "cache")
    told = first.facts("/frenos/")
    assert told is not None
    first.keep()
    before = file.stat()
    file.write_bytes(file.read_bytes().replace(b"words of 1", b"********* "))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    for documents in (first, Documents(site.folder / "discussion", site.folder / "cache")):
        now = documents.facts("/frenos/")
        assert now is not None
        assert now.digest != told.digest


def test_each_build_says_which_document_it_cannot_read(site: SiteFolder) -> None:
    site.discuss(message(1)).write_text("{", encoding="utf-8")
    assert "without its discussion" in site.build()
    assert "without its discussion" in site.build()


def test_an_edited_message_has_its_new_words_in_the_next_build(site: SiteFolder) -> None:
    site.discuss(message(1), message(2))
    site.build()
    site.discuss(message(1), message(2, html="<p>better words</p>"))
    site.build()
    assert "better words" in site.html()
    assert "words of 2" not in site.html()


def test_a_date_in_the_future_is_never_when_a_page_was_changed(site: SiteFolder) -> None:
    documents = Documents(site.folder / "discussion", site.folder / "cache")
    site.discuss(message(1), message(2, published=WHEN + timedelta(days=400)))
    view = DiscussionView(
        documents.facts("/frenos/"), lambda: documents.discussion("/frenos/"), pytest.fail
    )
    assert view.changed(WHEN + timedelta(days=1)) == WHEN
    assert view.changed(WHEN - timedelta(days=1)) is None
    assert view.changed(WHEN + timedelta(days=500)) == view.newest


def test_a_text_is_remembered_while_what_it_was_made_of_is_the_same() -> None:
    made: list[str] = []
    remembered = Made(10)

    def text(name: str, of: object, text: str) -> str:
        return remembered.text(name, of, lambda: made.append(text) or text)

    assert text("a", {"x": 1}, "12345") == text("a", {"x": 1}, "other") == "12345"
    assert text("a", {"x": 2}, "67890") == "67890"
    assert text("b", 0, "12345") == "12345"
    assert text("a", {"x": 2}, "other") == "67890"
    assert text("c", 0, "123") == "123"  # now "b" is the one that nobody asked for the longest
    assert text("a", {"x": 2}, "other") == "67890"
    assert text("b", 0, "again") == "again"
    assert text("d", 0, "longer than everything") == "longer than everything"
    assert text("d", 0, "anew") == "anew"
    assert made == ["12345", "67890", "12345", "123", "again", "longer than everything", "anew"]


def test_what_was_made_of_a_message_is_made_anew_when_anything_of_it_is_another(
    site: SiteFolder,
) -> None:
    folder = site.folder / "discussion"
    first, answer = (
        message(1),
        message(2, 1, author=Speaker(name="Eva", picture="pictures/0a.webp")),
    )
    place = Place(
        folder=folder, site=lambda: "", permalink="https://vencejo.example/frenos/", path="frenos/",
        title="Frenos", zone=UTC, texts=Texts("es"), open=True, made=Made(10_000),
    )  # fmt: skip

    def shown(said: Utterance, answered: Utterance, *of: object) -> str:
        view = MessageView(Branch(said), place, {answered.id: answered})
        return view.once("words", *of, caller=lambda: f"{view.author.picture} {view.in_reply_to}")

    moved = replace(first, url="https://social.example/@lucia/moved")
    before = shown(answer, first)
    assert before == f"None {first.url}"
    assert shown(replace(answer), replace(first)) is before
    assert shown(answer, moved) == f"None {moved.url}"
    site.picture("pictures/0a.webp")
    assert shown(answer, moved) == f"/discussion/pictures/0a.webp {moved.url}"
    seen = shown(answer, moved, "open")
    assert shown(answer, moved, "open") is seen
    assert shown(answer, moved, "closed") is not seen
    assert shown(replace(answer, html="<p>edited</p>"), moved, "closed") is not seen


def test_without_documents_there_is_no_discussion_and_no_error(site: SiteFolder) -> None:
    log = site.build("--fatal", "warnings")
    assert "Done" in log
    assert site.page().find(id="discussion") is None


def test_front_matter_cannot_replace_the_discussion(site: SiteFolder) -> None:
    site.article("frenos", "Discussion: mine")
    site.discuss(message(1))
    assert "frenos.md: Discussion: is no key of front matter" in site.build("--fatal", "errors")
    assert "words of 1" in site.html()


@pytest.mark.parametrize(
    ("rule", "open_"),
    [("", True), ("open", True), ("closed", False), ("2026-11-22", True), ("2026-11-21", False)],
)
def test_comments_are_open_as_long_as_the_post_says(tmp_path: Path, rule: str, open_: bool) -> None:
    site = SiteFolder(tmp_path, 'DISCUSSION_TODAY = "2026-11-22"\n')
    site.article("frenos", f"Comments: {rule}" if rule else "")
    copies = (Syndicated(network="mastodon", account="v", url="https://a.example/1"),)
    site.discuss(message(1), copies=copies)
    site.build("--fatal", "errors")
    section = site.section()
    assert (section.find(class_="discussion__reply-on") is not None) is open_
    assert (section.find(class_="discussion__closed") is not None) is not open_
    assert site.page().find("a", class_="u-syndication") is not None


def test_the_facts_of_the_site_are_offered_to_every_template(site: SiteFolder) -> None:
    site.write(
        "templates/base.html",
        '{% extends "!theme/base.html" %}{% block footer %}'
        '{% for a in tertulia_site.accounts %}<a rel="me" href="{{ a.url }}">{{ a.title }}</a>'
        "{% endfor %}<p>{{ tertulia_site.retention_days }} {{ tertulia_site.contact }} "
        "{{ tertulia_site.endpoints.comment }}</p>"
        "{% for l in tertulia_site.latest %}<a href='{{ l.url }}'>{{ l.message.author.name }}</a>"
        "{% endfor %}{% endblock %}",
    )
    site.build("--fatal", "errors")
    assert 'rel="me"' not in site.html("index.html")
    account = Syndicated(network="mastodon", account="v", url="https://social.example/@v")
    evil = Syndicated(network="mastodon", account="v", url="javascript:alert(1)")
    facts = Site(
        accounts=(account, evil),
        retention_days=90,
        contact="https://vencejo.example/privacy/",
        endpoints={"comment": "https://talk.example/comment"},
        latest=(("/frenos/", message(1)),),
    )
    replace_file(site.folder / "discussion/site.json", site_bytes(facts))
    site.build("--fatal", "errors")
    html = site.html("index.html")
    assert [a["href"] for a in site.page("index.html").find_all("a", rel="me")] == [account.url]
    assert "90 https://vencejo.example/privacy/ https://talk.example/comment" in html
    assert re.search(r"https://vencejo.example/frenos/#m-[0-9a-f]{12}'>Lucía Ferrer", html)


def reflex_theme() -> str:
    """A theme that somebody else published."""
    try:
        from pelican.themes import reflex
    except ImportError:
        missing("pelican-theme-reflex", "pip install 'tertulia[test]'")
    return reflex.path()


@pytest.mark.parametrize("theme", ["simple", "reflex"])
def test_a_foreign_theme_shows_discussions_by_one_include(tmp_path: Path, theme: str) -> None:
    theme = reflex_theme() if theme == "reflex" else theme
    site = SiteFolder(
        tmp_path, "JINJA_ENVIRONMENT = {'extensions': []}\nAUTHOR = 'Amparo'\nCC_LICENSE = {}\n"
    )
    site.discuss(*(message(n) for n in range(501)), reactions={"like": 3})
    site.build("--fatal", "errors", "--theme-path", theme)
    assert len(site.section().find_all(class_="message")) == 500
    second = site.page("frenos/discussion-2/index.html")
    assert second.find("meta", attrs={"name": "robots", "content": "noindex"})
    assert "words of 500" in second.get_text()
    assert not site.section().find_all("script")


def test_relative_addresses_are_relative_to_the_page(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path, "RELATIVE_URLS = True\n")
    site.picture("pictures/0a.webp")
    author = Speaker(name="Lucía", picture="pictures/0a.webp")
    site.discuss(*(message(n, author=author) for n in range(501)))
    site.build("--fatal", "errors")
    assert site.section().find("img")["src"] == "../discussion/pictures/0a.webp"
    second = site.section("frenos/discussion-2/index.html")
    assert second.find("img")["src"] == "../../discussion/pictures/0a.webp"


def test_a_site_below_a_path_finds_its_documents(site: SiteFolder) -> None:
    site.discuss(message(1), page="/blog/frenos/")
    site.build("--fatal", "errors", "--extra-settings", 'SITEURL="https://vencejo.example/blog"')
    assert "words of 1" in site.html()


def test_two_builds_are_byte_identical(site: SiteFolder) -> None:
    site.picture("pictures/0a.webp")
    author = Speaker(name="Lucía", picture="pictures/0a.webp")
    site.discuss(
        *(message(n, n // 3 if n else None, author=author) for n in range(501)),
        reactions={"repost": 1, "like": 2},
    )
    site.build("--output", "one")
    site.build("--output", "two")
    one, two = (
        {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file()
        }
        for folder in (site.folder / "one", site.folder / "two")
    )
    assert one == two
    assert "discussion/pictures/0a.webp" in one


def test_dates_are_written_as_the_sites_own(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path, 'DEFAULT_LANG = "en"\nLANGUAGE_LOCALES = {"en": "en_GB"}\n')
    site.discuss(message(1))
    site.build("--fatal", "errors")
    assert "21 November 2026, 09:15" in site.section().get_text()
    assert site.section().h2.get_text() == "Conversation"


def test_a_page_leads_to_the_conversation_under_its_translation(site: SiteFolder) -> None:
    site.write(
        "content/brakes.md",
        "Title: Brakes\nDate: 2026-11-20\nSlug: frenos\nLang: en\n\nHello.\n",
    )
    site.discuss(message(1), message(2, 1), page="/en/frenos/")
    site.build("--fatal", "errors")
    line = site.page().find(class_="discussion__elsewhere")
    assert line.get_text() == "Conversación en inglés (2)"
    assert line.a["href"] == "https://vencejo.example/en/frenos/#discussion"
    assert site.page().find(id="discussion") is None
    assert site.page("en/frenos/index.html").find(class_="discussion__elsewhere") is None
    site.discuss(message(3))
    site.build("--fatal", "errors")
    line = site.page("en/frenos/index.html").find(class_="discussion__elsewhere")
    assert line.get_text() == "Conversation in Spanish (1)"
