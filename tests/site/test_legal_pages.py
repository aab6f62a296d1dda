"""plugins/legal_pages on small sites: what the law wants stands there, or the build says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from syndication.exchange import Site as SiteFacts
from syndication.exchange import Syndicated, replace_file, site_bytes
from tests.servers.pelican import minimal_site, pelican

FACTS: dict[str, object] = {
    "data_contact": "data@minimal.example",
    "notices_contact": "https://minimal.example/notices/",
    "responsible": "Ana Ruiz",
    "storage": {"en": "a server in Lugo, Spain", "es": "un servidor de Lugo"},
    "authority": {"name": {"en": "The agency", "es": "La agencia"}, "url": "https://aepd.example/"},
    "access_log_days": 7,
    "languages": ["es", "en"],
    "updated": "2026-11-22",
}
WHO = {
    "legal_name": "Minimal & Sons, Ltd.",
    "address": {"street": "Main Street 1", "postal_code": "27001", "city": "Lugo", "country": "ES"},
    "telephone": "+34 982 000 000",
}
PAGES = """
PLUGINS = ["pelican.plugins.legal_pages", "pelican.plugins.discussion_pages"]
THEME = "simple"
PAGE_LANG_URL = "{lang}/{slug}.html"
PAGE_LANG_SAVE_AS = "{lang}/{slug}.html"
"""


def site(folder: Path, legal: object = FACTS, who: object = WHO, more: str = "") -> Path:
    made = minimal_site(folder, f"{PAGES}ORGANIZATION = {who!r}\nLEGAL = {legal!r}\n{more}")
    (made / "content" / "pages").mkdir()
    for name, language, kind in (
        ("privacy", "en", "privacy"),
        ("privacidad", "es", "privacy"),
        ("imprint", "en", "imprint"),
    ):
        (made / "content" / "pages" / f"{name}.md").write_text(
            f"Title: {name}\nSlug: {name}\nLang: {language}\nLegal: {kind}\n\nIn **our** words.\n",
            encoding="utf-8",
        )
    return made


def page(folder: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((folder / "output" / name).read_text("utf-8"), "html.parser")


def words(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


def build(folder: Path, *arguments: str) -> str:
    built = pelican(folder, "--fatal", "warnings", *arguments)
    assert built.returncode == 0, built.stdout + built.stderr
    return built.stdout + built.stderr


def test_the_statement_follows_the_pages_own_words_and_says_every_fact(tmp_path: Path):
    build(site(tmp_path))
    privacy = page(tmp_path, "pages/privacy.html")
    said = words(privacy)
    assert said.index("In our words.") < said.index("Who is responsible")
    for fact in (
        "Minimal & Sons, Ltd.",
        "Main Street 1 27001 Lugo Spain",
        "+34 982 000 000",
        "even if you never visited this site",
        "Article 6(1)(f) GDPR",
        "The notes are deleted after 7 days.",
        "The data lies on a server in Lugo, Spain.",
        "We give it to nobody else.",
        "object to it at any time",
        "Last changed on November 22, 2026.",
    ):
        assert fact in said
    sentences = next(p for p in privacy.select("p") if "We give it" in p.get_text())
    assert "Spain. We give" in sentences.get_text(), "a space between sentences"
    links = {link["href"] for link in privacy.select("a")}
    assert {"mailto:data@minimal.example", "https://aepd.example/"} <= links
    imprint = words(page(tmp_path, "pages/imprint.html"))
    assert "Responsible for the content Ana Ruiz" in imprint
    assert "In these languages: Spanish and English" in imprint
    assert "minimal.example/notices" in imprint


def test_each_page_speaks_its_language_and_usted_where_the_brand_does(tmp_path: Path):
    build(site(tmp_path / "tu"))
    said = words(page(tmp_path / "tu", "es/privacidad.html"))
    assert "Los datos están en un servidor de Lugo." in said
    assert "La agencia" in said
    assert "Lugo España" in said
    assert "Qué puedes pedir" in said
    build(site(tmp_path / "usted", more='LANGUAGE_CATALOGUES = {"es": "es@usted"}'))
    said = words(page(tmp_path / "usted", "es/privacidad.html"))
    assert "Qué puede pedir" in said
    assert "Qué puedes pedir" not in said


def test_what_the_daemon_knows_is_told_by_the_daemon(tmp_path: Path):
    folder = site(tmp_path)
    build(folder)
    assert "What stands on no page" not in words(page(folder, "pages/privacy.html"))
    facts = SiteFacts(
        accounts=(
            Syndicated(network="mastodon", account="min@a.example", url="https://a.example/@min"),
        ),
        retention_days=90,
        contact="mailto:words@minimal.example",
    )
    (folder / "discussion").mkdir()
    replace_file(folder / "discussion" / "site.json", site_bytes(facts))
    build(folder)
    said = words(page(folder, "pages/privacy.html"))
    assert "What stands on no page is erased after 90 days." in said
    assert "min@a.example (Mastodon)" in said
    assert "words@minimal.example" in said


def test_a_service_that_is_told_of_comments_is_named_in_every_language(tmp_path: Path):
    folder = site(tmp_path)
    (folder / "discussion").mkdir()
    talk = "https://talk.minimal.example"
    endpoints = {"comment": f"{talk}/comment", "report": f"{talk}/report"}
    for service in ("", "Akismet"):
        facts = SiteFacts(endpoints=endpoints, spam_service=service)
        replace_file(folder / "discussion" / "site.json", site_bytes(facts))
        build(folder)
        english = words(page(folder, "pages/privacy.html"))
        spanish = words(page(folder, "es/privacidad.html"))
        assert ("We also ask the service Akismet" in english) == bool(service)
        assert ("Además preguntamos al servicio Akismet" in spanish) == bool(service)
        assert "If you report a message" in english
        assert "A mail address that you give with it" not in english
        assert ("We give it to nobody else." in english) != bool(service)
        assert ("No se lo damos a nadie más." in spanish) != bool(service)


@pytest.mark.parametrize("missing", sorted(FACTS.keys() - {"languages"}))
def test_a_missing_fact_fails_a_build_for_the_public_address(tmp_path: Path, missing: str):
    folder = site(tmp_path, {key: value for key, value in FACTS.items() if key != missing})
    built = pelican(folder, "--fatal", "errors")
    said = " ".join((built.stdout + built.stderr).split())
    assert built.returncode != 0
    assert f"LEGAL['{missing}'] is missing: write " in said
    assert "pelicanconf.py" in said


def test_a_draft_that_lacks_facts_is_named_and_stops_no_build(tmp_path: Path):
    made = site(tmp_path, legal={})
    for draft in (made / "content" / "pages").iterdir():
        said = draft.read_text("utf-8")
        draft.write_text(f"Status: draft\n{said}", encoding="utf-8")
    built = pelican(made, "--fatal", "errors")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "LEGAL['data_contact'] is missing" in built.stdout
    assert "Who is responsible" in words(page(made, "drafts/pages/privacy.html"))


def test_a_preview_warns_and_is_built_all_the_same(tmp_path: Path):
    folder = site(tmp_path, {}, {}, 'SITEURL = "http://127.0.0.1:8000"')
    built = pelican(folder, "--fatal", "errors")
    said = " ".join((built.stdout + built.stderr).split())
    assert built.returncode == 0
    assert said.count("ORGANIZATION['legal_name'] is missing") == 1
    assert "In our words." in words(page(folder, "pages/privacy.html"))


@pytest.mark.parametrize(
    ("key", "value", "advice"),
    [
        ("data_contact", "call us", "'call us' is neither an e-mail address nor a web address"),
        ("authority", "AEPD", "LEGAL['authority']: write a table of keys and values"),
        ("authority", {"name": "AEPD"}, "LEGAL['authority']: write the data protection authority"),
        ("access_log_days", "a week", "write a number of days, not 'a week'"),
        ("access_log_days", True, "write a number of days, not True"),
        ("updated", "yesterday", "'yesterday' is no date: write it as 2026-11-22"),
        ("languages", "es", "write a list of texts"),
        ("storage", 7, "LEGAL['storage']: write a text, not 7"),
        ("storrage", "x", "LEGAL has no key 'storrage'; its keys are access_log_days"),
    ],
)
def test_a_fact_that_cannot_be_used_is_named_with_its_key(
    tmp_path: Path, key: str, value: object, advice: str
):
    built = pelican(site(tmp_path, {**FACTS, key: value}), "--fatal", "errors")
    assert built.returncode != 0
    assert advice in " ".join((built.stdout + built.stderr).split())


def test_facts_are_text_and_no_markup(tmp_path: Path):
    hostile = "<script>alert(1)</script>"
    build(site(tmp_path, {**FACTS, "responsible": hostile, "storage": hostile}))
    for name in ("pages/privacy.html", "pages/imprint.html"):
        assert not page(tmp_path, name).find("script")
        assert hostile in words(page(tmp_path, name))


def test_an_unknown_kind_of_page_is_named_with_its_file(tmp_path: Path):
    folder = site(tmp_path)
    path = folder / "content" / "pages" / "imprint.md"
    path.write_text(path.read_text().replace("Legal: imprint", "Legal: imprit"))
    built = pelican(folder, "--fatal", "errors")
    said = " ".join((built.stdout + built.stderr).split())
    assert built.returncode != 0
    assert re.search(
        r"pages/imprint\.md:\d+: Legal: 'imprit' is not known; is imprint meant\?", said
    )


def test_two_builds_are_the_same(tmp_path: Path):
    folder = site(tmp_path)
    build(folder)
    first = (folder / "output" / "pages" / "privacy.html").read_bytes()
    build(folder)
    assert (folder / "output" / "pages" / "privacy.html").read_bytes() == first
