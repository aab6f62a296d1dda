"""The theme with one template of a site's own, which knows what the theme's documentation says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bs4 import BeautifulSoup

from syndication.exchange import (
    Discussion,
    Speaker,
    Syndicated,
    Utterance,
    discussion_files,
    replace_file,
)
from tests.docs import CLONE
from tests.servers.pelican import minimal_site, pelican

PAGE = "/article-1.html"
SETTINGS = f"""
THEME = "{CLONE / "themes" / "tertulia"}"
PLUGINS = ["pelican.plugins.language_indexes", "pelican.plugins.discussion_pages"]
THEME_TEMPLATES_OVERRIDES = ["own"]
"""
ARTICLE = """{% extends "base.html" %}
{% import "includes/cards.html" as lists with context %}
{% set url = SITEURL ~ "/" ~ article.url %}
{% block content %}
<header>{{ lists.byline(article, url) }}</header>
<aside>{{ lists.responses(article, url) }}</aside>
{{ article.content }}
{% include "includes/entry_footer.html" %}
{% include "discussion/thread.html" %}
{% endblock %}
"""


def test_an_article_of_one_s_own_shows_responses_and_copies_without_knowing_how(
    tmp_path: Path,
) -> None:
    folder = minimal_site(tmp_path, SETTINGS)
    (folder / "own").mkdir()
    (folder / "own" / "article.html").write_text(ARTICLE, encoding="utf-8")
    said = [
        Utterance(
            id=f"mastodon:{number}",
            url=f"https://social.example/@lucia/{number}",
            author=Speaker(name="Lucía"),
            html="<p>Words</p>",
            published=datetime(2026, 11, 21, 10, number, tzinfo=UTC),
            network="mastodon",
        )
        for number in range(2)
    ]
    copy = Syndicated(network="bluesky", account="vencejo", url="https://bsky.example/1")
    discussion = Discussion(page=PAGE, messages=tuple(said), copies=(copy,))
    for name, data in discussion_files(discussion).items():
        replace_file(folder / "discussion" / name, data)
    built = pelican(folder, "--fatal", "warnings")
    assert built.returncode == 0, built.stdout + built.stderr
    page = BeautifulSoup((folder / "output" / PAGE[1:]).read_bytes(), "html.parser")
    assert len(page.select(".message")) == 2
    for place in ("header .byline .responses", "aside .responses"):
        assert page.main.select_one(place).get_text() == "2 responses"
    assert page.main.select_one(".u-syndication")["href"] == "https://bsky.example/1"
