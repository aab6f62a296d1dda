"""Every page of the site behind the Content-Security-Policy that the recipe for nginx sends."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.servers.whole_site import ADDRESS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECIPE = Path(__file__).parents[2] / "docs" / "recipes" / "nginx-site.conf"


def policy() -> str:
    found = re.search(
        r'^add_header Content-Security-Policy "([^"]+)"', RECIPE.read_text("utf-8"), re.M
    )
    assert found
    return found[1]


@pytest.fixture
def context(browser: Browser, whole_site: Path) -> Iterator[BrowserContext]:
    """A browser to whom the built folder is the public site; whatever else it asks for fails."""
    context = browser.new_context()

    def answer(route: Route) -> None:
        address = urlsplit(route.request.url)
        file = whole_site / unquote(address.path).lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        if f"{address.scheme}://{address.netloc}" != ADDRESS or not file.is_file():
            route.abort()
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {"Content-Type": kind, "Content-Security-Policy": policy()}
        route.fulfill(body=file.read_bytes(), headers=headers)

    context.route("**/*", answer)
    yield context
    context.close()


@pytest.fixture
def complaints(context: BrowserContext) -> list[str]:
    """What the console says of any page: what was refused, what failed, what is missing."""
    found: list[str] = []
    context.on(
        "console",
        lambda said: (
            found.append(f"{said.location['url']}: {said.text}")
            if said.type in ("error", "warning")
            else None
        ),
    )
    context.on("weberror", lambda error: found.append(str(error.error)))
    context.on("requestfailed", lambda request: found.append(f"asked for {request.url}"))
    return found


def look_at(page: Page, path: str) -> None:
    """Open a page and everything that waits until it is scrolled to."""
    page.goto(f"{ADDRESS}/{path}", wait_until="load")
    page.evaluate("document.querySelectorAll('img').forEach(one => { one.loading = 'eager' })")
    page.wait_for_load_state("networkidle")


def test_no_page_needs_what_the_policy_refuses(
    context: BrowserContext, whole_site: Path, complaints: list[str]
) -> None:
    page = context.new_page()
    names = [path.relative_to(whole_site).as_posix() for path in whole_site.rglob("*.html")]
    shown = sorted(name for name in names if 'http-equiv="refresh"' not in _text(whole_site / name))
    assert len(shown) > 60
    for name in shown:
        look_at(page, name)
    assert complaints == []


def test_a_browser_tells_of_what_the_policy_refuses(
    context: BrowserContext, complaints: list[str]
) -> None:
    page = context.new_page()
    look_at(page, "index.html")
    page.evaluate(
        "document.body.append(Object.assign(new Image(), {src: 'https://other.example'}))"
    )
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    page.wait_for_load_state("networkidle")
    assert any("img-src" in one for one in complaints)
    assert any("style-src" in one for one in complaints)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
