"""Two sites of Tertulia speak with each other over real sockets: links, edits, removals, answers.

Ana's article links to a page of the brand, whose built page names its endpoint. What each of them
was told, and what became of it, is looked up as its owner does.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from syndication.exchange import Site as SiteFacts
from syndication.exchange import replace_file, site_bytes
from syndication.model import Upstream, Verdict
from syndication.steps.answer import answer
from syndication.steps.send import send
from syndication.web.public import create_public_app
from syndication.web.serving import Server
from tests.servers.pages import Pages, website
from tests.servers.pelican import minimal_site, pelican
from tests.steps.corner import Corner

ROOT = Path(__file__).parents[2]
SETTINGS = """
SITEURL = "{url}"
THEME = "{theme}"
DISCUSSION_PATH = "{discussion}"
PLUGINS = ["pelican.plugins.language_indexes", "pelican.plugins.discussion_pages"]
ARTICLE_URL = "{{slug}}/"
ARTICLE_SAVE_AS = "{{slug}}/index.html"
"""

pytestmark = pytest.mark.slow


@dataclass
class Place:
    """One of the two: its daemon, its public endpoint, its pages as Pelican builds them."""

    corner: Corner
    endpoint: str

    @property
    def page(self) -> str:
        return f"{self.corner.home.url}/article-1/"

    def builds(self, words: str) -> None:
        """The article of these words is out, with what was approved below, and others are told."""
        folder = self.corner.folder / "site"
        if not folder.exists():
            facts = {"url": self.corner.home.url, "theme": ROOT / "themes" / "tertulia"}
            facts["discussion"] = self.corner.site.discussion
            minimal_site(folder, SETTINGS.format(**facts))
        article = folder / "content" / "1.md"
        front = article.read_text().partition("\n\n")[0]
        article.write_text(f"{front}\n\n{words}\n")
        self.corner.discussion("article-1")
        facts_of_daemon = SiteFacts(endpoints={"webmention": self.endpoint})
        replace_file(self.corner.site.discussion / "site.json", site_bytes(facts_of_daemon))
        built = pelican(folder, "--fatal", "errors")
        assert built.returncode == 0, built.stdout + built.stderr
        page = (folder / "output" / "article-1" / "index.html").read_bytes()
        self.corner.publishes("article-1", page)

    def status(self) -> str:
        settings = str(self.corner.folder / "tertulia.toml")
        command = [sys.executable, "-m", "syndication.cli", "--settings", settings, "status"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def place(folder: Path, home: Pages) -> Iterator[Place]:
    folder.mkdir()
    corner = Corner(folder, home)
    later: list[Flask] = []
    server = Server(lambda environ, start: later[0](environ, start), "127.0.0.1", 0, name="public")
    url = f"http://127.0.0.1:{server.port}"
    later.append(create_public_app(corner.site, url=url))
    server.start()
    try:
        yield Place(corner, f"{url}/webmention")
    finally:
        server.stop()
        corner.site.store.close()


@pytest.fixture
def brand(tmp_path: Path) -> Iterator[Place]:
    with website() as home:
        for made in place(tmp_path / "brand", home):
            made.builds("Before anybody listened.")
            made.builds("We make bicycles.")
            yield made


@pytest.fixture
def ana(tmp_path: Path) -> Iterator[Place]:
    with website() as home:
        for made in place(tmp_path / "ana", home):
            made.builds("Before anybody listened.")
            yield made


def test_a_link_an_edit_and_a_removal_arrive_and_are_told(brand: Place, ana: Place):
    ana.builds(f"I ride [a bicycle of theirs]({brand.page}).")
    assert "pages that ours link to: published 1" in ana.status()
    assert "webmentions to look up: 1" in brand.status()
    brand.corner.verify()
    first = brand.corner.message()
    assert (first.kind, first.url, first.verdict) == ("mention", ana.page, Verdict.HOLD)
    brand.corner.decide()

    ana.builds(f"I do ride [a bicycle of theirs]({brand.page}), and every day.")
    brand.corner.verify()
    edited = brand.corner.message()
    assert (edited.revision, edited.verdict) == (2, Verdict.HOLD)
    assert "every day" in brand.corner.words()

    ana.builds("I walk.")
    assert "pages that ours link to: deleted 1" in ana.status()
    brand.corner.verify()
    assert brand.corner.message().upstream == Upstream.MISSING
    assert brand.corner.discussion("article-1").messages == ()
    brand.corner.reverify(minutes=61)
    assert brand.corner.messages() == []


def test_an_answer_arrives_where_the_words_came_from(brand: Place, ana: Place):
    ana.builds(f"I ride [a bicycle of theirs]({brand.page}).")
    brand.corner.verify()
    brand.corner.decide()
    answer(brand.corner.site, brand.corner.message().id, "Have a good ride, Ana!", by="marta")
    send(brand.corner.site)
    brand.builds("We make bicycles.")
    assert "pages that ours link to: published 1" in brand.status()
    ana.corner.verify()
    told = ana.corner.message()
    assert (told.kind, ana.corner.words()) == ("reply", "Have a good ride, Ana!")


def test_a_refusal_is_told_to_whoever_asks_how_things_stand(brand: Place, ana: Place):
    ana.builds(f"They have [no such page]({brand.corner.home.url}/article-1/).")
    brand.corner.home.show("/refusing", f'<link rel="webmention" href="{brand.endpoint}/nowhere">')
    ana.builds(f"See [this]({brand.corner.home.url}/refusing).")
    status = ana.status()
    assert "deleted 1, failed 1" in status
    assert "its endpoint refuses" in status
