"""A site with conversations, a Pelican that stays beside it, and a fresh build to compare with."""

from __future__ import annotations

import filecmp
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from syndication.exchange import (
    Discussion,
    Site,
    Speaker,
    Syndicated,
    Utterance,
    discussion_files,
    document_path,
    replace_file,
    site_bytes,
)
from tests.servers.install import CLONE
from tests.servers.pelican import pelican
from tests.servers.waiting import HANGS

SETTINGS = """
from runpy import run_path
globals().update({k: v for k, v in run_path(%(conf)r).items() if k.isupper()})
THEME = %(theme)r
PLUGIN_PATHS = [%(plugins)r]
PLUGINS = ["language_indexes", "short_notes", "brand_style", "site_metadata", "syndication_outbox",
           "discussion_pages", "web_feeds", "output_lock", "fast_build"]
BRAND_LOGO = None
BRAND_FONTS = {}
PREVIEWS = False
STATIC_PATHS = []
TAXONOMY_TRANSLATIONS = []
ARTICLE_PATHS = ["articles"]
DISCUSSION_TODAY = "2026-11-22"
DEFAULT_PAGINATION = 2
"""
CACHE = "nothing-known"
WHEN = datetime(2026, 11, 20, 9, tzinfo=UTC)
SLUGS = ("brakes", "chain", "seat", "lamp", "bell")
PAGES = (*(f"/{slug}/" for slug in SLUGS), "/es/frenos/", "/es/cadena/", "/contact/")


class WarmSite:
    """Its folder, its builds, what people say there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.output = folder, folder / "output"
        conf, theme, plugins = (CLONE / p for p in ("pelicanconf.py", "themes/tertulia", "plugins"))
        self.write(
            "pelicanconf.py",
            SETTINGS % {"conf": str(conf), "theme": str(theme), "plugins": str(plugins)},
        )
        for number, slug in enumerate(SLUGS):
            self.article(slug, slug, "en", number, f"Pair: {slug}")
        self.article("frenos", "frenos", "es", 1, "Pair: brakes")
        self.article("cadena", "cadena", "es", 2, "Pair: chain")
        self.write("content/pages/contact.md", "Title: Contact\nSlug: contact\n\nCome in.\n")
        self.say("/brakes/", 2)
        self.say_of_site()

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def article(self, file: str, slug: str, lang: str, day: int, matter: str = "") -> None:
        self.write(
            f"content/articles/{file}.md",
            f"Title: About {slug}\nDate: 2026-11-1{day} 10:00\nLang: {lang}\nSlug: {slug}\n"
            f"Category: Workshop\nTags: repair\nSummary: On {slug}.\n{matter}\n\nWords.\n",
        )

    def say(self, page: str, count: int, words: str = "words", likes: int = 0) -> None:
        """So many people stand under a page; none: its document is gone."""
        folder = self.folder / "discussion"
        messages = tuple(
            Utterance(
                id=f"https://social.example{page}{number}",
                url=f"https://social.example/@eva{page}{number}",
                author=Speaker(name=f"Eva {number}", url="https://social.example/@eva"),
                html=f"<p>{words} {number}</p>",
                published=WHEN + timedelta(minutes=number),
                network="mastodon",
                reply_to=f"https://social.example{page}{number - 1}" if number % 3 else None,
            )
            for number in range(count)
        )
        discussion = Discussion(
            page=page, messages=messages, reactions={"like": likes} if likes else {}
        )
        files = {} if discussion.empty else discussion_files(discussion)
        for old in (folder / document_path(page)).parent.glob("index*.json"):
            if old.relative_to(folder).as_posix() not in files:
                old.unlink()
        for name, data in files.items():
            replace_file(folder / name, data)

    def say_of_site(self, *accounts: Syndicated, page: str = "/brakes/") -> None:
        """site.json: our accounts, and a latest word."""
        word = Utterance(
            id=f"https://social.example{page}0",
            url=f"https://social.example/@eva{page}0",
            author=Speaker(name="Eva 0", url="https://social.example/@eva"),
            html="<p>words 0</p>",
            published=WHEN,
            network="mastodon",
        )
        data = site_bytes(Site(accounts=accounts, latest=((page, word),)))
        replace_file(self.folder / "discussion/site.json", data)

    def build(self, output: str = "output") -> None:
        """A whole build."""
        done = pelican(self.folder, "--output", output)
        assert done.returncode == 0, done.stdout + done.stderr

    def build_anew(self, output: str = "fresh", *settings: str) -> None:
        """A whole build from nothing, to compare with: whatever is kept between builds, it has a
        cache of its own, and that is empty."""
        for name in (output, CACHE):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        own = ("--extra-settings", f'CACHE_PATH="{CACHE}"', *settings)
        done = pelican(self.folder, "--output", output, *own)
        assert done.returncode == 0, done.stdout + done.stderr

    def differing(self) -> list[str]:
        """The files in which the site differs from one that is built anew."""
        self.build_anew()
        return sorted(differing(self.output, self.folder / "fresh"))

    def html(self, name: str) -> str:
        return (self.output / name).read_text(encoding="utf-8")


class Child:
    """The Pelican that stays. A context manager."""

    def __init__(self, site: WarmSite, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pelican.plugins.fast_build.warm", *arguments],
            cwd=site.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ,
        )
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout:  # type: ignore[union-attr]
            self._lines.put(line)
        self._lines.put(b"")

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.process.stdin.closed:  # type: ignore[union-attr]
            self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait(HANGS)
        self.process.stdout.close()  # type: ignore[union-attr]

    def hear(self) -> dict[str, Any]:
        line = self._lines.get(timeout=HANGS)
        heard: dict[str, Any] = json.loads(line) if line else {}
        return heard

    def ask(self, *pages: str) -> dict[str, Any]:
        self.send(*pages)
        return self.hear()

    def send(self, *pages: str) -> None:
        self.process.stdin.write(json.dumps(pages).encode() + b"\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]


def differing(one: Path, other: Path) -> set[str]:
    names = {
        path.relative_to(folder).as_posix() for folder in (one, other) for path in folder.rglob("*")
    }
    return {
        name
        for name in names
        if (one / name).is_dir() != (other / name).is_dir()
        or not (one / name).exists()
        or not (other / name).exists()
        or ((one / name).is_file() and not filecmp.cmp(one / name, other / name, shallow=False))
    }
