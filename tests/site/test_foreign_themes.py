"""All plugins of the site together, with themes that know nothing of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import feedparser
import pytest
from bs4 import BeautifulSoup
from lxml import etree
from pelican.themes import reflex

from tests.servers.pelican import pelican

ROOT = Path(__file__).parents[2]
LISTS = '["index", "archives", "categories", "tags"]'  # neither theme has a page for 404 and 410
INCLUDES = (
    '{% include "site_metadata/head.html" ignore missing %}'
    '{% include "web_feeds/links.html" ignore missing %}'
)
THEMES = {  # where each lets others say something in its head
    "simple": ("simple", "base", "{% block head %}{{ super() }}"),
    "reflex": (reflex.path(), "article", "{% block meta %}"),
}


@pytest.mark.parametrize("name", THEMES)
def test_the_demonstration_can_be_shown_by_any_theme(tmp_path: Path, name: str) -> None:
    theme, template, block = THEMES[name]
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copy(ROOT / "pelicanconf.py", tmp_path)
    (tmp_path / "templates").mkdir()
    changed = f'{{% extends "!theme/{template}.html" %}}{block}{INCLUDES}{{% endblock %}}'
    (tmp_path / "templates" / f"{template}.html").write_text(changed, encoding="utf-8")
    settings = [
        f'THEME="{theme}"',
        f"DIRECT_TEMPLATES={LISTS}",
        'THEME_TEMPLATES_OVERRIDES=["templates"]',
        f'PLUGIN_PATHS=["{ROOT / "plugins"}"]',
        "CC_LICENSE={}",
    ]
    built = pelican(tmp_path, "--fatal", "errors", "--extra-settings", *settings)
    assert built.returncode == 0, built.stdout + built.stderr
    output = tmp_path / "output"
    article = BeautifulSoup((output / "why-steel/index.html").read_bytes(), "html.parser")
    canonical = article.select('link[rel="canonical"]')[-1]["href"]
    assert canonical == "https://vencejo.example/why-steel/"
    data = article.select_one('script[type="application/ld+json"]')
    assert data is not None
    assert "BlogPosting" in json.dumps(json.loads(data.get_text()))
    feed = article.select_one('link[type="application/feed+json"]')
    assert feed is not None
    sitemap = etree.parse(output / "sitemap-pages.xml")
    assert len(sitemap.getroot()) > 50
    assert not feedparser.parse(output / "es/feeds/atom.xml").bozo
    assert (output / "search/index.html").is_file()
    assert "Calle del Nido 7" in (output / "privacy/index.html").read_text("utf-8")
    assert json.loads((output / "outbox.json").read_text("utf-8"))["orderedItems"]
