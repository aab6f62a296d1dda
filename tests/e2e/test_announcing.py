"""From front matter to a hub and a search engine: a real build, a real host, real requests."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner

from syndication.cli import main
from syndication.networks.fetch import Fetcher
from syndication.steps.announce import announce
from syndication.steps.publish import publish
from tests.servers.listener import Listener, listener
from tests.site.metadata_site import MetadataSite, said
from tests.steps.town import Town

pytestmark = pytest.mark.slow

KEY = "0123456789abcdef"
PLUGINS = '["web_feeds", "syndication_outbox"]'


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder."""

    def log_message(self, *_: object) -> None:
        """Nothing: the tests' output is theirs."""


class Brand:
    """A site whose builds are published by copying, and its daemon."""

    def __init__(self, folder: Path, address: str, ear: Listener) -> None:
        self.address, self.ear, self.public = address, ear, folder / "public"
        self.site = MetadataSite(folder / "site")
        self.site.set(
            f"SITEURL, OUTBOX_ALLOW_LOOPBACK = {address!r}, True\nDELETE_OUTPUT_DIRECTORY = True\n"
            f"PLUGINS += [f'pelican.plugins.{{name}}' for name in {PLUGINS}]\n"
            f"INDEXNOW_KEY, INDEXNOW_ENDPOINTS = {KEY!r}, [{ear.url + '/engine'!r}]\n"
            f"WEBSUB_HUBS = [{ear.url + '/hub'!r}]\n"
        )
        self.town = Town(folder)
        fetcher = Fetcher(allow_loopback=True)
        self.town.change(
            url=address,
            outbox=str(self.site.output / "outbox.json"),
            fetch=fetcher,
            post=fetcher.post,
        )

    def deploy(self) -> None:
        shutil.rmtree(self.public)
        shutil.copytree(self.site.output, self.public)

    def told(self) -> set[str]:
        """What the daemon told meanwhile, by path."""
        self.town.later(hours=7)
        self.ear.told.clear()
        publish(self.town.site)
        announce(self.town.site)
        heard: list[str] = []
        for path, _, body in self.ear.told:
            if path.endswith("engine"):
                heard += json.loads(body)["urlList"]
            else:
                heard += parse_qs(body.decode())["hub.url"]
        assert len(set(heard)) == len(heard)
        return {url.removeprefix(self.address) for url in heard}


@pytest.fixture
def brand(tmp_path: Path) -> Iterator[Brand]:
    (tmp_path / "public").mkdir()
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "public"))
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    with listener() as ear:
        made = Brand(tmp_path, f"http://127.0.0.1:{server.server_port}", ear)
        yield made
        made.town.site.store.close()
    server.shutdown()
    server.server_close()
    thread.join()


def test_publish_by_hand_tells_too(brand: Brand, tmp_path: Path) -> None:
    (tmp_path / "tertulia.toml").write_text(
        f'[site]\nurl = {brand.address!r}\nname = "Brand"\noutbox = "site/output/outbox.json"\n'
        "[collect]\nloopback = true\n"
        '[accounts.main]\nnetwork = "memory"\nserver = "https://memory.example"\n'
    )
    arguments = ["--settings", str(tmp_path / "tertulia.toml"), "publish"]
    said = []
    for words in ("Words.", "Words, mended."):
        brand.site.content("steel", words=words)
        brand.site.build("--fatal", "errors")
        brand.deploy()
        said.append(CliRunner().invoke(main, arguments).output)
    assert "were told" not in said[0]
    assert "Hubs and search engines were told of" in said[1]
    assert brand.ear.told


def test_what_changes_is_told_when_it_is_deployed_and_nothing_else(brand: Brand) -> None:
    site = brand.site
    site.content("steel", "Tags: frames")
    site.content("other")
    site.build("--fatal", "errors")
    brand.deploy()
    assert brand.told() == set()  # it was all there before

    site.content("steel", "Tags: frames", words="Words, mended.")
    site.build("--fatal", "errors")
    assert brand.told() == set()  # nobody can see it yet
    brand.deploy()
    first = brand.told()
    assert {"/steel/", "/feeds/atom.xml", "/feeds/tag/frames.rss.xml"} <= first
    assert not {path for path in first if "other" in path or "comments" in path}

    site.discuss("/steel/", said("one"))
    site.build("--fatal", "errors")
    brand.deploy()
    assert brand.told() == {
        "/steel/",
        *(f"/steel/comments.{form}" for form in ("atom.xml", "rss.xml", "json")),
    }

    site.discuss("/steel/", said("one"), reactions={"like": 3})
    site.build("--fatal", "errors")
    brand.deploy()
    assert brand.told() == set()

    (site.folder / "content/articles/other.md").unlink()
    site.write("content/gone.txt", "/other/\n")
    site.content("steel", "Slug: iron\nTags: frames\nAliases: /steel/", words="Words, mended.")
    site.build("--fatal", "errors")
    brand.deploy()
    moved = brand.told()
    assert {"/other/", "/steel/", "/iron/"} <= moved
    assert brand.told() == set()
