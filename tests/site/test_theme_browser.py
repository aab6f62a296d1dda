"""The theme in a browser: narrow and wide, light and dark, by keyboard."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.pelican import pelican

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PAGES = {
    "index": "/es/",
    "article": "/what-a-repair-costs/",
    "archive": "/es/archivo/",
    "page": "/house-rules/",
    "tags": "/tags/",
    "nothing there": "/404.html",
}
RATIO = """(selector) => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = channels(colour).slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      const [, , , alpha = 1] = channels(colour);
      if (alpha === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll(selector)].map((node) => {
    const pair = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => a - b);
    return [node.textContent.trim().slice(0, 40), (pair[1] + 0.05) / (pair[0] + 0.05)];
  });
}"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and writes nothing to the terminal."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        del format, args


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The demonstration site, built for and served at a loopback address."""
    del browser  # asked for first: without one nothing needs building
    folder = tmp_path_factory.mktemp("browser") / "output"
    folder.mkdir()
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        settings = [f'SITEURL="{address}"', f'DISCUSSION_PATH="{folder.parent / "discussion"}"']
        built = pelican(ROOT, "--output", str(folder), "--extra-settings", *settings)
        assert built.returncode == 0, built.stdout + built.stderr
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 768, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(
    site: str, page: Page, name: str, width: int, scheme: Any
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(site + PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out_from_its_ground(site: str, page: Page, name: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site + PAGES[name])
    texts = page.evaluate(RATIO, "h1, h2, p, li > a, li > span, time, td, th, .count")
    assert len(texts) > 10
    assert not [(text, round(ratio, 2)) for text, ratio in texts if ratio < 4.5]


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_the_cover_hides_no_words_of_an_article_without_a_picture(
    site: str, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/")
    page.locator(".card--lead .card__picture").evaluate("picture => picture.remove()")
    cover = page.locator(".hero").bounding_box()
    words = page.locator(".card--lead .card__words").bounding_box()
    assert cover is not None
    assert words is not None
    assert words["y"] >= cover["y"] + cover["height"]
    assert words["width"] > min(width, 700) * 0.8, "they have the whole line"


def test_dark_and_light_differ(site: str, page: Page) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(site)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds[0] != grounds[1]


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(site: str, page: Page) -> None:
    page.goto(site + "/es/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Saltar al contenido"
    assert skip.bounding_box()["y"] >= 0, "it is seen while it has the focus"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'content'")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


def test_what_has_the_focus_is_seen(site: str, page: Page) -> None:
    page.goto(site + "/carrying-children/")
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")


def test_the_language_switch_works_by_keyboard(site: str, page: Page) -> None:
    page.goto(site + "/carrying-children/")
    page.get_by_role("link", name="Español").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/es/llevar-ninos/")
    assert page.locator("h1").inner_text() == "Una forma nueva de llevar niños en una Vencejo"


def test_no_page_leaves_anything_in_the_browser(site: str, page: Page) -> None:
    page.goto(site + "/carrying-children/")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_paper_gets_dark_words_and_nothing_to_press(
    site: str, page: Page, name: str, scheme: Any
) -> None:
    page.emulate_media(media="print", color_scheme=scheme)
    page.goto(site + PAGES[name])
    colours = page.evaluate(
        """() => {
          const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const found = {};
          while (words.nextNode()) {
            const node = words.currentNode.parentElement;
            if (words.currentNode.data.trim() && node.checkVisibility() && node.offsetWidth > 1)
              found[getComputedStyle(node).color] = words.currentNode.data.trim().slice(0, 40);
          }
          return found;
        }"""
    )
    assert colours
    pale = {
        colour: words
        for colour, words in colours.items()
        if max(int(part) for part in re.findall(r"\d+", colour)[:3]) > 0x66
    }
    assert pale == {}
    pressed = page.locator(".masthead nav, .skip, .search-link, .discussion__reply-on")
    assert pressed.count() > 2
    assert pressed.filter(visible=True).count() == 0


@pytest.mark.parametrize("width", [360, 1440])
def test_a_thread_of_fifty_levels_stays_readable(site: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + "/carrying-children/")
    widths = page.evaluate(
        """() => {
          const word = "https://network.example/" + "long".repeat(40);
          let thread = "";
          for (let level = 0; level < 50; level++) {
            thread = `<ol><li class="message"><span class="message__picture">AB</span>
              <span class="message__author">Ada</span>
              <div class="message__words"><p>${word}</p></div>${thread}</li></ol>`;
          }
          const section = `<section class="discussion"><h2>Discussion</h2>${thread}</section>`;
          document.querySelector("main").insertAdjacentHTML("beforeend", section);
          return [...document.querySelectorAll(".message__words")].map((node) => node.clientWidth);
        }"""
    )
    assert len(widths) == 50
    assert min(widths) >= 200
    assert page.evaluate("document.documentElement.scrollWidth") <= width
