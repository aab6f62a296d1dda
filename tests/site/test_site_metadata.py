"""Real builds: what the head of every page tells search engines, previews and browsers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pelican.themes import reflex
from PIL import Image

from syndication.exchange import Syndicated
from tests.site.metadata_site import SITE, MetadataSite


@pytest.fixture
def site(tmp_path: Path) -> MetadataSite:
    return MetadataSite(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> MetadataSite:
    """One build with everything a page can be."""
    site = MetadataSite(tmp_path_factory.mktemp("whole"))
    site.picture("images/steel.jpg", (800, 450), "JPEG")
    site.content(
        "steel",
        "Pair: steel\nAuthor: Rafa Soler\nCategory: Workshop\nTags: frames, cost\n"
        "Image: images/steel.jpg\nImage-Alt: A frame\nModified: 2026-11-21 10:00",
    )
    site.content("acero", "Title: Por qué acero\nLang: es\nPair: steel\nCategory: Workshop")
    for number in range(3):
        site.content(f"more-{number}", "Category: Workshop")
    site.content("draft", "Status: draft")
    site.content("secret", "Status: hidden", kind="pages")
    site.content("unlisted", "Robots: noindex", kind="pages")
    site.content("about", kind="pages")
    site.accounts(
        Syndicated(network="mastodon", account="vencejo", url="https://social.example/@vencejo"),
        Syndicated(network="bluesky", account="v.example", url="https://bsky.example/v"),
    )
    site.build("--fatal", "warnings")
    return site


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("index.html", "/"),
        ("index2.html", "/index2.html"),
        ("es/index.html", "/es/"),
        ("steel/index.html", "/steel/"),
        ("es/acero/index.html", "/es/acero/"),
        ("about/index.html", "/about/"),
        ("archives.html", "/archives.html"),
        ("category/workshop.html", "/category/workshop.html"),
        ("tag/cost.html", "/tag/cost.html"),
    ],
)
def test_each_page_names_its_one_address_and_may_be_listed(
    whole: MetadataSite, name: str, path: str
) -> None:
    assert whole.links(name, "canonical") == [SITE + path]
    meta = whole.meta(name)
    assert meta["og:url"] == [SITE + path]
    assert meta["robots"] == ["max-image-preview:large"]


@pytest.mark.parametrize(
    "name", ["drafts/draft.html", "secret/index.html", "unlisted/index.html", "404.html"]
)
def test_what_nobody_should_find_says_so_and_nothing_else(whole: MetadataSite, name: str) -> None:
    assert whole.meta(name)["robots"] == ["noindex"]
    assert whole.links(name, "canonical") == []
    assert whole.hreflang(name) == {}
    assert whole.graph(name) == []


def test_a_list_in_which_nothing_stands_is_not_listed(site: MetadataSite) -> None:
    site.content("steel")
    site.build()
    assert site.meta("tags.html")["robots"] == ["noindex"]
    assert site.meta("es/index.html")["robots"] == ["noindex"]
    assert site.meta("index.html")["robots"] == ["max-image-preview:large"]
    assert site.hreflang("index.html") == {}


def test_no_page_of_an_extranet_is_listed(site: MetadataSite) -> None:
    site.set("SITE_NOINDEX=True")
    site.content("steel")
    site.build()
    for page in site.output.rglob("*.html"):
        assert site.meta(str(page.relative_to(site.output)))["robots"] == ["noindex"], page


def test_translations_name_each_other_and_the_one_for_everybody_else(whole: MetadataSite) -> None:
    expected = {
        "en": f"{SITE}/steel/",
        "es": f"{SITE}/es/acero/",
        "x-default": f"{SITE}/steel/",
    }
    assert whole.hreflang("steel/index.html") == expected
    assert whole.hreflang("es/acero/index.html") == expected
    assert whole.hreflang("index.html") == whole.hreflang("es/index.html")
    assert whole.hreflang("index.html")["es"] == f"{SITE}/es/"
    assert whole.hreflang("about/index.html") == {}


def test_every_translation_that_is_named_names_back_and_is_canonical(whole: MetadataSite) -> None:
    pages = {page.relative_to(whole.output).as_posix() for page in whole.output.rglob("*.html")}
    by_url = {url: name for name in pages for url in whole.links(name, "canonical")}
    assert len(by_url) > 8
    for name in pages:
        for url in whole.hreflang(name).values():
            assert whole.hreflang(by_url[url]) == whole.hreflang(name)


def test_a_draft_is_no_translation_for_machines(site: MetadataSite) -> None:
    site.content("steel", "Pair: steel")
    site.content("acero", "Lang: es\nPair: steel\nStatus: draft")
    site.build()
    assert site.hreflang("steel/index.html") == {}


def test_previews_get_title_description_locale_and_the_picture_with_its_size(
    whole: MetadataSite,
) -> None:
    meta = whole.meta("steel/index.html")
    assert meta["og:type"] == ["article"]
    assert meta["og:title"] == ["About steel"]
    assert meta["description"] == meta["og:description"] == ["In short, steel."]
    assert meta["og:site_name"] == ["Vencejo"]
    assert (meta["og:locale"], meta["og:locale:alternate"]) == (["en_GB"], ["es_ES"])
    assert meta["og:image"] == [f"{SITE}/images/steel.jpg"]
    assert (meta["og:image:width"], meta["og:image:height"]) == (["800"], ["450"])
    assert (meta["og:image:type"], meta["og:image:alt"]) == (["image/jpeg"], ["A frame"])
    assert meta["twitter:card"] == ["summary_large_image"]
    assert meta["article:published_time"] == ["2026-11-20T09:30:00+01:00"]
    assert meta["article:modified_time"] == ["2026-11-21T10:00:00+01:00"]
    assert (meta["article:section"], meta["article:tag"]) == (["Workshop"], ["frames", "cost"])
    assert meta["author"] == ["Rafa Soler"]
    assert meta["publisher"] == ["Vencejo"]


def test_a_list_describes_itself_in_its_language(whole: MetadataSite) -> None:
    assert whole.meta("index.html")["description"] == ["City bicycles"]
    assert whole.meta("es/index.html")["description"] == ["Bicicletas de ciudad"]
    assert whole.meta("tag/cost.html")["description"] == ["cost: City bicycles"]
    assert whole.meta("tag/cost.html")["og:title"] == ["cost"]
    assert whole.meta("tag/cost.html")["og:type"] == ["website"]


def test_a_theme_may_say_title_and_description_itself(site: MetadataSite) -> None:
    site.write(
        "templates/archives.html",
        '{% set metadata_title = "All & everything" %}{% set metadata_description = "By year" %}'
        '{% extends "!theme/archives.html" %}',
    )
    site.content("steel")
    site.build()
    meta = site.meta("archives.html")
    assert (meta["og:title"], meta["description"]) == (["All & everything"], ["By year"])


def test_the_brands_accounts_and_the_authors_own_are_named(whole: MetadataSite) -> None:
    accounts = ["https://social.example/@vencejo", "https://bsky.example/v"]
    assert whole.links("about/index.html", "me") == accounts
    assert whole.meta("steel/index.html")["fediverse:creator"] == ["@rafa@social.example"]
    assert whole.meta("more-1/index.html")["fediverse:creator"] == ["@vencejo@social.example"]


def test_icons_and_manifest_are_drawn_from_the_logo(whole: MetadataSite) -> None:
    head = whole.page("steel/index.html").head
    assert head is not None
    named = [str(link["href"]) for link in head.find_all("link", rel=["icon", "apple-touch-icon"])]
    assert f"{SITE}/images/logo.svg" in named
    for url in named:
        assert (whole.output / url.removeprefix(f"{SITE}/")).is_file(), url
    with Image.open(whole.output / "favicon.ico") as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    (manifest_url,) = whole.links("steel/index.html", "manifest")
    manifest = json.loads((whole.output / manifest_url.removeprefix(f"{SITE}/")).read_text())
    assert (manifest["name"], manifest["theme_color"]) == ("Vencejo", "#103050")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        with Image.open(whole.output / icon["src"].removeprefix(f"{SITE}/")) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            opaque = picture.convert("RGBA").getextrema()[3][0] == 255
            assert opaque == (icon["purpose"] == "maskable")


def test_the_browsers_frame_has_the_brands_colours(whole: MetadataSite) -> None:
    tags = whole.page("index.html").find_all("meta", attrs={"name": "theme-color"})
    assert [(tag["media"], tag["content"]) for tag in tags] == [
        ("(prefers-color-scheme: light)", "#103050"),
        ("(prefers-color-scheme: dark)", "#081828"),
    ]


def icons_of(site: MetadataSite) -> dict[str, Path]:
    """Each icon that a page names, by its ending, as a file that is there."""
    head = site.page("steel/index.html").head
    assert head is not None
    links = head.find_all("link", rel=["icon", "apple-touch-icon"])
    files = [site.output / str(link["href"]).removeprefix(f"{SITE}/") for link in links]
    assert all(file.is_file() for file in files)
    return {file.suffix: file for file in files}


def test_a_brand_without_a_logo_has_its_initial_for_an_icon(site: MetadataSite) -> None:
    site.set('BRAND_LOGO = ""\nSITENAME = "ñandú & Co"')
    site.content("steel")
    site.build()
    icons = icons_of(site)
    assert set(icons) == {".svg", ".ico", ".png"}
    svg = BeautifulSoup(icons[".svg"].read_text(encoding="utf-8"), "xml")
    assert (svg.svg.text, svg.rect["fill"], svg.find("text")["fill"]) == ("Ñ", "#103050", "#ffffff")
    with Image.open(icons[".png"]) as home_screen:
        colours = {colour for _, colour in home_screen.convert("RGB").getcolors(1 << 16)}
    assert {(0x10, 0x30, 0x50), (0xFF, 0xFF, 0xFF)} <= colours
    (publisher,) = [
        node for node in site.graph("steel/index.html") if node["@type"] == "Organization"
    ]
    assert "logo" not in publisher


def test_a_letter_that_no_font_has_gives_room_to_a_dot(site: MetadataSite) -> None:
    site.set('BRAND_LOGO = ""\nSITENAME = "\U00013000"')
    site.content("steel")
    site.build()
    svg = BeautifulSoup(icons_of(site)[".svg"].read_text(encoding="utf-8"), "xml")
    assert (svg.find("text"), svg.circle["fill"]) == (None, "#f0a020")


@pytest.mark.parametrize(
    "setting",
    ['BRAND_ICON = ""', 'EXTRA_PATH_METADATA = {"images/mine.ico": {"path": "favicon.ico"}}'],
)
def test_no_initial_stands_before_an_icon_of_the_sites_own(
    site: MetadataSite, setting: str
) -> None:
    site.set(f'BRAND_LOGO = ""\n{setting}')
    site.content("steel")
    site.picture("images/mine.ico", (16, 16), "ICO")
    site.build()
    assert icons_of(site) == {}
    assert not (site.output / "site.webmanifest").exists()


def test_an_icon_of_the_sites_own_stays(site: MetadataSite) -> None:
    site.set('EXTRA_PATH_METADATA = {"images/mine.ico": {"path": "favicon.ico"}}')
    site.content("steel")
    site.picture("images/mine.ico", (16, 16), "ICO")
    mine = (site.folder / "content/images/mine.ico").read_bytes()
    site.build()
    assert (site.output / "favicon.ico").read_bytes() == mine
    site.build()
    assert (site.output / "favicon.ico").read_bytes() == mine


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('BRAND_ICON = "images/none.png"', "BRAND_ICON: there is no file"),
        ('BRAND_ICON = "images/small.png"', "60 × 40 pixels"),
        ('BRAND_COLOURS = {"cover": "navy"}', "BRAND_COLOURS['cover']: 'navy' is no colour"),
        ('ORGANIZATION = {"name": "V", "fax": "1"}', "ORGANIZATION has no key 'fax'"),
        ('ORGANIZATION = {"same_as": ["vencejo"]}', "ORGANIZATION['same_as']: 'vencejo'"),
        ('REL_ME = "https://a.example"', "REL_ME: write a list"),
        ('AUTHOR_PROFILES = {"Rafa": {"fediverse": "rafa"}}', "@name@server.example"),
        ('PREVIEW_FONT = "images/logo.svg"', "PREVIEW_FONT: 'images/logo.svg' is no font"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    site: MetadataSite, settings: str, words: str
) -> None:
    site.set(settings)
    site.content("steel")
    site.picture("images/small.png")
    assert words in site.fail()


# --- drawn pictures ---------------------------------------------------------------------------

TITLES = {
    "plain": "Why steel",
    "right-to-left": "كيف تختار دراجة للمدينة",
    "emoji": "Bells 🔔 and whistles 🚲",
    "only-emoji": "🚲🚲",
    "east-asian": "自転車の話",
    "long": "word " * 60,
    "one-word": "x" * 300,
    "markup": 'Fish & chips <b>bold</b> "quoted"',
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> MetadataSite:
    site = MetadataSite(tmp_path_factory.mktemp("drawn"))
    for slug, title in TITLES.items():
        site.content(slug, f"Title: {title}")
    site.build()
    return site


def preview_of(site: MetadataSite, slug: str) -> Path:
    (url,) = site.meta(f"{slug}/index.html")["og:image"]
    return site.output / url.removeprefix(f"{SITE}/")


@pytest.mark.parametrize("slug", TITLES)
def test_a_page_without_a_picture_gets_one_drawn(drawn: MetadataSite, slug: str) -> None:
    meta = drawn.meta(f"{slug}/index.html")
    assert (meta["og:image:width"], meta["og:image:height"]) == (["1200"], ["630"])
    assert meta["og:image:alt"] == meta["og:title"] != [""]
    with Image.open(preview_of(drawn, slug)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        colours = [colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or []]
    for wanted in ((0x10, 0x30, 0x50), (0xFF, 0xFF, 0xFF), (0xF0, 0xA0, 0x20)):
        assert any(nearly(wanted, colour) for colour in colours), wanted
    assert preview_of(drawn, slug).stat().st_size < 40_000


def nearly(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 3 for a, b in zip(one, other, strict=True))


def test_a_right_to_left_title_stands_at_the_right(drawn: MetadataSite) -> None:
    def middle_of_the_ink(slug: str) -> float:
        with Image.open(preview_of(drawn, slug)) as picture:
            title = picture.crop((0, 60, 1200, 430)).convert("L").point(lambda v: 255 * (v > 128))
        left, _, right, _ = title.getbbox() or (0, 0, 0, 0)
        return (left + right) / 2

    assert middle_of_the_ink("plain") < 600 < middle_of_the_ink("right-to-left")


def test_a_title_that_is_too_long_stays_within_the_picture(drawn: MetadataSite) -> None:
    for slug in ("long", "one-word"):
        with Image.open(preview_of(drawn, slug)) as picture:
            edge = picture.convert("RGB").crop((1120, 0, 1200, 610))
            ((_, colour),) = edge.getcolors()
            assert nearly((0x10, 0x30, 0x50), colour)


def test_what_was_drawn_once_is_not_drawn_again(site: MetadataSite) -> None:
    site.content("steel")
    site.build()
    name = preview_of(site, "steel").name
    cached = site.folder / "cache/previews" / name
    Image.new("RGB", (1200, 630), "red").save(cached)
    site.build()
    assert preview_of(site, "steel").read_bytes() == cached.read_bytes()
    site.content("steel", "Title: Why aluminium")
    site.build()
    assert preview_of(site, "steel").name != name


def test_a_site_may_do_without_drawn_pictures(site: MetadataSite) -> None:
    site.set("PREVIEWS = False")
    site.content("steel")
    site.build()
    assert "og:image" not in site.meta("steel/index.html")
    assert site.meta("steel/index.html")["twitter:card"] == ["summary"]


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matter", "line", "words"),
    [
        ("Image: images/none.png\nImage-Alt: x", 5, "Image: 'images/none.png': there is no such"),
        ("Image: images/logo.svg\nImage-Alt: x", 5, "Image: 'images/logo.svg': is no picture"),
        ("Image: images/small.png", 5, "Image: needs an Image-Alt"),
        ("Lang: es\nPair: steel", 6, "Pair: no file in another language says 'steel'"),
        ("Translation: true", 5, "Translation: of what?"),
        ("Lang: english-and-more", 5, "Lang: 'english-and-more' is no language"),
        ("Schema: recipe", 5, "Schema: 'recipe' is not known; known are about, contact, faq"),
        ("Schema: faq", 5, "Schema: is faq, but no heading ends in a question mark"),
        (f"Title: {'long ' * 60}", 4, "Title: has 299 characters"),
    ],
)
def test_what_makes_a_page_poorer_is_a_warning_with_file_and_line(
    site: MetadataSite, matter: str, line: int, words: str
) -> None:
    site.picture("images/small.png")
    site.content("steel", matter)
    log = site.build()
    assert re.search(rf"WARNING.*content/articles/steel\.md:{line}: {re.escape(words)}", log), log
    assert list(site.output.rglob("steel/index.html"))


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\x1b", "\x7f", "\ufffe"])
def test_what_no_page_may_have_is_a_warning_with_its_line(site: MetadataSite, letter: str) -> None:
    site.content("steel", words=f"The first line.\n\nPasted {letter} from elsewhere.")
    log = site.build()
    place = re.escape("content/articles/steel.md:8: has the character U+")
    assert re.search(rf"WARNING.*{place}{ord(letter):04X}, which no page may have", log), log


def test_what_is_not_translated_yet_is_no_mistake(site: MetadataSite) -> None:
    site.content("steel", "Pair: steel")
    site.build("--fatal", "warnings")


@pytest.mark.parametrize(
    ("matter", "words"),
    [
        ("Date: 2026-13-40", "steel.md:4: Date: is no date"),
        ("Modified: yesterday-ish", "steel.md:5: Modified: is no date"),
    ],
)
def test_a_date_for_which_pelican_leaves_a_file_out_is_named(
    site: MetadataSite, matter: str, words: str
) -> None:
    site.content("steel", matter)
    site.content("other")
    assert words in site.build()


@pytest.mark.parametrize(
    ("matter", "words"),
    [
        ("Video: https://tube.example/w/1", "steel.md:5: Video: needs a Video-Poster"),
        (
            "Video: {static}/films/none.mp4\nVideo-Poster: images/small.png\nVideo-Poster-Alt: x",
            "steel.md:5: Video: there is no file 'films/none.mp4'",
        ),
    ],
)
def test_a_video_that_cannot_be_shown_is_an_error_with_file_and_line(
    site: MetadataSite, matter: str, words: str
) -> None:
    site.picture("images/small.png")
    site.content("steel", matter)
    log = site.fail()
    assert words in log
    assert "Traceback" not in log


def test_two_files_for_one_address_are_named_both(site: MetadataSite) -> None:
    site.content("steel", "Title: One")
    site.content("iron", "Slug: steel")
    log = site.fail()
    assert "content/articles/steel.md:2: Slug: 'steel/' is the address of" in log
    assert "content/articles/iron.md too" in log


def test_a_title_with_markup_is_text_everywhere(drawn: MetadataSite) -> None:
    assert drawn.meta("markup/index.html")["og:title"] == ['Fish & chips bold "quoted"']
    assert drawn.meta("emoji/index.html")["og:title"] == ["Bells 🔔 and whistles 🚲"]


# --- where it is built ------------------------------------------------------------------------


def test_two_builds_are_the_same_to_the_byte(tmp_path: Path) -> None:
    outputs = []
    for name in ("one", "two"):
        site = MetadataSite(tmp_path / name)
        site.content("steel", "Pair: steel\nTags: frames")
        site.content("acero", "Lang: es\nPair: steel")
        site.build()
        files = sorted(path for path in site.output.rglob("*") if path.is_file())
        outputs.append({path.relative_to(site.output): path.read_bytes() for path in files})
    assert outputs[0] == outputs[1]
    assert any("previews" in str(path) for path in outputs[0])


def test_a_build_without_an_absolute_address_claims_none(site: MetadataSite) -> None:
    site.set('SITEURL = ""')
    site.content("steel")
    site.build()
    meta = site.meta("steel/index.html")
    assert "og:url" not in meta
    assert "og:image" not in meta
    assert site.links("steel/index.html", "canonical") == []
    assert site.graph("steel/index.html") == []
    assert meta["og:title"] == ["About steel"]


def test_addresses_stay_absolute_where_links_are_relative(site: MetadataSite) -> None:
    site.set("RELATIVE_URLS=True")
    site.content("steel")
    site.build()
    assert site.links("steel/index.html", "canonical") == [f"{SITE}/steel/"]
    assert site.meta("steel/index.html")["og:image"][0].startswith(f"{SITE}/previews/")
    assert site.links("steel/index.html", "manifest") == ["../site.webmanifest"]


def test_a_foreign_theme_needs_one_line(site: MetadataSite) -> None:
    site.set(f"THEME = {reflex.path()!r}\nCC_LICENSE = {{}}")
    line = '{% include "site_metadata/head.html" %}'
    template = '{% extends "!theme/article.html" %}{% block meta %}' + line + "{% endblock %}"
    site.write("templates/article.html", template)
    site.write("templates/base.html", '{% extends "!theme/base.html" %}')
    site.content("steel", "Category: Workshop\nAuthor: Rafa Soler")
    site.build()
    assert site.links("steel/index.html", "canonical")[-1] == f"{SITE}/steel/"
    assert f'"@type":"BlogPosting","@id":"{SITE}/steel/#posting"' in site.html("steel/index.html")


def test_the_plugin_alone_does_without_its_siblings(site: MetadataSite) -> None:
    site.set('PLUGINS = ["pelican.plugins.site_metadata"]\nARTICLE_TRANSLATION_ID = "slug"')
    site.content("steel")
    site.content("acero", "Lang: es\nSlug: steel")
    site.build()
    assert set(site.hreflang("steel/index.html")) == {"en", "es", "x-default"}
    assert site.links("index.html", "canonical") == [f"{SITE}/"]
