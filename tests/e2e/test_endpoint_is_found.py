"""Other sites find where ours hears webmentions: in the built page, and in the header of a file.

A site built with our theme stands behind nginx as the recipe says; a sender of webmentions looks
for the endpoint and tells it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import requests
from bs4 import BeautifulSoup

from syndication.exchange import Site, replace_file, site_bytes
from syndication.model import Draft
from syndication.networks.contract import Unwanted
from syndication.networks.fetch import Fetcher
from syndication.networks.webmention.send import Teller
from syndication.rules.mentions import telling
from tests.servers.nginx import nginx
from tests.servers.pages import Pages, website
from tests.servers.pelican import minimal_site, pelican
from tests.servers.waiting import HANGS

CLONE = Path(__file__).parents[2]
RECIPES = CLONE / "docs" / "recipes"
TALK = "https://talk.vencejo.example"
SOURCE = "https://ana.example/re"
SETTINGS = f"""
THEME = {str(CLONE / "themes" / "tertulia")!r}
PLUGINS = ["pelican.plugins.language_indexes", "pelican.plugins.site_metadata",
           "pelican.plugins.discussion_pages"]
ARTICLE_URL = "{{slug}}/"
ARTICLE_SAVE_AS = "{{slug}}/index.html"
HOST_RULES = ["nginx"]
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ear() -> Iterator[Pages]:
    """What hears: a server that keeps what it is told."""
    with website() as made:
        yield made


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory, ear: Pages) -> Path:
    """The site, built with what its daemon wrote into site.json."""
    site = minimal_site(tmp_path_factory.mktemp("found") / "site", SETTINGS)
    endpoints = {"webmention": f"{ear.url}/webmention", "pingback": f"{ear.url}/pingback"}
    replace_file(site / "discussion" / "site.json", site_bytes(Site(endpoints=endpoints)))
    built = pelican(site, "--fatal", "errors")
    assert built.returncode == 0, built.stdout + built.stderr
    (site / "output" / "picture.png").write_bytes(b"\x89PNG")
    return site / "output"


def behind_nginx(output: Path, folder: Path, server: str) -> Iterator[str]:
    http = (RECIPES / "nginx-http.conf").read_text().replace("/srv/vencejo/output", str(output))
    with nginx(folder, http=http, server=f"root {output};\n{server}") as url:
        yield url


@pytest.fixture
def plain(output: Path, tmp_path: Path) -> Iterator[str]:
    """The recipe as it is."""
    recipe = (RECIPES / "nginx-site.conf").read_text()
    yield from behind_nginx(output, tmp_path / "nginx", recipe)


@pytest.fixture
def with_headers(output: Path, tmp_path: Path, ear: Pages) -> Iterator[str]:
    """The recipe with the lines that it has for those who hear webmentions."""
    recipe = (RECIPES / "nginx-site.conf").read_text()
    recipe, changed = re.subn(r"(?m)^# (add_header (?:Link|X-Pingback) )", r"\1", recipe)
    assert changed == 2
    yield from behind_nginx(output, tmp_path / "nginx", recipe.replace(TALK, ear.url))


def tell(target: str) -> None:
    teller = Teller(Fetcher(allow_loopback=True))
    teller.publish(Draft(text=telling(target, "1"), url=SOURCE, language="en"), key="one")


def heard(ear: Pages) -> list[tuple[str, str]]:
    """(path, target) of all that was told; it is forgotten then."""
    found = [(path, parse_qs(body.decode())["target"][0]) for path, _, body in ear.told]
    ear.told.clear()
    return found


@pytest.mark.parametrize("path", ["/", "/article-1/", "/archives.html"])
def test_a_sender_finds_it_in_the_page(plain: str, ear: Pages, path: str):
    tell(plain + path)
    assert heard(ear) == [("/webmention", plain + path)]


def test_every_page_names_both_endpoints(output: Path, ear: Pages):
    gone = output / "410.html"  # no page to speak of any more
    found = [p for p in output.rglob("*.html") if p != gone]
    pages = [p for p in found if "http-equiv" not in p.read_text("utf-8")]
    assert len(pages) > 5
    for page in pages:
        head = BeautifulSoup(page.read_text("utf-8"), "lxml").head
        assert head is not None
        named = {rel: head.find("link", rel=rel) for rel in ("webmention", "pingback")}
        for name, link in named.items():
            assert link is not None, f"{page} names no {name}"
            assert link["href"] == f"{ear.url}/{name}"


def test_a_file_without_markup_says_nothing_by_itself(plain: str, ear: Pages):
    with pytest.raises(Unwanted):
        tell(f"{plain}/picture.png")
    assert heard(ear) == []


def test_a_sender_finds_it_in_the_header_of_a_file(with_headers: str, ear: Pages):
    tell(f"{with_headers}/picture.png")
    assert heard(ear) == [("/webmention", f"{with_headers}/picture.png")]
    answer = requests.head(f"{with_headers}/picture.png", timeout=HANGS)
    assert answer.headers["X-Pingback"] == f"{ear.url}/pingback"
