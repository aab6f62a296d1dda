"""Another brand looks like itself: its colours, fonts, logo, menu, and nothing of Vencejo."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.brand_style import fonts, palette, sheet

from tests.docs import CLONE
from tests.servers.pelican import pelican

THEME = CLONE / "themes" / "tertulia"
COLOURS = st.from_regex(r"\A#[0-9a-f]{6}\Z")
SETTINGS = f"""
SITENAME = "Panadería Alba"
SITESUBTITLE = "Bread at six"
SITEURL = "https://alba.example"
PATH = "content"
STATIC_PATHS = ["images"]
TIMEZONE = "Europe/Madrid"
DEFAULT_LANG = "en"
THEME = "{THEME}"
CSS_FILE = "tertulia.css"
PLUGINS = ["pelican.plugins.language_indexes", "pelican.plugins.brand_style"]
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
DIRECT_TEMPLATES = ["index", "archives", "categories", "tags", "404"]
ARTICLE_URL = PAGE_URL = "{{slug}}/"
ARTICLE_SAVE_AS = PAGE_SAVE_AS = "{{slug}}/index.html"
"""
BRAND = """
BRAND_LOGO = "images/alba.svg"
BRAND_COLOURS = {"paper": "#f4fbf6", "accent": "#0b6b3a", "cover": "#0d3b26", "spark": "#ffd166"}
BRAND_FONTS = {
    "headings": '"Alba Sans", sans-serif',
    "heading_weight": "600",
    "files": [{"family": "Alba Sans", "file": "images/alba.woff2", "weight": "300 700"}],
}
MENU = [("Bread", ""), ("Visit us", "visit/"), ("Shop", "https://shop.alba.example/")]
"""


def bakery(folder: Path, settings: str = BRAND) -> Path:
    content = folder / "content"
    (content / "images").mkdir(parents=True)
    (content / "pages").mkdir()
    (content / "images" / "alba.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (content / "images" / "alba.woff2").write_bytes(b"wOF2")
    (content / "loaf.md").write_text(
        "Title: A loaf\nDate: 2026-10-01\nCategory: Bread\nTags: rye\nSlug: loaf\n\n"
        "| What | Price |\n| --- | ---: |\n| Loaf | 3 € |\n",
        encoding="utf-8",
    )
    (content / "pages" / "visit.md").write_text("Title: Visit us\nSlug: visit\n\nHere.\n")
    (folder / "pelicanconf.py").write_text(SETTINGS + settings, encoding="utf-8")
    return folder


def built(folder: Path, *arguments: str) -> str:
    done = pelican(folder, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return re.sub(r"\s+", " ", done.stdout + done.stderr)


def page(folder: Path, path: str = "loaf/index.html") -> BeautifulSoup:
    return BeautifulSoup((folder / "output" / path).read_text(encoding="utf-8"), "html.parser")


def style(folder: Path) -> str:
    (link,) = page(folder).select('link[rel="stylesheet"]')
    path = link["href"].removeprefix("https://alba.example/")
    return (folder / "output" / path).read_text(encoding="utf-8")


def test_another_brand_has_its_own_colours_fonts_logo_and_menu(tmp_path: Path) -> None:
    built(bakery(tmp_path), "--fatal", "warnings")
    css = style(tmp_path)
    root = css[css.rindex(":root{--paper:#f4fbf6") :]
    assert "--accent:#0b6b3a;" in root
    assert '--serif:"Alba Sans", sans-serif;--heading-weight:600' in root.replace(",sans", ", sans")
    assert 'url("https://alba.example/images/alba.woff2")' in css
    html = page(tmp_path)
    assert html.select_one(".brand__logo")["src"] == "https://alba.example/images/alba.svg"
    assert html.select_one("link[rel=preload][as=font]")["href"].endswith("/images/alba.woff2")
    assert [(a.get_text(), a["href"]) for a in html.select(".menu a")] == [
        ("Bread", "https://alba.example/"),
        ("Visit us", "https://alba.example/visit/"),
        ("Shop", "https://shop.alba.example/"),
    ]
    here = page(tmp_path, "visit/index.html").select(".menu [aria-current]")
    assert [a.get_text() for a in here] == ["Visit us"]


def test_nothing_of_the_demonstration_brand_is_left(tmp_path: Path) -> None:
    built(bakery(tmp_path))
    for file in (tmp_path / "output").rglob("*"):
        if file.suffix in {".html", ".css"}:
            text = file.read_text(encoding="utf-8").lower()
            assert not re.search(r"vencejo|swift|bicy|valenc|young serif", text), file


def test_a_brand_that_says_nothing_gets_a_readable_site(tmp_path: Path) -> None:
    built(bakery(tmp_path, ""), "--fatal", "warnings")
    assert [a.get_text() for a in page(tmp_path).select(".menu a")] == ["Journal", "Visit us"]
    assert not page(tmp_path).select(".brand__logo")


def test_a_colour_that_cannot_be_read_is_named_with_one_that_can(tmp_path: Path) -> None:
    said = built(bakery(tmp_path, 'BRAND_COLOURS = {"accent": "#ffcc00"}\n'))
    found = re.search(
        r"BRAND_COLOURS: accent #ffcc00 on paper #ffffff has a contrast of 1\.5:1,"
        r" and reading needs 4\.5:1; (#[0-9a-f]{6}) would do",
        said,
    )
    assert found
    assert palette.contrast(found[1], "#ffffff") >= palette.READABLE


def test_a_font_that_is_not_there_is_named(tmp_path: Path) -> None:
    fonts = '{"files": [{"family": "Nowhere", "file": "fonts/nowhere.woff2"}]}'
    said = built(bakery(tmp_path, f"BRAND_FONTS = {fonts}\n"))
    assert "BRAND_FONTS: there is no file" in said
    assert "fonts/nowhere.woff2" in re.sub(r"\s+", "", said)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('BRAND_COLOURS = {"acent": "#123456"}', "BRAND_COLOURS['acent']: no such colour; there"),
        ('BRAND_COLOURS = {"ink": "red"}', "BRAND_COLOURS['ink']: 'red' is no colour: write one"),
        ('BRAND_COLOURS_DARK = ["#fff"]', "BRAND_COLOURS_DARK: write a table such as"),
        ('MENU = [("A", ""), "about/"]', "MENU[1]: 'about/' is no entry: write a title and an"),
        ('LANGUAGE_SETTINGS = {"es": {"MENU": [("A",)]}}', "LANGUAGE_SETTINGS['es']['MENU'][0]: "),
        ('BRAND_FONTS = {"heading": "x"}', "BRAND_FONTS['heading']: no such key; there are"),
        ('BRAND_FONTS = {"text": "x;} a{"}', "BRAND_FONTS['text']: 'x;} a{' cannot be used"),
        (
            "LANGUAGE_SETTINGS = {'es': {'MENU': 5}}",
            "LANGUAGE_SETTINGS['es']['MENU']: write a list",
        ),
        ('BRAND_FONTS = {"files": [{"file": "a.ttf"}]}', "BRAND_FONTS['files'][0]['file']: name a"),
    ],
)
def test_a_slip_in_the_settings_is_named(tmp_path: Path, settings: str, said: str) -> None:
    done = pelican(bakery(tmp_path, settings + "\n"))
    assert done.returncode != 0
    assert said in re.sub(r"\s+", " ", done.stdout + done.stderr)


def test_a_strict_content_security_policy_takes_nothing_away(tmp_path: Path) -> None:
    built(bakery(tmp_path))
    html = page(tmp_path)
    assert not html.select("style, [style]")
    assert [cell["class"] for cell in html.select(".e-content [class]")] == [["align-right"]] * 2
    assert ".align-right{text-align:end}" in style(tmp_path).replace(" ", "")


def test_the_sheet_s_name_says_what_is_in_it(tmp_path: Path) -> None:
    names = []
    for number, colours in enumerate(("", "", 'BRAND_COLOURS = {"accent": "#0b6b3a"}\n')):
        folder = bakery(tmp_path / str(number), colours)
        built(folder)
        names.append(page(folder).select_one("link[rel=stylesheet]")["href"])
        assert sheet.digest(style(folder)) in names[-1]
    assert names[0] == names[1] != names[2]


def test_without_the_plugins_the_theme_s_own_sheet_is_linked(tmp_path: Path) -> None:
    folder = bakery(tmp_path, 'PLUGINS = ["pelican.plugins.language_indexes"]\n')
    built(folder, "--fatal", "warnings")
    assert page(folder).select_one("link[rel=stylesheet]")["href"].endswith("/css/tertulia.css")
    imported = re.findall(r'@import "(.+)";', style(folder))
    assert len(imported) > 5
    assert all((folder / "output/theme/css" / name).is_file() for name in imported)


def test_the_theme_s_own_colours_are_those_that_the_plugin_derives() -> None:
    expected = sheet.tokens(palette.light({}), palette.dark({}, {}))
    assert (THEME / "static/css/palette.css").read_text(encoding="utf-8").endswith(expected)


def test_imports_are_joined_once_and_what_is_not_there_stays(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text('@import "b.css";\n@import url("none.css");\na { top: 0 }')
    (tmp_path / "b.css").write_text('@import "a.css";\nb { top: 0 }')
    css = sheet.small(sheet.joined(tmp_path / "a.css"))
    assert css == 'b{top:0}@import url("none.css");a{top:0}'


def test_a_foreign_theme_is_left_as_it_is(tmp_path: Path) -> None:
    folder = bakery(
        tmp_path, 'THEME = "notmyidea"\nCSS_FILE = "main.css"\nDIRECT_TEMPLATES = ["index"]\n'
    )
    built(folder, "--fatal", "errors")
    assert page(folder).select_one("link[rel=stylesheet]")["href"].endswith("/css/main.css")


def test_small_means_the_same() -> None:
    css = 'a > b , c { margin : 0 calc(1rem + 2px); content: " ; } " }\n/* no */\n@media (x) { }'
    assert sheet.small(css) == 'a > b,c{margin : 0 calc(1rem + 2px);content:" ; } "}@media (x){}'


def test_contrast_is_wcag_s() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert palette.contrast("#ffcc00", "#ffcc00") == 1


@given(COLOURS, COLOURS, COLOURS)
def test_words_that_are_derived_can_be_read_where_those_they_come_from_can(
    paper: str, ink: str, cover: str
) -> None:
    light = palette.light({"paper": paper, "ink": ink, "cover": cover})
    dark = palette.dark({"cover": cover}, {"paper": paper, "ink": ink})
    for colours, ground in ((light, "sunk"), (dark, "raised")):
        if palette.contrast(colours["ink"], colours[ground]) >= palette.COMFORTABLE:
            assert palette.contrast(colours["soft"], colours[ground]) >= palette.READABLE


@given(COLOURS, COLOURS)
def test_what_is_recommended_is_readable_if_anything_is(colour: str, ground: str) -> None:
    towards = max("#000000", "#ffffff", key=lambda end: palette.contrast(end, ground))
    assert palette.contrast(palette.readable(colour, ground, towards), ground) >= palette.READABLE


@given(st.text(max_size=40))
def test_no_font_name_leaves_its_declaration(name: str) -> None:
    try:
        said = fonts.declarations({"text": name})
    except palette.StyleError:
        return
    assert not set(";{}<>\\") & set(said["sans"])
