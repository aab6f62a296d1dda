"""Hostile pages tell us of themselves; what comes of them is shown by a real browser.

From the page that a stranger wrote, over endpoint, verification, approval and Pelican, to Chromium:
no script runs on the public page and no request leaves it for anywhere.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.servers import browser as browsers
from tests.servers.hostile import CORPUS, hostile
from tests.servers.pages import Pages, website
from tests.servers.pelican import minimal_site, pelican
from tests.steps.corner import Corner

THEME = Path(__file__).parents[2] / "themes" / "tertulia"
SETTINGS = (
    'SITEURL = "{url}"\nTHEME = "' + str(THEME) + '"\nDISCUSSION_PATH = "{discussion}"\n'
    'ARTICLE_URL = "{{slug}}/"\nARTICLE_SAVE_AS = "{{slug}}/index.html"\n'
    'PLUGINS = ["pelican.plugins.discussion_pages", "pelican.plugins.language_indexes",'
    ' "pelican.plugins.site_metadata"]\n'
)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A static site on loopback."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing: the tests' output is theirs."""

    handler = functools.partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def stranger() -> Iterator[Pages]:
    with website() as made:
        yield made


def test_no_script_runs_and_no_request_leaves(
    tmp_path: Path, stranger: Pages, browser: Browser
) -> None:
    with website() as home:
        corner = Corner(tmp_path, home)
        corner.build(corner.post("article-1"))
        for number, payload in enumerate(CORPUS):
            corner.told(
                stranger.show(f"/{number}", hostile(payload, f"{home.url}/article-1/")), "article-1"
            )
        corner.decide_all()
        discussion = corner.discussion("article-1")
        assert len(discussion.messages) > len(CORPUS) * 0.8
        corner.site.store.close()
    site = tmp_path / "site"
    (site / "output").mkdir(parents=True)
    with served(site / "output") as url, browsers.page(browser) as page:
        minimal_site(site, SETTINGS.format(url=url, discussion=corner.site.discussion))
        built = pelican(site, "--fatal", "errors")
        assert built.returncode == 0, built.stderr
        answer = page.goto(f"{url}/article-1/")
        assert answer is not None
        assert answer.status == 200
        page.wait_for_load_state("networkidle")
        assert page.locator(".message").count() == len(discussion.messages)
        for link in page.locator(".message a").all():
            href = link.get_attribute("href") or ""
            assert href.startswith(("http://", "https://", "#", "/")), href
        assert page.evaluate("window.alarm") is None
        assert page.url == f"{url}/article-1/"
        assert page.locator("script:not([type='application/ld+json'])").count() == 0
