"""A site under test whose articles people talk about, and what is read of its pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from PIL import Image

from syndication.exchange import (
    Discussion,
    Speaker,
    Utterance,
    discussion_files,
    document_path,
    replace_file,
)
from tests.servers.pelican import pelican

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
