"""The search page in a browser, behind the Content-Security-Policy that the docs name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.servers.pelican import minimal_site, pelican

SETTINGS = """
PLUGINS = ["pelican.plugins.language_indexes", "pelican.plugins.site_search"]
THEME = "simple"
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/{slug}/"
ARTICLE_LANG_SAVE_AS = "{lang}/{slug}/index.html"
LANGUAGE_LOCALES = {"en": "en_GB"}
LANGUAGE_SETTINGS = {"es": {"SEARCH_URL": "es/buscar/", "SEARCH_SAVE_AS": "es/buscar/index.html"}}
"""
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
)


class Strict(SimpleHTTPRequestHandler):
    """Serves a folder with the policy."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module", params=[1000, 2], ids=["one part", "parts"])
def address(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A site whose index is whole, and the same with an index in parts."""
    pytest.importorskip("pagefind_bin")
    folder = tmp_path_factory.mktemp("search")
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Strict, directory=str(folder / "site" / "output"))
    ) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        build(folder / "site", url, request.param)
        parts = [*(folder / "site/output/pagefind").rglob("pagefind-entry.json")]
        assert (len(parts) > 4) == (request.param == 2)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield url
        server.shutdown()
        thread.join()


def build(site: Path, url: str, size: int) -> None:
    minimal_site(site, f'{SETTINGS}\nSITEURL = "{url}"\nSEARCH_PART_PAGES = {size}')
    hostile = "Brakes &lt;img src=x onerror=alert(1)&gt; squeal in the rain."
    for number in range(12):
        (site / f"content/rain{number}.md").write_text(
            f"Title: Rain & <b>wind</b> {number}\nDate: 2026-10-02\nSlug: rain-{number}\n\n"
            f"{hostile}\n",
            encoding="utf-8",
        )
    (site / "content/frenos.md").write_text(
        "Title: Los frenos\nDate: 2026-10-02\nSlug: frenos\nLang: es\n\nReparaciones de frenos.\n",
        encoding="utf-8",
    )
    built = pelican(site, "--fatal", "warnings")
    assert built.returncode == 0, built.stdout + built.stderr


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console complains about: a refused script or style is among it."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_a_search_by_keyboard_alone_finds_leads_and_stays_in_the_address(
    page: Page, address: str, complaints: list[str]
) -> None:
    page.goto(f"{address}/search/")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("squealing")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("12 results")
    expect(page.locator(".search__results li")).to_have_count(10)
    assert page.url.endswith("/search/?q=squealing")
    page.locator(".search__more").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".search__results li")).to_have_count(12)
    expect(page.locator(".search__results li").nth(10).locator("a")).to_be_focused()
    expect(page.locator(".search__more")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rain-*/")
    assert complaints == []


def test_words_of_an_article_are_text_in_a_result(
    page: Page, address: str, complaints: list[str]
) -> None:
    page.goto(f"{address}/search/?q=squeal")
    first = page.locator(".search__results li").first
    expect(first).to_contain_text("<img src=x onerror=alert(1)>")
    expect(first.locator("mark")).to_have_text("squeal")
    expect(first.locator("time")).to_have_text("2 October 2026")
    assert page.locator(".search__results img").count() == 0
    assert complaints == []


def test_each_language_finds_its_own_by_its_own_grammar(
    page: Page, address: str, complaints: list[str]
) -> None:
    page.goto(f"{address}/es/buscar/?q=reparar+freno")
    expect(page.get_by_role("status")).to_have_text("1 resultado")
    link = page.locator(".search__results a")
    expect(link).to_have_text("Los frenos")
    assert link.get_attribute("href") == f"{address}/es/frenos/"
    page.get_by_role("searchbox").fill("rain")
    expect(page.get_by_role("status")).to_have_text("No hay nada sobre «rain».")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.context.cookies() == []
    assert complaints == []


def test_nothing_of_the_index_is_fetched_until_somebody_searches(page: Page, address: str) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{address}/search/", wait_until="networkidle")
    assert [url for url in fetched if "/pagefind/" in url] == []
    page.get_by_role("searchbox").fill("rain")
    expect(page.get_by_role("status")).to_have_text("12 results")
    assert [url for url in fetched if "/pagefind/" in url]


@pytest.mark.parametrize("place", ["pagefind", r"pagefind/\d+"], ids=["first", "other"])
def test_a_part_that_failed_is_fetched_again_and_no_result_is_shown_twice(
    page: Page, address: str, place: str
) -> None:
    entry = re.compile(rf"/{place}/pagefind-entry\.json\?ts=")
    failed: list[str] = []

    def fail(route: Route) -> None:
        failed.append(route.request.url)
        route.abort()

    page.route(entry, fail, times=1)
    page.goto(f"{address}/search/?q=squeal")
    expect(page.get_by_role("status")).not_to_be_empty()
    if failed:
        expect(page.get_by_role("status")).to_contain_text("cannot be reached just now")
        page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("status")).to_have_text("12 results")
    page.locator(".search__more").click()
    expect(page.locator(".search__results li")).to_have_count(12)
    links = page.locator(".search__results a")
    assert len({links.nth(number).get_attribute("href") for number in range(12)}) == 12


def test_an_index_that_is_not_there_leaves_the_lists(page: Page, address: str) -> None:
    page.route("**/pagefind/**", lambda route: route.abort())
    page.goto(f"{address}/search/?q=rain")
    expect(page.get_by_role("status")).to_contain_text("cannot be reached just now")
    expect(page.get_by_role("heading", name="By year")).to_be_visible()


def test_without_javascript_the_page_leads_everywhere(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{address}/search/")
        expect(page.locator("noscript p")).to_be_visible()
        expect(page.locator("form.search")).to_be_hidden()
        expect(page.get_by_role("link", name="2026")).to_be_visible()
        expect(page.get_by_role("link", name="misc", exact=True).last).to_be_visible()
    finally:
        context.close()
