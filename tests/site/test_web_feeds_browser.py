"""A person opens a feed in a browser, with XSL and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.servers.pelican import pelican
from tests.site.test_web_feeds import site_of

XSL = re.compile(r'<\?xml-stylesheet type="text/xsl"[^>]*\?>')
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"


class Strict(SimpleHTTPRequestHandler):
    """Serves a folder behind a strict policy."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".xsl": "text/xsl"}  # noqa: RUF012

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = site_of(tmp_path_factory.mktemp("feeds") / "site")
    handler = partial(Strict, directory=str(site / "output"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        built = pelican(site, "--extra-settings", f'SITEURL="{url}"')
        assert built.returncode == 0, built.stderr
        for feed in site.glob("output/es/feeds/*.xml"):
            text = feed.read_text("utf-8")
            feed.with_name(f"bare-{feed.name}").write_text(XSL.sub("", text), encoding="utf-8")
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield url
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", ["atom.xml", "rss.xml"])
def test_with_xsl_it_is_a_page_of_links(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/es/feeds/{name}")
    if page.evaluate("document.documentElement.localName") != "html":
        pytest.skip("this browser knows XSL no more: the other test is for it")
    expect(page.get_by_text("Esto es un canal")).to_be_visible()
    expect(page.get_by_role("link", name="Pan")).to_have_attribute("href", f"{address}/es/pan/")
    expect(page.get_by_text(f"{address}/es/feeds/{name}")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
    page.get_by_role("link", name="Ir a la página").click()
    page.wait_for_url(f"{address}/es/")


@pytest.mark.parametrize("name", ["bare-atom.xml", "bare-rss.xml"])
def test_without_xsl_its_own_elements_say_what_it_is(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/es/feeds/{name}")
    assert page.evaluate("document.documentElement.localName") in ("feed", "rss")
    shown = page.evaluate("document.documentElement.innerText ?? ''") or page.evaluate(
        "[...document.getElementsByTagName('*')].filter(e => e.checkVisibility())"
        ".map(e => e.textContent).join('|')"
    )
    assert "Esto es un canal" in shown
    assert "Pan" in shown
    assert "&lt;p&gt;" not in shown
    hidden = page.evaluate(
        "[...document.querySelectorAll('content, encoded, id, guid, generator')]"
        ".filter(e => e.checkVisibility()).length"
    )
    assert hidden == 0
    link = page.locator("a")
    expect(link).to_be_visible()
    link.click()
    page.wait_for_url(f"{address}/es/")
