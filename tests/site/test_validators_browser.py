"""What a browser finds on the pages of the built site: Lighthouse as on a telephone, and axe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
FORCED = "forced colours"
# axe reads `-webkit-text-fill-color`, which browsers tell as the page wrote it although they paint
# the forced colour: there, contrast is looked at by `PALE`.
PALE = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => channels(colour).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      const [, , , alpha = 1] = channels(colour);
      if (alpha === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const words = (node) => [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  return [...document.body.querySelectorAll("*")].filter(words).map((node) => {
    const [dark, bright] = [light(getComputedStyle(node).color), light(ground(node))]
      .sort((a, b) => a - b);
    return [node.outerHTML.slice(0, 120), (bright + 0.05) / (dark + 0.05)];
  });
}"""
CATEGORIES = ("accessibility", "best-practices", "seo")
# Of its category "performance", what is the page's doing. The score itself is made of times, which
# tell of the machine as well: `benchmarks.telephone` has it.
THRIFT = (
    "cumulative-layout-shift", "unsized-images",
    "uses-responsive-images", "offscreen-images", "modern-image-formats", "uses-optimized-images",
    "efficient-animated-content", "unminified-css", "unused-css-rules", "unminified-javascript",
    "unused-javascript", "duplicated-javascript", "legacy-javascript", "no-document-write",
    "third-parties-insight", "uses-text-compression", "uses-long-cache-ttl", "redirects",
    "total-byte-weight", "dom-size", "font-display", "viewport", "bf-cache",
    "uses-passive-event-listeners",
)  # fmt: skip
MEDIA: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    FORCED: {"forced_colors": "active"},
    "more contrast": {"contrast": "more"},
    "more contrast, dark": {"contrast": "more", "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def site(whole_site: Path) -> Iterator[str]:
    with serving(whole_site, ADDRESS) as here:
        yield here


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_lighthouse_finds_nothing_to_better(site: str, tmp_path: Path, name: str) -> None:
    report = lighthouse(site + PAGES[name], tmp_path)
    scores = {name: report["categories"][name]["score"] for name in CATEGORIES}
    assert scores == dict.fromkeys(CATEGORIES, 1), lost(report)
    wasteful = [name for name in THRIFT if report["audits"][name]["score"] not in (1, None)]
    assert not wasteful, lost(report)


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
        found = violations(page, without=["color-contrast"] if media == FORCED else [])
        texts = page.evaluate(PALE) if media == FORCED else []
    assert not found, "\n".join(found)
    assert [text for text, ratio in texts if ratio < 4.5] == []


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


def test_pale_words_are_seen_where_a_page_refuses_forced_colours(
    browser: Browser, tmp_path: Path
) -> None:
    refusing = "forced-color-adjust:none;color:#aaa;background:#fff"
    (tmp_path / "index.html").write_text(
        f"<!doctype html><p style='{refusing}'>pale</p><p style='color:#aaa'>forced</p>",
        encoding="utf-8",
    )
    with serving(tmp_path, ADDRESS) as here, browser_page(browser) as page:
        page.emulate_media(**MEDIA[FORCED])
        page.goto(here)
        pale = [text for text, ratio in page.evaluate(PALE) if ratio < 4.5]
    assert len(pale) == 1
    assert "pale" in pale[0]


def violations(page: Any, without: Sequence[str] = ()) -> list[str]:
    """Rule, help and the first places of each violation of what is on the page."""
    page.evaluate(axe())
    rules = {name: {"enabled": False} for name in without}
    result = page.evaluate(
        "rules => axe.run(document, {resultTypes: ['violations'], rules})", rules
    )
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
