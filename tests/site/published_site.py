"""A site under test that publishes an outbox."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from syndication.exchange import (
    Outbox,
    parse_outbox,
)
from syndication.model import Post
from tests.servers.pelican import pelican

SETTINGS = """
SITENAME = "Vencejo"
SITEURL = "https://vencejo.example"
PATH = "content"
TIMEZONE = "Europe/Madrid"
DEFAULT_LANG = "es"
PLUGINS = ["pelican.plugins.syndication_outbox"]
WITH_FUTURE_DATES = False
ARTICLE_URL = ARTICLE_SAVE_AS = "{slug}.html"
ARTICLE_LANG_URL = ARTICLE_LANG_SAVE_AS = "{lang}/{slug}.html"
CATEGORY_FEED_ATOM = FEED_ALL_ATOM = TRANSLATION_FEED_ATOM = None
"""


class SiteFolder:
    """A site under test: its files, its builds."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        self.write("pelicanconf.py", SETTINGS + settings)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def article(self, name: str, front_matter: str = "", body: str = "Words.") -> None:
        lines = [line for line in front_matter.splitlines() if line.strip()]
        keys = {line.split(":")[0].lower() for line in lines}
        basic = {"title": f"Title: About {name}", "date": "Date: 2026-11-20 09:30"}
        lines = [line for key, line in basic.items() if key not in keys] + lines
        self.write(f"content/{name}.md", "\n".join([*lines, "", body, ""]))

    def picture(self, name: str, kind: str = "PNG") -> int:
        path = self.folder / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (30, 20), "teal").save(path, kind)
        return path.stat().st_size

    def build(self, *arguments: str) -> str:
        """Build; returns the log."""
        done = pelican(self.folder, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def fail(self) -> str:
        """Build as our commands do; it must end with an error."""
        done = pelican(self.folder, "--fatal", "errors")
        assert done.returncode != 0, done.stdout + done.stderr
        assert not self.file.exists()
        return done.stdout + done.stderr

    @property
    def file(self) -> Path:
        return self.folder / "output" / "outbox.json"

    @property
    def outbox(self) -> Outbox:
        return parse_outbox(self.file.read_bytes())

    @property
    def posts(self) -> dict[str, Post]:
        return {post.path: post for post in self.outbox.posts}
