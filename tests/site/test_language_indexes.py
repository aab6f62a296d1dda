"""plugins/language_indexes on small sites with a theme that knows nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.servers.pelican import minimal_site, pelican

SETTINGS = """
PLUGINS = ["pelican.plugins.language_indexes"]
THEME = "simple"
ARTICLE_LANG_URL = "{lang}/{slug}.html"
ARTICLE_LANG_SAVE_AS = "{lang}/{slug}.html"
PAGE_URL = "{slug}.html"
PAGE_SAVE_AS = "{slug}.html"
PAGE_LANG_URL = "{lang}/{slug}.html"
PAGE_LANG_SAVE_AS = "{lang}/{slug}.html"
FEED_ATOM = "atom.xml"
"""


def write(site: Path, name: str, words: str = "Words.", **matter: str) -> None:
    """Add a content file: `Tags="a, b"` becomes a line of front matter."""
    matter = {"Date": "2026-10-01", **matter}
    lines = [f"{key}: {value}" for key, value in matter.items()]
    path = site / "content" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([*lines, "", words, ""]), encoding="utf-8")


def bilingual(directory: Path, settings: str = "") -> Path:
    """One article in two languages (Words of article 1, hola) and one in Spanish alone."""
    site = minimal_site(directory, SETTINGS + settings)
    write(site, "hola.md", "Palabras.", Title="Hola", Lang="es", Slug="article-1", Tags="pan, x")
    write(
        site, "solo.md", "Solo.", Title="Solo", Lang="es", Slug="solo", Tags="x", Category="Cosas"
    )
    write(site, "more.md", Title="More", Slug="more", Tags="bread, x", Category="Things")
    return site


def build(site: Path) -> dict[str, BeautifulSoup]:
    """Build without a warning; path → page."""
    built = pelican(site, "--fatal", "warnings")
    assert built.returncode == 0, built.stdout + built.stderr
    output = site / "output"
    return {
        file.relative_to(output).as_posix(): BeautifulSoup(file.read_text("utf-8"), "html.parser")
        for file in output.rglob("*.html")
    }


def listed(page: BeautifulSoup) -> set[str]:
    return {link.get_text(strip=True) for link in page.select("main h2 a, main li a, main dd a")}


def menu(page: BeautifulSoup) -> set[str]:
    return {link.get_text(strip=True) for link in page.select("header nav a")}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    site = bilingual(tmp_path_factory.mktemp("bilingual") / "site")
    write(site, "pages/about.md", Title="About", Slug="about")
    write(site, "pages/acerca.md", Title="Acerca", Slug="about", Lang="es")
    write(site, "pages/aviso.md", Title="Aviso", Slug="aviso", Lang="es")
    return build(site)


def test_an_original_in_another_language_is_listed_there_alone(
    pages: dict[str, BeautifulSoup],
) -> None:
    assert listed(pages["index.html"]) == {"Article 1", "More"}
    assert listed(pages["es/index.html"]) == {"Hola", "Solo"}
    assert "Palabras" in pages["es/article-1.html"].get_text()
    assert "Solo." in pages["es/solo.html"].get_text()


def test_archives_tags_and_categories_stay_in_their_language(
    pages: dict[str, BeautifulSoup],
) -> None:
    assert listed(pages["archives.html"]) == {"Article 1", "More"}
    assert listed(pages["es/archives.html"]) == {"Hola", "Solo"}
    assert listed(pages["tag/x.html"]) == {"More"}, "the same tag in both languages"
    assert listed(pages["es/tag/x.html"]) == {"Hola", "Solo"}
    assert "tag/pan.html" not in pages
    assert listed(pages["es/category/cosas.html"]) == {"Solo"}
    assert "category/cosas.html" not in pages


def test_a_foreign_theme_says_the_language_and_shows_that_language_s_menu(
    pages: dict[str, BeautifulSoup],
) -> None:
    for path, page in pages.items():
        assert page.html["lang"] == ("es" if path.startswith("es/") else "en"), path
    spanish, english = {"Acerca", "Aviso", "Cosas"}, {"About", "Things"}
    for path in ("es/index.html", "es/solo.html", "es/tag/pan.html", "es/aviso.html"):
        assert spanish <= menu(pages[path]), path
        assert not english & menu(pages[path]), path
    for path in ("index.html", "more.html", "archives.html", "tag/bread.html", "about.html"):
        assert english <= menu(pages[path]), path
        assert not spanish & menu(pages[path]), path


def test_an_article_s_tags_and_category_lead_to_its_own_edition(
    pages: dict[str, BeautifulSoup],
) -> None:
    links = {link["href"] for link in pages["es/solo.html"].select("article footer a")}
    assert "https://minimal.example/es/tag/x.html" in links
    assert "https://minimal.example/es/category/cosas.html" in links


def test_links_to_tags_and_to_the_index_lead_to_the_article_s_own_edition(tmp_path: Path) -> None:
    site = bilingual(tmp_path / "site")
    words = "[pan]({tag}pan) [cosas]({category}Cosas) [portada]({index})"
    write(site, "enlaces.md", words, Title="Enlaces", Lang="es", Slug="enlaces")
    page = build(site)["es/enlaces.html"]
    assert [link["href"] for link in page.select("article p a")][:3] == [
        "https://minimal.example/es/tag/pan.html",
        "https://minimal.example/es/category/cosas.html",
        "https://minimal.example/es/index.html",
    ]


def test_each_edition_has_a_feed(tmp_path: Path) -> None:
    site = bilingual(tmp_path / "site")
    build(site)
    english = (site / "output" / "atom.xml").read_text("utf-8")
    spanish = (site / "output" / "es" / "atom.xml").read_text("utf-8")
    assert "/more.html" in english
    assert "/es/" not in english
    assert "/es/solo.html" in spanish
    assert "/more.html" not in spanish


def test_settings_of_a_language_move_and_rename_its_lists(tmp_path: Path) -> None:
    settings = """
