"""The demonstration site, built as its owner builds it: plain `pelican`."""

from __future__ import annotations

import filecmp
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from tests.servers.pelican import pelican

ROOT = Path(__file__).parents[2]
THEME = ROOT / "themes" / "tertulia"
SITE = "https://vencejo.example"
HOME = {"en": "/", "es": "/es/"}
LOADS = {"img": "src", "script": "src", "iframe": "src", "source": "src", "embed": "src"}
LOADING_RELATIONS = {"stylesheet", "icon", "preload", "manifest", "modulepreload"}

Pages = dict[str, BeautifulSoup]  # path → page


def build(folder: Path) -> Path:
    """Build without a warning and without whatever discussion this clone may hold."""
    output = folder / "output"
    silence = f'DISCUSSION_PATH="{folder / "discussion"}"'
    built = pelican(ROOT, "--fatal", "warnings", "--output", str(output), "-e", silence)
    assert built.returncode == 0, built.stdout + built.stderr
    return output


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def pages(output: Path) -> Pages:
    return {
        "/" + file.relative_to(output).as_posix().removesuffix("index.html"): BeautifulSoup(
            file.read_text(encoding="utf-8"), "html.parser"
        )
        for file in sorted(output.rglob("*.html"))
    }


def of_language(pages: Pages, lang: str) -> Pages:
    spanish = {path: page for path, page in pages.items() if path.startswith("/es/")}
    return spanish if lang == "es" else {p: pages[p] for p in pages if p not in spanish}


def listed(page: BeautifulSoup) -> set[str]:
    """The paths of the articles in a page's list."""
    return {urlsplit(a["href"]).path for a in page.select("main .h-feed .h-entry a.u-url")}


def articles(pages: Pages) -> Pages:
    return {
        path: page
        for path, page in pages.items()
        if page.select_one("main > article .dt-published") and "/drafts/" not in path
    }


def switch(page: BeautifulSoup, lang: str) -> str:
    """Where the language switch leads."""
    link = page.select_one(f".languages a[hreflang={lang}]")
    assert link is not None
    return urlsplit(link["href"]).path


def test_it_shows_what_a_site_of_two_languages_can_have(pages: Pages) -> None:
    for lang in HOME:
        here = of_language(pages, lang)
        assert len(articles(here)) >= 12
        others = {urlsplit(a["href"]).path for a in here[HOME[lang]].select(".footer nav a")}
        assert len([p for p in others if p in here and p not in articles(here)]) >= 4
    drafts = [path for path in pages if "/drafts/" in path]
    assert len(drafts) >= 2


@pytest.mark.parametrize("lang", HOME)
def test_an_index_and_an_archive_list_their_own_language_completely(
    pages: Pages, lang: str
) -> None:
    own = of_language(pages, lang)
    archive = {"en": "/archive/", "es": "/es/archivo/"}[lang]
    indexes = {p for p in own if re.fullmatch(re.escape(HOME[lang]) + r"(page/\d+/)?", p)}
    assert len(indexes) > 1, "the index has more than one page"
    assert set().union(*(listed(own[path]) for path in indexes)) == set(articles(own))
    assert listed(own[archive]) == set(articles(own))


@pytest.mark.parametrize("lang", HOME)
def test_every_list_stays_in_its_language(pages: Pages, lang: str) -> None:
    own = of_language(pages, lang)
    lists = [path for path, page in own.items() if page.select_one(".h-feed")]
    topics = {"en": "/topics/", "es": "/es/temas/"}[lang]
    tags = {"en": "/tags/", "es": "/es/etiquetas/"}[lang]
    assert len([p for p in lists if p.startswith(topics)]) == 4
    assert len([p for p in lists if p.startswith(tags)]) >= 10
    for path in lists:
        assert listed(own[path]), path
        assert listed(own[path]) <= set(articles(own)), path


