"""A small site with two languages, a brand and a conversation, built by real Pelican."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
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
from tests.servers.pelican import pelican

SITE = "https://vencejo.example"
SETTINGS = """
SITENAME = "Vencejo"
SITESUBTITLE = "City bicycles"
SITEURL = "https://vencejo.example"
PATH = "content"
STATIC_PATHS = ["images"]
ARTICLE_PATHS = ["articles"]
PAGE_PATHS = ["pages"]
TIMEZONE = "Europe/Madrid"
DEFAULT_LANG = "en"
THEME = "simple"
THEME_TEMPLATES_OVERRIDES = ["templates"]
PLUGINS = [
    "pelican.plugins.language_indexes",
    "pelican.plugins.discussion_pages",
    "pelican.plugins.site_metadata",
]
DIRECT_TEMPLATES = ["index", "archives", "tags", "404"]
DEFAULT_PAGINATION = 2
INDEX_URL = ""
ARTICLE_URL = PAGE_URL = "{slug}/"
ARTICLE_SAVE_AS = PAGE_SAVE_AS = "{slug}/index.html"
ARTICLE_LANG_URL = PAGE_LANG_URL = "{lang}/{slug}/"
ARTICLE_LANG_SAVE_AS = PAGE_LANG_SAVE_AS = "{lang}/{slug}/index.html"
ARTICLE_TRANSLATION_ID = PAGE_TRANSLATION_ID = "pair"
LANGUAGE_LOCALES = {"en": "en_GB"}
LANGUAGE_SETTINGS = {"es": {"SITESUBTITLE": "Bicicletas de ciudad"}}
CATEGORY_FEED_ATOM = FEED_ALL_ATOM = TRANSLATION_FEED_ATOM = None
BRAND_LOGO = "images/logo.svg"
BRAND_COLOURS = {"cover": "#103050", "on_cover": "#ffffff", "spark": "#f0a020"}
BRAND_COLOURS_DARK = {"cover": "#081828"}
AUTHOR_PROFILES = {
    "Rafa Soler": {"url": "https://rafa.example/", "fediverse": "@rafa@social.example"},
}
ORGANIZATION = {
    "legal_name": "Vencejo, S. Coop.",
    "address": {"street": "Calle del Nido 7", "city": "València", "country": "ES"},
    "same_as": ["https://directory.example/vencejo"],
    "contact_points": [{"type": "customer support", "email": "hola@vencejo.example"}],
}
"""
# What any theme has to do, and all of it; Pelican's own describes each page as the site.
BASE = """{% extends "!theme/base.html" %}
{% block head %}<title>{{ SITENAME }}</title><meta charset="utf-8">
{% include "site_metadata/head.html" ignore missing %}{% endblock %}
"""
ARTICLE = """{% extends "!theme/article.html" %}
{% block content %}{{ super() }}{% include "discussion/thread.html" ignore missing %}{% endblock %}
"""
NOT_FOUND = '{% extends "base.html" %}{% block content %}Nothing is here.{% endblock %}'
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M0 0h20v10z"/></svg>'
WHEN = datetime(2026, 11, 21, 8, 15, tzinfo=UTC)


class MetadataSite:
    """A site under test: its files, its builds, and what they wrote."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder, self.output = folder, folder / "output"
        self.write("pelicanconf.py", SETTINGS + settings)
        self.write("templates/base.html", BASE)
        self.write("templates/article.html", ARTICLE)
        self.write("templates/404.html", NOT_FOUND)
        self.write("content/images/logo.svg", LOGO)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def set(self, settings: str) -> None:
        """Further settings, over those that are there."""
        file = self.folder / "pelicanconf.py"
        file.write_text(file.read_text(encoding="utf-8") + settings + "\n", encoding="utf-8")

    def content(
        self, slug: str, matter: str = "", words: str = "Words.", kind: str = "articles"
    ) -> None:
        """An article or page; `matter` replaces what it would have by itself, key by key."""
        own = [line for line in matter.splitlines() if line.strip()]
        said = {line.split(":")[0].lower() for line in own}
        basic = {"title": f"Title: About {slug}", "date": "Date: 2026-11-20 09:30"}
        basic |= {"slug": f"Slug: {slug}", "summary": f"Summary: In short, {slug}."}
        lines = [line for key, line in basic.items() if key not in said] + own
        self.write(f"content/{kind}/{slug}.md", "\n".join([*lines, "", words, ""]))

    def picture(self, name: str, size: tuple[int, int] = (60, 40), kind: str = "PNG") -> None:
        path = self.folder / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, "teal").save(path, kind)

    def discuss(self, page: str, *messages: Utterance, **facts: Any) -> None:
        """The daemon exports; without words it takes the document away."""
        folder = self.folder / "discussion"
        for old in (folder / document_path(page)).parent.glob("index*.json"):
            old.unlink()
        discussion = Discussion(page=page, messages=messages, **facts)
        if not discussion.empty:
            for name, data in discussion_files(discussion).items():
                replace_file(folder / name, data)

    def accounts(self, *accounts: Syndicated) -> None:
        replace_file(self.folder / "discussion/site.json", site_bytes(Site(accounts=accounts)))

    def build(self, *arguments: str) -> str:
        """Build as our commands do; returns the log."""
        done = pelican(self.folder, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def fail(self) -> str:
        """Build with fatal errors; it must end with one, and without a trace."""
        done = pelican(self.folder, "--fatal", "errors")
        assert done.returncode != 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def html(self, name: str) -> str:
        return (self.output / name).read_text(encoding="utf-8")

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup(self.html(name), "html.parser")

    def meta(self, name: str) -> dict[str, list[str]]:
        """Every `<meta>` of a page by its name or property."""
        found: dict[str, list[str]] = {}
        for tag in self.page(name).find_all("meta"):
            key = tag.get("name") or tag.get("property")
            if key:
                found.setdefault(str(key), []).append(str(tag.get("content")))
        return found

    def links(self, name: str, rel: str) -> list[str]:
        return [str(tag["href"]) for tag in self.page(name).find_all("link", rel=rel)]

    def hreflang(self, name: str) -> dict[str, str]:
        tags = self.page(name).find_all("link", hreflang=True)
        return {str(tag["hreflang"]): str(tag["href"]) for tag in tags}

    def graph(self, name: str) -> list[dict[str, Any]]:
        """The nodes of a page's structured data; it has one script of them at most."""
        scripts = self.page(name).find_all("script", type="application/ld+json")
        assert len(scripts) <= 1
        return json.loads(scripts[0].get_text())["@graph"] if scripts else []

    def node(self, name: str, type_: str) -> dict[str, Any]:
        """The one node of a type."""
        (found,) = [node for node in self.graph(name) if node["@type"] == type_]
        return found


def said(name: object, reply_to: object = None, **changes: Any) -> Utterance:
    """A message of Lucía's."""
    facts: dict[str, Any] = {
        "id": f"https://social.example/{name}",
        "url": f"https://social.example/@lucia/{name}",
        "author": Speaker(name="Lucía Ferrer", url="https://social.example/@lucia"),
        "html": f"<p>words of {name}</p>",
        "published": WHEN,
        "network": "mastodon",
        "reply_to": None if reply_to is None else f"https://social.example/{reply_to}",
    }
    return Utterance(**(facts | changes))
