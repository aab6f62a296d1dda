"""What a browser finds on the pages of the built site: Lighthouse as on a telephone, and axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.browser import page as browser_page
from tests.servers.production import serving
from tests.servers.validators import axe, lighthouse
from tests.servers.whole_site import ADDRESS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = {
    "article with discussion": "/what-a-repair-costs/",
    "note": "/notes/2026-08-02-2110/",
    "index": "/",
    "tag": "/tags/repair/",
    "privacy": "/privacy/",
}
SPANISH = {
    "article with discussion in Spanish": "/es/que-cuesta-una-reparacion/",
    "index in Spanish": "/es/",
    "archive": "/archive/",
    "nothing there": "/404.html",
}
CATEGORIES = {"performance", "accessibility", "best-practices", "seo"}
TRIES = 3
"""Of Lighthouse: what a busy machine delays says nothing about the page, so the best try counts."""
MEDIA: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "more contrast": {"contrast": "more"},
    "more contrast, dark": {"contrast": "more", "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def site(whole_site: Path) -> Iterator[str]:
    with serving(whole_site, ADDRESS) as here:
        yield here


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_lighthouse_gives_four_hundreds(site: str, tmp_path: Path, name: str) -> None:
    best: dict[str, int] = {}
    for _ in range(TRIES):
        report = lighthouse(site + PAGES[name], tmp_path)
        scores = {key: round(100 * one["score"]) for key, one in report["categories"].items()}
        best = {key: max(score, best.get(key, 0)) for key, score in scores.items()}
        if set(best.values()) == {100}:
            break
    assert best == dict.fromkeys(CATEGORIES, 100), lost(report)


@pytest.mark.browser
def test_lighthouse_sees_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><p><img src=x.png>", encoding="utf-8")
    with serving(tmp_path, ADDRESS) as here:
        report = lighthouse(here + "/", tmp_path)
    assert report["lighthouseVersion"].startswith("12.8.")
    assert report["configSettings"]["formFactor"] == "mobile"
    assert report["categories"]["accessibility"]["score"] < 1
    assert report["categories"]["seo"]["score"] < 1


@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("name", [*PAGES, *SPANISH])
def test_axe_finds_no_violation(site: str, browser: Browser, name: str, media: str) -> None:
    with browser_page(browser, width=390) as page:
        page.emulate_media(**MEDIA[media])
        page.goto(site + (PAGES | SPANISH)[name])
        found = violations(page)
    assert not found, "\n".join(found)


def test_axe_sees_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        "<!doctype html><html lang=en><title>x</title><main><h1>x</h1>"
        "<p style='color:#aaa;background:#fff'>pale</p><img src='x.png'></main>",
        encoding="utf-8",
    )
    with serving(tmp_path, ADDRESS) as here, browser_page(browser) as page:
        page.goto(here)
        found = violations(page)
    assert [line.partition(":")[0] for line in found] == ["color-contrast", "image-alt"]


def violations(page: Any) -> list[str]:
    """Rule, help and the first places of each violation of what is on the page."""
    page.evaluate(axe())
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{found['id']}: {found['help']}: {[node['html'][:120] for node in found['nodes'][:3]]}"
        for found in result["violations"]
    ]


def lost(report: dict[str, Any]) -> str:
    """What cost points, for a person."""
    audits = report["audits"]
    return "\n".join(
        f"{category}: {audit['id']} {audits[audit['id']].get('displayValue', '')}"
        f" ({audits[audit['id']]['title']})"
        for category, one in report["categories"].items()
        for audit in one["auditRefs"]
        if audit["weight"]
        and (audits[audit["id"]]["score"] or 0) < 1
        and audits[audit["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual")
    )