@pytest.mark.parametrize("lang", HOME)
def test_pages_say_their_language_and_their_menus_keep_it(pages: Pages, lang: str) -> None:
    for path, page in of_language(pages, lang).items():
        assert page.html["lang"] == lang, path
        for link in page.select(".brand, .menu a, .footer nav a, .topics a, .tags a"):
            target = urlsplit(link["href"]).path
            assert target.startswith("/es/") == (lang == "es"), (path, target)


def test_translations_name_each_other(pages: Pages) -> None:
    paired = 0
    for path, page in pages.items():
        alternates = {
            link["hreflang"]: urlsplit(link["href"]).path
            for link in page.select('head link[rel="alternate"][hreflang]')
        }
        if not alternates:
            continue
        lang = page.html["lang"]
        assert alternates[lang] == path
        for target in alternates.values():
            back = pages[target].select_one(f'head link[hreflang="{lang}"]')
            assert back is not None, (path, target)
            assert urlsplit(back["href"]).path == path
        paired += path in articles(pages)
    assert paired >= 20


def test_the_language_switch_leads_to_the_counterpart(pages: Pages) -> None:
    assert switch(pages["/"], "es") == "/es/"
    assert switch(pages["/page/2/"], "es") == "/es/"
    assert switch(pages["/carrying-children/"], "es") == "/es/llevar-ninos/"
    assert switch(pages["/es/llevar-ninos/"], "en") == "/carrying-children/"
    assert switch(pages["/topics/workshop/"], "es") == "/es/temas/taller/"
    assert switch(pages["/es/etiquetas/frenos/"], "en") == "/tags/brakes/"
    assert switch(pages["/archive/"], "es") == "/es/archivo/"
    assert switch(pages["/es/quienes-somos/"], "en") == "/about/"
    assert switch(pages["/es/taller-abierto/"], "en") == "/", "what has no translation"


def test_every_topic_and_tag_has_its_translation(pages: Pages) -> None:
    """A slip in TAXONOMY_TRANSLATIONS would lead to the list instead."""
    for path, page in pages.items():
        parts = path.removeprefix("/es").strip("/").split("/")
        if parts[0] in {"topics", "temas", "tags", "etiquetas"} and len(parts) == 2:
            other = "en" if path.startswith("/es/") else "es"
            assert switch(pages[switch(page, other)], page.html["lang"]) == path


def test_drafts_and_the_future_are_neither_listed_nor_fed(output: Path, pages: Pages) -> None:
    assert not [path for path in pages if path == "/eighty-five-years/"]
    hidden = [path for path in pages if "/drafts/" in path]
    assert "/drafts/eighty-five-years/" in hidden
    assert "/drafts/electric-nido/" in hidden
    assert "/es/drafts/bicicletas-para-el-instituto/" in hidden
    feeds = "".join(file.read_text(encoding="utf-8") for file in output.rglob("*.xml"))
    assert "/carrying-children/" in feeds
    for path in hidden:
        assert path not in feeds
        for where, page in pages.items():
            if where != path:
                assert not page.select(f'a[href$="{path}"]'), (where, path)


def test_feeds_keep_to_their_language(output: Path) -> None:
    english = (output / "feeds" / "atom.xml").read_text(encoding="utf-8")
    spanish = (output / "es" / "feeds" / "atom.xml").read_text(encoding="utf-8")
    assert f"{SITE}/carrying-children/" in english
    assert f"{SITE}/es/" not in re.sub(r"<content.*?</content>", "", english, flags=re.S)
    assert f"{SITE}/es/llevar-ninos/" in spanish
    assert f"{SITE}/carrying-children/" not in spanish


def test_pictures_say_what_they_show(pages: Pages) -> None:
    seen = 0
    for path, page in pages.items():
        for image in page.select("img"):
            seen += 1
            if "brand__logo" in image["class"]:
                assert image["alt"] == "", "the name stands beside it"
            else:
                assert image.get("alt", "").strip(), (path, image)
    assert seen > 100