LANGUAGE_SETTINGS = {"es": {
    "SITENAME": "Mínima", "TAG_URL": "es/etiqueta/{slug}.html",
    "TAG_SAVE_AS": "es/etiqueta/{slug}.html", "ARCHIVES_SAVE_AS": "es/archivo.html",
    "ARCHIVES_URL": "es/archivo.html"}}
"""
    pages = build(bilingual(tmp_path / "site", settings))
    assert {"es/etiqueta/pan.html", "es/archivo.html", "tag/bread.html"} <= set(pages)
    assert not {"es/tag/pan.html", "es/archives.html"} & set(pages)
    assert "Mínima" in pages["es/solo.html"].title.get_text()
    assert "Minimal" in pages["more.html"].title.get_text()
    assert "Minimal" in pages["index.html"].title.get_text()


def test_a_language_that_the_settings_do_not_name_is_an_error_with_its_file(
    tmp_path: Path,
) -> None:
    site = bilingual(tmp_path / "site", 'LANGUAGE_SETTINGS = {"es": {}}')
    write(site, "typo.md", Title="Typo", Lang="se", Slug="typo")
    built = pelican(site, "--fatal", "errors")
    said = " ".join((built.stdout + built.stderr).split())
    assert built.returncode != 0
    assert "typo.md" in said
    assert "LANGUAGE_SETTINGS" in said


def test_each_edition_is_paginated_by_itself(tmp_path: Path) -> None:
    site = bilingual(tmp_path / "site", "DEFAULT_PAGINATION = 1")
    pages = build(site)
    for prefix, titles in (("", {"Article 1", "More"}), ("es/", {"Hola", "Solo"})):
        found = [listed(pages[f"{prefix}{name}.html"]) & titles for name in ("index", "index2")]
        assert all(len(titles_of_page) == 1 for titles_of_page in found)
        assert set().union(*found) == titles
    assert "index3.html" not in pages


def test_years_are_archived_by_language(tmp_path: Path) -> None:
    settings = 'YEAR_ARCHIVE_SAVE_AS = "{date:%Y}.html"\nYEAR_ARCHIVE_URL = "{date:%Y}.html"'
    site = bilingual(tmp_path / "site", settings)
    write(site, "viejo.md", Title="Viejo", Lang="es", Slug="viejo", Date="2019-05-01")
    pages = build(site)
    assert listed(pages["es/2026.html"]) == {"Hola", "Solo"}
    assert listed(pages["es/2019.html"]) == {"Viejo"}
    assert "2019.html" not in pages


def test_content_without_the_attribute_that_ties_translations_stands_alone(
    tmp_path: Path,
) -> None:
    settings = 'ARTICLE_TRANSLATION_ID = "pair"\nPAGE_TRANSLATION_ID = "pair"'
    site = bilingual(tmp_path / "site", settings)
    write(site, "uno.md", Title="Uno", Lang="es", Slug="uno", Pair="one")
    write(site, "one.md", Title="One", Slug="one", Pair="one")
    pages = build(site)
    alternates = pages["one.html"].select("head link[hreflang]")
    assert [link["href"] for link in alternates] == ["https://minimal.example/es/uno.html"]
    assert not pages["article-1.html"].select("head link[hreflang]")
    assert listed(pages["es/index.html"]) == {"Hola", "Solo", "Uno"}


def test_a_site_of_one_language_is_what_pelican_makes_of_it(tmp_path: Path) -> None:
    with_plugin = minimal_site(tmp_path / "with", SETTINGS, articles=3)
    without = minimal_site(
        tmp_path / "without", SETTINGS.replace('"pelican.plugins.language_indexes"', ""), articles=3
    )
    assert {path: str(page) for path, page in build(with_plugin).items()} == {
        path: str(page) for path, page in build(without).items()
    }


SAID_ALIKE = """{% extends "!theme/base.html" %}
{% block content %}
<p class="frame">
{% call alike("frame") %}{{ lang }} {{ _("Topics") }} {{ article.slug }}{% endcall %}</p>
<p class="topic">{% call alike("topic", article.category.slug) %}{{ article.slug }}{% endcall %}</p>
<p class="now">{% call alike("now", now=article.slug) %}{{ article.slug }}{% endcall %}</p>
{% endblock %}
"""


def test_what_is_alike_is_made_once_for_each_edition_and_each_of_what_it_depends_on(
    tmp_path: Path,
) -> None:
    site = bilingual(tmp_path / "site", 'THEME_TEMPLATES_OVERRIDES = ["templates"]\n')
    write(site, "draft.md", Title="Borrador", Slug="draft", Lang="es", Status="draft")
    (site / "templates").mkdir()
    (site / "templates" / "article.html").write_text(SAID_ALIKE)
    pages = build(site)

    def said(name: str, of: str) -> list[str]:
        return pages[name].select_one(f".{of}").get_text().split()

    english = {tuple(said(name, "frame")) for name in ("article-1.html", "more.html")}
    spanish = {tuple(said(f"es/{name}.html", "frame")) for name in ("article-1", "solo")}
    assert [len(english), len(spanish)] == [1, 1]
    assert [one[:2] for one in (*english, *spanish)] == [("en", "Topics"), ("es", "Temas")]
    assert said("more.html", "topic") == ["more"]
    assert said("es/solo.html", "topic") == ["solo"]
    assert [said(f"{name}.html", "now") for name in ("more", "article-1")] == [
        ["more"],
        ["article-1"],
    ]
    # A draft sees the settings of the default language, and nobody else sees what it says.
    assert said("drafts/draft-es.html", "frame") == ["en", "Temas", "draft"]
