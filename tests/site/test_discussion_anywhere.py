"""Real builds: discussions in any theme, at any address, as the site says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from syndication.exchange import (
    Site,
    Speaker,
    Syndicated,
    replace_file,
    site_bytes,
)
from tests.servers.required import missing
from tests.site.discussed_site import SiteFolder, message


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path)


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