def test_no_page_runs_a_script_or_loads_from_elsewhere(output: Path, pages: Pages) -> None:
    for path, page in pages.items():
        for script in page.select('script:not([type="application/ld+json"])'):
            assert "/search/" in path or "/buscar/" in path, (path, script)
            assert script["src"].startswith(SITE + "/"), (path, script)
        assert not [
            tag for tag in page.find_all(True) if any(a.startswith("on") for a in tag.attrs)
        ]
        for url in loaded(page):
            assert urljoin(SITE + path, url).startswith(SITE + "/"), (path, url)
    for url in {
        link["href"] for page in pages.values() for link in page.select("[rel=stylesheet]")
    }:
        sheet = (output / url.removeprefix(SITE + "/")).read_text(encoding="utf-8")
        assert "@import" not in sheet
        for loads in re.findall(r"url\(\"?([^\")]+)", sheet):
            assert (output / loads.removeprefix(SITE + "/")).is_file(), loads


def loaded(page: BeautifulSoup) -> Iterator[str]:
    """What a browser fetches by itself to show a page."""
    for name, attribute in LOADS.items():
        yield from (tag[attribute] for tag in page.select(f"{name}[{attribute}]"))
    for link in page.select("link[href]"):
        if LOADING_RELATIONS & set(link["rel"]):
            yield link["href"]


def test_every_link_of_ours_leads_somewhere(output: Path, pages: Pages) -> None:
    for path, page in pages.items():
        for tag in page.select("[href], [src]"):
            target, fragment = urldefrag(urljoin(SITE + path, tag.get("href") or tag["src"]))
            if not target.startswith(SITE):
                continue
            where = unquote(urlsplit(target).path)
            file = output / where.lstrip("/")
            assert (file / "index.html" if where.endswith("/") else file).is_file(), (path, where)
            if fragment:
                assert pages[where].find(id=fragment), (path, target)


def test_headings_descend_without_a_gap(pages: Pages) -> None:
    for path, page in pages.items():
        levels = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(b <= a + 1 for a, b in pairwise(levels)), (path, levels)


def test_landmarks_and_the_skip_link_are_there(pages: Pages) -> None:
    for path, page in pages.items():
        if page.select_one('meta[http-equiv="refresh"]'):
            continue  # a former address sends on at once
        first = page.body.find(True)
        assert isinstance(first, Tag)
        assert first["class"] == ["skip"], path
        assert page.find(id=first["href"].removeprefix("#")).name == "main", path
        assert page.select_one("body > header"), path
        assert page.select_one("body > footer"), path
        assert all(nav.get("aria-label") for nav in page.find_all("nav")), path


def test_an_article_is_an_h_entry(pages: Pages) -> None:
    page = pages["/es/pastillas-de-freno/"]
    entry = page.select_one("main > article.h-entry")
    assert entry is not None
    assert entry.select_one("h1.p-name").get_text() == "Nos equivocamos con las pastillas de freno"
    assert entry.select_one("time.dt-published")["datetime"] == "2026-06-18T17:30:00+02:00"
    assert entry.select_one("time.dt-published").get_text() == "18 de junio de 2026"
    assert entry.select_one(".entry__meta a.u-url")["href"] == f"{SITE}/es/pastillas-de-freno/"
    assert entry.select_one(".p-author.h-card .p-name").get_text() == "Amparo Llorens"
    assert "chirrían" in entry.select_one(".e-content").get_text()
    assert {tag.get_text() for tag in entry.select(".p-category")} >= {"Taller", "frenos"}
    assert entry.select_one("img.u-featured")["src"] == f"{SITE}/images/brake.png"


def test_an_english_date_is_written_as_in_europe(pages: Pages) -> None:
    published = pages["/carrying-children/"].select_one("time.dt-published")
    assert published.get_text() == "20 November 2026"


def test_two_builds_are_the_same_byte_for_byte(output: Path, tmp_path: Path) -> None:
    again = build(tmp_path)
    files = {file.relative_to(output) for file in output.rglob("*") if file.is_file()}
    assert files == {file.relative_to(again) for file in again.rglob("*") if file.is_file()}
    _, different, unreadable = filecmp.cmpfiles(
        output, again, [str(file) for file in files], shallow=False
    )
    assert not different
    assert not unreadable
