"""A walk through the site with the keyboard alone, as somebody without a mouse takes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.browser import page as browser_page
from tests.servers.production import serving
from tests.servers.whole_site import ADDRESS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect();
  const card = node.closest(".card");
  const outlined = [node, card].some((n) => n && getComputedStyle(n).outlineStyle !== "none");
  return {
    name: (node.getAttribute("aria-label") || node.textContent).trim().replace(/\\s+/g, " "),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    outlined,
    top: box.top + scrollY,
    region: node.closest("body > header, main, body > footer")?.tagName ?? "BODY",
  };
}"""
LONGEST_WALK = 150


@pytest.fixture(scope="module")
def site(whole_site: Path) -> Iterator[str]:
    with serving(whole_site, ADDRESS) as here:
        yield here


@pytest.fixture(params=[390, 1280])
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    with browser_page(browser, width=request.param) as page:
        yield page


def stops(page: Page) -> list[dict[str, object]]:
    """Every stop of the Tab key, until it leaves the page."""
    found: list[dict[str, object]] = []
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or (found and stop == found[0]):
            return found
        found.append(stop)
    raise AssertionError("the Tab key never leaves this page")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the link called `name` has the focus."""
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop and stop["name"] == name:
            return
    raise AssertionError(f"the Tab key never comes to {name!r}")


@pytest.mark.parametrize("path", ["/es/", "/what-a-repair-costs/", "/notes/", "/es/archivo/"])
def test_every_stop_has_a_name_is_seen_and_follows_the_page(
    site: str, reader: Page, path: str
) -> None:
    reader.goto(site + path)
    walk = stops(reader)
    assert len(walk) > 12
    for stop in walk:
        assert stop["name"], stop
        assert stop["seen"], stop
        assert stop["outlined"], stop
    regions = [stop["region"] for stop in walk]
    assert list(dict.fromkeys(regions)) == ["BODY", "HEADER", "MAIN", "FOOTER"]


def test_from_the_front_page_to_an_answer_under_an_article(site: str, reader: Page) -> None:
    reader.goto(site + "/")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")  # over the menu, to the content
    reader.wait_for_function("document.activeElement.id === 'content'")
    tab_to(reader, "A new way to carry children on a Vencejo")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/carrying-children/")
    tab_to(reader, "10 responses")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/carrying-children/#discussion")
    tab_to(reader, "Reply on Mastodon")
    href = reader.evaluate("document.activeElement.href")
    assert href.startswith("https://social.example/")
    tab_to(reader, "House rules of the conversation")
    tab_to(reader, "Why are my words not shown?")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/house-rules/#not-shown")
    assert reader.locator("#not-shown").is_visible()


def test_from_a_note_to_its_language_and_back_to_all_notes(site: str, reader: Page) -> None:
    reader.goto(site + "/notes/2026-11-17-0840/")
    tab_to(reader, "Español")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/es/notas/2026-11-17-0840/")
    tab_to(reader, "Notas")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/es/notas/")
    tab_to(reader, "17 de noviembre de 2026")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/es/notas/2026-11-17-0840/")
