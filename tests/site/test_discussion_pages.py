"""Real builds: the words of people on the page, whole, harmless and in order."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pelican.plugins.discussion_pages.tree import DEEPEST, arrange

from syndication.exchange import (
    Speaker,
    Syndicated,
)
from syndication.model import Picture
from tests.site.discussed_site import SiteFolder, message, shape, top


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path)


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
