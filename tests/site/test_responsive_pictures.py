"""Pictures in many sizes: real builds of a small site, with and without what can be wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.responsive_pictures import markup
from PIL import Image

from tests.servers.pelican import minimal_site, pelican

SETTINGS = """
PLUGINS = ["pelican.plugins.responsive_pictures"]
STATIC_PATHS = ["images"]
RELATIVE_URLS = False
THEME_TEMPLATES_OVERRIDES = ["templates"]
ARTICLE_URL = ARTICLE_SAVE_AS = "{slug}.html"
"""
TEMPLATE = """{% extends "!theme/article.html" %}
{% block content %}<div id="lead">{{ responsive_picture(article, class_="u-featured",
sizes="50vw", first=True) }}</div>{{ super() }}{% endblock %}
"""
TURNED_BY_A_QUARTER = 6


class Site:
    """A site of one article."""

    def __init__(self, folder: Path) -> None:
        self.folder = minimal_site(folder, SETTINGS, articles=0)
        (folder / "templates").mkdir()
        (folder / "templates" / "article.html").write_text(TEMPLATE, encoding="utf-8")
        (folder / "content" / "images").mkdir()

    def picture(self, name: str, width: int = 1000, height: int = 500, **saved: object) -> Path:
        path = self.folder / "content" / "images" / name
        Image.linear_gradient("L").convert("RGB").resize((width, height)).save(path, **saved)
        return path

    def article(self, words: str, front_matter: str = "") -> None:
        text = f"Title: One\nDate: 2026-10-01\nSlug: one\n{front_matter}\n{words}\n"
        (self.folder / "content" / "one.md").write_text(text, encoding="utf-8")

    def build(self) -> str:
        built = pelican(self.folder)
        assert built.returncode == 0, built.stdout + built.stderr
        return re.sub(r"\s+", " ", built.stdout + built.stderr)

    def page(self) -> BeautifulSoup:
        html = (self.folder / "output" / "one.html").read_text(encoding="utf-8")
        return BeautifulSoup(html, "html.parser")

    def words(self) -> Tag:
        found = self.page().select_one(".entry-content")
        assert isinstance(found, Tag)
        return found

    def made(self) -> dict[str, Path]:
        return {path.name: path for path in sorted((self.folder / "output" / "pictures").iterdir())}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def variants(picture: Tag) -> list[tuple[str, int]]:
    """(address, width) of everything that a `<picture>` offers."""
    return [
        (address, int(width.removesuffix("w")))
        for source in picture.select("source")
        for address, width in (each.split() for each in source["srcset"].split(", "))
    ]


def test_a_picture_among_the_words_is_offered_in_formats_and_widths(site: Site) -> None:
    site.picture("wheel.jpg")
    site.article("![A wheel]({static}/images/wheel.jpg)")
    site.build()
    picture = site.words().select_one("p > picture")
    assert picture is not None
    assert [source["type"] for source in picture.select("source")] == ["image/avif", "image/webp"]
    assert [width for _, width in variants(picture)] == [480, 800, 1000] * 2
    for address, width in variants(picture):
        file = site.made()[address.removeprefix("https://minimal.example/pictures/")]
        with Image.open(file) as image:
            assert image.size == (width, width // 2)
            assert image.format == file.suffix[1:].upper()
    img = picture.select_one("img")
    assert (img["alt"], img["width"], img["height"]) == ("A wheel", "1000", "500")
    assert img["src"] == "https://minimal.example/images/wheel.jpg"


def test_only_the_first_picture_that_is_seen_is_fetched_at_once(site: Site) -> None:
    site.picture("a.png")
    site.picture("b.png")
    site.article("![A]({static}/images/a.png)\n\n![B]({static}/images/b.png)")
    site.build()
    first, second = site.words().select("img")
    assert (first["fetchpriority"], first.get("loading")) == ("high", None)
    assert (second.get("fetchpriority"), second["loading"]) == (None, "lazy")


def test_front_matter_s_picture_comes_first_and_as_the_theme_shows_it(site: Site) -> None:
    site.picture("a.png")
    site.picture("b.png")
    site.article(
        "![B]({static}/images/b.png)", 'Image: images/a.png\nImage-Alt: Two "A"s & one <b>\n'
    )
    site.build()
    lead = site.page().select_one("#lead picture")
    assert lead is not None
    assert {source["sizes"] for source in lead.select("source")} == {"50vw"}
    img = lead.select_one("img")
    assert img["alt"] == 'Two "A"s & one <b>'
    assert (img["class"], img["fetchpriority"]) == (["u-featured"], "high")
    assert site.words().select_one("img")["loading"] == "lazy"


def test_pictures_are_made_once(site: Site) -> None:
    site.picture("a.png")
    site.article("![A]({static}/images/a.png)")
    site.build()
    kept = {path: path.stat().st_mtime_ns for path in (site.folder / "cache/pictures").iterdir()}
    names = set(site.made())
    for path in site.made().values():
        path.unlink()
    site.build()
    assert set(site.made()) == names == {path.name for path in kept}
    assert all(path.stat().st_mtime_ns == age for path, age in kept.items())


def test_a_picture_that_a_power_cut_left_empty_or_cut_off_is_put_right(site: Site) -> None:
    site.picture("wheel.jpg")
    site.article("![A wheel]({static}/images/wheel.jpg)")
    site.build()
    sound = {name: file.read_bytes() for name, file in site.made().items()}
    empty, cut, *_ = sound
    (site.folder / "cache/pictures" / empty).write_bytes(b"")
    site.made()[empty].write_bytes(b"")
    site.made()[cut].write_bytes(sound[cut][:-20])
    site.build()
    assert {name: file.read_bytes() for name, file in site.made().items()} == sound


def test_another_picture_of_the_same_name_has_another_address(site: Site) -> None:
    site.picture("a.png")
    site.article("![A]({static}/images/a.png)")
    site.build()
    before = variants(site.words().select_one("picture"))
    site.picture("a.png", width=900)
    site.build()
    assert not set(before) & set(variants(site.words().select_one("picture")))


def test_a_missing_alternative_text_is_named_with_its_line(site: Site) -> None:
    site.picture("a.png")
    site.article("Words.\n\n![]({static}/images/a.png)")
    said = site.build()
    assert "content/one.md:7: the picture {static}/images/a.png has no alt" in said
    assert site.words().select_one("picture img")["alt"] == ""


def test_a_picture_that_is_not_there_is_named_with_its_line(site: Site) -> None:
    site.article("![A]({static}/images/none.png)", "Image: images/neither.png\nImage-Alt: N\n")
    said = site.build()
    assert "content/one.md:4: the picture images/neither.png: there is no" in said
    assert "content/one.md:7: the picture {static}/images/none.png: there" in said
    assert (
        site.page().select_one("#lead img")["src"] == "https://minimal.example/images/neither.png"
    )


@pytest.mark.parametrize("kept", [0, 40, 0.5])
def test_a_damaged_picture_breaks_no_page(site: Site, kept: float) -> None:
    path = site.picture("a.png")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept if kept > 1 else kept * len(whole))])
    site.article("![A]({static}/images/a.png)\n\nAnd words.")
    said = site.build()
    assert "a.png" in said
    assert ("no picture that Pillow can read" in said) or ("it is damaged" in said)
    assert not site.words().select("source")
    assert site.words().select_one("img")["alt"] == "A"
    assert "And words." in site.words().get_text()


def test_a_photograph_is_turned_upright_and_says_no_place(site: Site) -> None:
    exif = Image.Exif()
    exif[0x0112] = TURNED_BY_A_QUARTER
    exif[0x010E] = "at home"
    site.picture("a.jpg", exif=exif)
    site.article("![A]({static}/images/a.jpg)")
    site.build()
    img = site.words().select_one("img")
    assert (img["width"], img["height"]) == ("500", "1000")
    for path in site.made().values():
        with Image.open(path) as image:
            assert image.height == 2 * image.width
            assert not image.getexif()


def test_a_drawing_keeps_its_one_file_and_gets_its_size(site: Site) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60"></svg>'
    (site.folder / "content/images/a.svg").write_text(drawing, encoding="utf-8")
    site.article("![A]({static}/images/a.svg)")
    site.build()
    assert not site.words().select("picture")
    img = site.words().select_one("img")
    assert (img["width"], img["height"]) == ("120", "60")


def test_a_theme_may_ask_for_a_size(site: Site) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="12" height="6.4px"></svg>'
    (site.folder / "content/images/a.svg").write_text(drawing, encoding="utf-8")
    ask = '{{ picture_size("images/a.svg") }} {{ picture_size("images/none.svg") }}'
    (site.folder / "templates" / "article.html").write_text(ask, encoding="utf-8")
    site.article("Words.")
    site.build()
    assert site.page().get_text() == "(12, 6) None"


def test_pictures_of_others_and_those_already_responsive_stay(site: Site) -> None:
    site.picture("a.png")
    own = '<picture><source srcset="/x.webp"><img src="/images/a.png" alt="A"></picture>'
    site.article(f"![B](https://other.example/b.png)\n\n{own}\n")
    site.build()
    other, responsive = site.words().select("img")
    assert other["src"] == "https://other.example/b.png"
    assert other.parent.name == "p"
    assert responsive.attrs == {"src": "/images/a.png", "alt": "A"}
    assert site.words().select_one("source").attrs == {"srcset": "/x.webp"}


def test_a_picture_in_an_author_s_own_tag_keeps_what_the_author_wrote(site: Site) -> None:
    site.picture("a.png")
    tag = '<img src="/images/a.png" alt="1 > 0" class="small" sizes="10rem" width="80">'
    site.article(tag)
    site.build()
    picture = site.words().select_one("picture")
    assert picture.select_one("source")["sizes"] == "10rem"
    img = picture.select_one("img")
    assert (img["alt"], img["class"], img["width"]) == ("1 > 0", ["small"], "80")
    assert img["height"] == "40"


def test_a_page_may_show_code_that_speaks_of_pictures(site: Site) -> None:
    site.article('Write `<img src="x.png">`.\n\n    <img src="y.png">\n')
    said = site.build()
    assert "y.png" not in said
    assert '<img src="x.png">' in site.words().get_text()
    assert not site.words().select("img")


@given(st.text(max_size=80))
def test_whatever_stands_in_an_attribute_stays_in_it(value: str) -> None:
    shown = BeautifulSoup(markup.img({"alt": value, "src": "a.png"}), "html.parser")
    tags = shown.find_all(True)
    assert [tag.name for tag in tags] == ["img"]
    assert set(tags[0].attrs) == {"alt", "src"}


@given(st.text(alphabet="<>img src=\"'/ax\n", max_size=60))
def test_no_text_of_angles_and_quotes_takes_long_or_fails(text: str) -> None:
    assert markup.each_img(text, lambda attributes: None) == text
