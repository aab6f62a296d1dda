"""`tertulia init`: what it makes builds at once, and what it cannot make it does not begin."""

from __future__ import annotations

import re
import runpy
import shlex
import tomllib
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from syndication.cli.init import init
from syndication.starter import LANGUAGES, PREVIEW, WORDS, StarterError, create
from tests.servers.pelican import pelican

ASKED = {"name": "Vencejo", "url": "https://vencejo.example/", "language": "es"}


LEGAL_PAGES = {"en": ("privacy", "imprint"), "es": ("privacidad", "aviso-legal")}


def fill_in_who_publishes(site: Path) -> None:
    """What the settings ask for, and the pages that waited for it are published."""
    settings = site / "pelicanconf.py"
    text = settings.read_text(encoding="utf-8").replace('    # "', '    "')
    for key, value in {
        "legal_name": "Vencejo, S. Coop. V.",
        "email": "hola@vencejo.example",
        "street": "Calle del Nido 7",
        "data_contact": "datos@vencejo.example",
        "notices_contact": "avisos@vencejo.example",
        "responsible": "Amparo Llorens",
        "storage": "un servidor de Servidor, S. A. en Madrid",
        "name": "AEPD",
        "url": "https://www.aepd.es/",
    }.items():
        text = text.replace(f'"{key}": ""', f'"{key}": "{value}"')
    settings.write_text(text, encoding="utf-8")
    for page in (site / "content" / "pages").iterdir():
        said = page.read_text(encoding="utf-8")
        page.write_text(said.replace("Status: draft\n", ""), encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_site_builds_at_once_and_lacks_nothing_but_the_facts_that_it_asks_for(
    tmp_path: Path, language: str
):
    site = tmp_path / "new"
    create(site, **{**ASKED, "language": language})
    built = pelican(site, "--fatal", "errors")
    assert built.returncode == 0, built.stdout + built.stderr
    said = " ".join((built.stdout + built.stderr).split())
    assert said.count("WARNING") == 1
    assert "The legal pages are not complete" in said
    settings = (site / "pelicanconf.py").read_text(encoding="utf-8")
    asked_for = re.findall(r"pelicanconf.py: \w+\['(\w+)'\] is missing: write ", said)
    assert {"legal_name", "address", "authority", "storage"} <= set(asked_for)
    assert [key for key in asked_for if f'# "{key}": ' not in settings] == []
    drafts = {path.parent.name for path in (site / "output/drafts").rglob("index.html")}
    assert drafts == set(LEGAL_PAGES[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_site_that_says_who_publishes_builds_without_a_warning(tmp_path: Path, language: str):
    site = tmp_path / "new"
    create(site, **{**ASKED, "language": language}, today=date(2026, 11, 22))
    fill_in_who_publishes(site)
    built = pelican(site, "--fatal", "warnings")
    assert built.returncode == 0, built.stdout + built.stderr
    for name in LEGAL_PAGES[language]:
        assert "Calle del Nido 7" in (site / "output" / name / "index.html").read_text("utf-8")
    index = (site / "output" / "index.html").read_text(encoding="utf-8")
    assert f'<html lang="{language}"' in index
    article, page = {"en": ("hello", "contact"), "es": ("hola", "contacto")}[language]
    assert f'href="https://vencejo.example/{article}/"' in index
    assert "Vencejo" in (site / "output" / page / "index.html").read_text(encoding="utf-8")
    outbox = (site / "output" / "outbox.json").read_text(encoding="utf-8")
    assert f"https://vencejo.example/{article}/" in outbox
    assert '<link rel="canonical"' in index
    sitemap = (site / "output" / "sitemap-pages.xml").read_text(encoding="utf-8")
    assert f"https://vencejo.example/{LEGAL_PAGES[language][0]}/" in sitemap
    assert (site / "output" / WORDS[language]["search"] / "index.html").is_file()
    assert (site / "output" / "pagefind" / "pagefind.js").is_file()


def test_a_new_site_is_built_fast_one_build_at_a_time(tmp_path: Path):
    site = tmp_path / "new"
    create(site, **ASKED)
    assert runpy.run_path(str(site / "pelicanconf.py"))["PLUGINS"][-2:] == [
        "output_lock",
        "fast_build",
    ]
    built = pelican(site)
    assert built.returncode == 0, built.stdout + built.stderr
    assert (site / "var" / "cache" / "fast_build").is_dir()
    before = (site / "output" / "index.html").stat()
    assert pelican(site).returncode == 0
    after = (site / "output" / "index.html").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_every_file_is_told_and_nothing_else_is_made(tmp_path: Path):
    site = tmp_path / "new"
    told = create(site, **ASKED)
    assert told == sorted(path for path in site.rglob("*") if path.is_file())
    inner = {str(path.relative_to(site)) for path in told}
    assert {"pelicanconf.py", "tertulia.toml", ".gitignore"} <= inner
    assert {"content/articles/hola.md", "content/pages/contacto.md"} <= inner
    assert any(name.startswith("themes/tertulia/templates/") for name in inner)
    assert list(tmp_path.iterdir()) == [site]


def test_the_settings_carry_what_was_asked(tmp_path: Path):
    name = 'Casa "Ñandú" \\ hijos'
    create(tmp_path / "new", name=name, url="https://nandu.example", language="es")
    settings: dict[str, object] = {}
    exec((tmp_path / "new" / "pelicanconf.py").read_text(encoding="utf-8"), settings)
    assert settings["SITENAME"] == name
    assert settings["SITEURL"] == "https://nandu.example"
    daemon = tomllib.loads((tmp_path / "new" / "tertulia.toml").read_text(encoding="utf-8"))
    assert daemon["site"]["url"] == settings["SITEURL"]


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StarterError, match="not empty"):
        create(tmp_path, **ASKED)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_fresh_repository_counts_as_empty(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    assert create(tmp_path, **ASKED)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "name"),
        ({"name": "two\nlines"}, "one line"),
        ({"url": "vencejo.example"}, "address 'vencejo.example'"),
        ({"url": "ftp://vencejo.example"}, "such as https://"),
        ({"url": "https://vencejo.example/?a=b"}, "address"),
        ({"language": "fr"}, "en or es"),
    ],
)
def test_what_cannot_be_made_is_not_begun(tmp_path: Path, wrong: dict[str, str], said: str):
    with pytest.raises(StarterError, match=said):
        create(tmp_path / "new", **{**ASKED, **wrong})
    assert list(tmp_path.iterdir()) == []


