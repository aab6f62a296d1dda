"""What a reader waits for: an article of 600 words with ten messages, as it is sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import pytest
from bs4 import BeautifulSoup

from syndication.exchange import Discussion, discussion_files, replace_file
from tests.docs import CLONE
from tests.servers.browser import page as browser_page
from tests.servers.pelican import pelican
from tests.servers.production import serving
from tests.servers.whole_site import ADDRESS, SAID, utterance

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_SENT = 20_000  # bytes of HTML and CSS, compressed
PATH = "/six-hundred-words/"
WORDS = 600
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  const seen = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  });
  seen.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 400);
})"""


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration site with one more article, of real words of its own."""
    folder = tmp_path_factory.mktemp("speed")
    content = folder / "content"
    shutil.copytree(CLONE / "content", content)
    (content / "articles" / "six-hundred.en.md").write_text(
        "Title: Six hundred words\nDate: 2026-11-21 09:00\nSlug: six-hundred-words\n"
        "Category: Workshop\nTags: repair, winter, prices\nAuthor: Toni Bravo\n"
        "Image: images/workshop.png\nImage-Alt: A wheel in a truing stand on a workbench.\n"
        "Summary: As long as an article of ours often is.\n\n" + words(content),
        encoding="utf-8",
    )
    messages = tuple(utterance(folder / "discussion", PATH, n) for n in range(len(SAID)))
    files = discussion_files(Discussion(page=PATH, messages=messages, reactions={"like": 12}))
    for name, data in files.items():
        replace_file(folder / "discussion" / name, data)
    done = pelican(
        CLONE,
        *("--output", str(folder / "output"), "--extra-settings"),
        *(f'PATH="{content}"', f'DISCUSSION_PATH="{folder / "discussion"}"'),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "output"


def words(content: Path) -> str:
    """Paragraphs of other articles, as many as make 600 words, with a heading now and then."""
    said: list[str] = []
    for file in sorted((content / "articles").glob("*.en.md")):
        body = file.read_text(encoding="utf-8").partition("\n\n")[2]
        for paragraph in body.split("\n\n"):
            if paragraph[:1] not in {"#", "|", "-", "!", "["}:
                said.append(paragraph)
            if sum(len(each.split()) for each in said) >= WORDS:
                return "\n\n".join([said[0], "## And then", *said[1:]])
    raise AssertionError("the demonstration site has fewer than 600 words")


def article(output: Path) -> BeautifulSoup:
    return BeautifulSoup((output / PATH[1:] / "index.html").read_text("utf-8"), "html.parser")


def test_an_article_and_its_style_are_small_as_sent(output: Path) -> None:
    page = article(output)
    assert len(page.select_one(".e-content").get_text().split()) >= WORDS
    assert len(page.select(".message")) == len(SAID) == 10
    (link,) = page.select('link[rel="stylesheet"]')
    sheet = output / link["href"].removeprefix(ADDRESS + "/")
    sent = [
        len(brotli.compress(file.read_bytes(), quality=5))  # what servers choose for live answers
        for file in (output / PATH[1:] / "index.html", sheet)
    ]
    assert sum(sent) < MOST_SENT, sent


def test_nothing_but_one_style_sheet_holds_up_the_first_sight(output: Path) -> None:
    head = article(output).head
    assert len(head.select('link[rel="stylesheet"]')) == 1
    assert not head.select("script:not([type='application/ld+json']), style")


def test_pictures_below_wait_and_the_first_does_not(output: Path) -> None:
    first, *others = article(output).select("main img")
    assert first["fetchpriority"] == "high"
    assert "loading" not in first.attrs
    assert len(others) > 3
    assert all(each["loading"] == "lazy" and each["width"] and each["height"] for each in others)


@pytest.fixture(scope="module")
def site(output: Path) -> Iterator[str]:
    with serving(output, ADDRESS) as here:
        yield here


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", [PATH, "/", "/notes/"])
def test_nothing_jumps_while_a_page_arrives(
    site: str, browser: Browser, width: int, path: str
) -> None:
    with browser_page(browser, width=width) as page:
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        page.mouse.wheel(0, 6000)
        assert page.evaluate(SHIFTS) == 0
