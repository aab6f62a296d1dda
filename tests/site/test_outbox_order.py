"""The outbox names nothing that is not on disk yet, however many processes write the site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.servers.pelican import minimal_site, pelican

SITE = "https://minimal.example"
ARTICLES = 12  # enough that further processes take part
SETTINGS = """
CACHE_PATH = "cache"
FEED_ALL_ATOM = "feeds/all.xml"
FEED_DOMAIN = SITEURL
DELETE_OUTPUT_DIRECTORY = True
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
PLUGINS = ["pelican.plugins.syndication_outbox", "pelican.plugins.web_feeds", "witness"]
PLUGIN_PATHS = ["."]
"""
# What the folder holds at the moment in which the outbox is put there.
WITNESS = """
import json, os
from pathlib import Path
from blinker import signal

output = Path("output")

def look(path):
    if os.path.basename(path) == "outbox.json":
        there = {str(p.relative_to(output)): p.read_text("utf-8", "replace")
                 for p in output.rglob("*") if p.is_file()}
        Path("seen.json").write_text(json.dumps(there))

def register():
    signal("output_confirmed").connect(look)
"""


@pytest.mark.parametrize("fast", [None, 1, 2])
def test_what_the_outbox_names_is_on_disk_when_it_appears(tmp_path: Path, fast: int | None) -> None:
    site = _site(tmp_path / "site", fast)
    for words in ("First", "Second"):
        for number in range(ARTICLES):
            _article(site, number, f"{words} {number}")
        built = pelican(site, "--fatal", "errors")
        assert built.returncode == 0, built.stdout + built.stderr
        there = json.loads((site / "seen.json").read_text("utf-8"))
        outbox = json.loads(there["outbox.json"])
        assert len(outbox["orderedItems"]) == ARTICLES + 1  # and the one that was there
        for post in outbox["orderedItems"]:
            assert _title(post) in there[f"{_name(post['url'])}index.html"]
            assert all(_name(picture["url"]) in there for picture in post.get("attachment", ()))
        assert {_name(url) for url in outbox["tertulia:feeds"]} <= there.keys()
        assert outbox["tertulia:feeds"]


def _site(folder: Path, fast: int | None) -> Path:
    settings = SETTINGS
    if fast:
        settings += f'PLUGINS += ["pelican.plugins.fast_build"]\nFAST_BUILD_PROCESSES = {fast}\n'
    site = minimal_site(folder, settings)
    (site / "witness.py").write_text(WITNESS, encoding="utf-8")
    (site / "content/images").mkdir()
    return site


def _article(site: Path, number: int, title: str) -> None:
    picture = f"images/{number}.png"
    Image.new("RGB", (8, 8)).save(site / "content" / picture)
    (site / f"content/article-{number}.md").write_text(
        f"Title: {title}\nSlug: a-{number}\nDate: 2026-10-{number + 1:02}\nImage: {picture}\n"
        "Image-Alt: A dark square\n\nWords.\n",
        encoding="utf-8",
    )


def _title(post: dict[str, Any]) -> str:
    return str(next(iter(post["nameMap"].values())))


def _name(url: str) -> str:
    """What is served there, below the output folder."""
    return url.removeprefix(f"{SITE}/")