def test_what_init_says_shows_the_site_with_its_style_and_leaves_the_public_one_alone(
    tmp_path: Path,
):
    site = tmp_path / "new"
    options = [part for key, value in ASKED.items() for part in (f"--{key}", value)]
    told = CliRunner().invoke(init, [str(site), *options], catch_exceptions=False)
    (line,) = [line.strip() for line in told.output.splitlines() if "--listen" in line]
    assert line == PREVIEW
    assert PREVIEW in (site / "pelicanconf.py").read_text(encoding="utf-8")
    once = [part for part in shlex.split(line) if part not in ("--autoreload", "--listen")]
    built = pelican(site, *once[1:])
    assert built.returncode == 0, built.stdout + built.stderr
    page = BeautifulSoup(
        (site / "var/preview/index.html").read_text(encoding="utf-8"), "html.parser"
    )
    (style,) = page.select('link[rel="stylesheet"]')
    path = str(style["href"]).removeprefix("http://127.0.0.1:8000/").partition("?")[0]
    assert (site / "var/preview" / path).is_file()
    assert not (site / "output").exists()


def test_the_picture_of_the_first_page_stays_small_without_the_style(tmp_path: Path):
    site = tmp_path / "new"
    create(site, **ASKED)
    assert pelican(site).returncode == 0
    page = BeautifulSoup((site / "output/index.html").read_text(encoding="utf-8"), "html.parser")
    pictures = page.select("svg")
    assert pictures
    for picture in pictures:
        assert int(str(picture["width"])) <= 640
        assert picture["fill"] == "none"
