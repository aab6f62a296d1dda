"""The search page of the demonstration site before axe, in every way of seeing it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.servers.browser import page as browser_page
from tests.servers.production import serving
from tests.servers.validators import axe
from tests.servers.whole_site import ADDRESS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MEDIA: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "more contrast": {"contrast": "more"},
}


@pytest.fixture(scope="module")
def site(whole_site: Path) -> Iterator[str]:
    pytest.importorskip("pagefind_bin")
    with serving(whole_site, ADDRESS) as here:
        yield here


@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("path", ["/es/buscar/?q=frenos", "/search/?q=nothing-like-it"])
def test_axe_finds_no_violation_among_results(
    site: str, browser: Browser, path: str, media: str
) -> None:
    with browser_page(browser, width=390) as page:
        page.emulate_media(**MEDIA[media])
        page.goto(site + path)
        expect(page.get_by_role("status")).not_to_be_empty()
        if "frenos" in path:
            expect(page.locator(".search__results li").first).to_be_visible()
        page.evaluate(axe())
        found = page.evaluate("() => axe.run().then((result) => result.violations)")
    assert [f"{one['id']}: {one['help']}" for one in found] == []
