"""The stage of the demonstration: a copy of the site in a folder of its own, built and served.

The content is a copy, so that nothing of yours is changed; theme, plugins and settings are the
real ones. Everything lies in one folder that can be deleted at any time.
"""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import socket
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from syndication import starter
from syndication.demo import daemon_settings
from syndication.demo.daemon_settings import Accounts
from syndication.demo.notebook import Notebook
from syndication.demo.serving import HOST, port_of, serving

_SETTINGS = """\
# The demonstration's settings of the site: the real ones, at an address of this machine.
import runpy

globals().update(runpy.run_path({base!r}))
SITEURL = {url!r}
PATH = "content"
OUTPUT_PATH = "output"
DELETE_OUTPUT_DIRECTORY = False
THEME = {theme!r}
PLUGIN_PATHS = {plugin_paths!r}
DISCUSSION_PATH = "discussion"
OUTBOX_ALLOW_LOOPBACK = True
"""


class StageError(Exception):
    """The demonstration cannot be set up; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where everything of the demonstration lies and answers."""

    folder: Path
    url: str
    desk: str  # address and port
    public: str  # those of the form and of the endpoint for webmentions

    @property
    def output(self) -> Path:
        """What visitors are served."""
        return self.folder / "output"

    @property
    def settings(self) -> Path:
        """The daemon's settings."""
        return self.folder / "tertulia.toml"


def set_up(folder: Path, origin: Path, *, accounts: Accounts, now: datetime) -> Stage:
    """Lay the site out in `folder`, or find it there from an earlier run.

    `origin` is a site with pelicanconf.py and content/; where there is none a new one is made. The
    daemon's settings are written anew, since `accounts` may be others. Raises `StageError`.
    """
    notes = Notebook(folder / "stage.json")
    new = not (folder / "pelicanconf.py").exists()
    folder.mkdir(parents=True, exist_ok=True)
    known = notes.read()
    ports = {name: known.get(name) or _free_port() for name in ("site", "desk", "public")}
    notes.write(**ports)
    stage = Stage(
        folder=folder,
        url=f"http://{HOST}:{ports['site']}",
        desk=f"{HOST}:{ports['desk']}",
        public=f"{HOST}:{ports['public']}",
    )
    if new:
        _copy(stage, _origin(folder, origin))
        date_newest(stage.folder / "content", now)
    daemon_settings.write(stage, accounts, build=" ".join(_command()))
    return stage


def build(stage: Stage) -> None:
    """Build the site as its own command does. Raises `StageError` with what Pelican said."""
    done = subprocess.run(
        _command(), cwd=stage.folder, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise StageError(f"the site was not built:\n{tail}")


def served(stage: Stage) -> AbstractContextManager[str]:
    """Serve the site while the block runs; gives its address. Raises `DemoError`."""
    handler = functools.partial(_Handler, directory=str(stage.output))
    return serving(handler, port=port_of(stage.url), name="site")


def date_newest(content: Path, now: datetime) -> Path:
    """Date the newest article, with its translations, now; its file in the first language.

    Raises `StageError` where there is no dated article.
    """
    dated = {}
    for path in sorted(content.rglob("*.md")):
        head = path.read_text(encoding="utf-8").partition("\n\n")[0]
        date = re.search(r"^Date:\s*(\d{4}-\d\d-\d\d)", head, re.MULTILINE | re.IGNORECASE)
        hidden = re.search(r"^Status:\s*(draft|hidden)", head, re.MULTILINE | re.IGNORECASE)
        if date and not hidden and date[1] <= now.date().isoformat():
            dated[path] = date[1]
    if not dated:
        raise StageError(f"{content} has no dated article; the demonstration needs one")
    newest = max(dated.values())
    chosen = [path for path, date in dated.items() if date == newest]
    moment = (now - timedelta(minutes=2)).strftime("%Y-%m-%d %H:%M:%S%z")
    for path in chosen:
        text = path.read_text(encoding="utf-8")
        text = re.sub(
            r"^(Date:).*$", rf"\1 {moment}", text, count=1, flags=re.MULTILINE | re.IGNORECASE
        )
        path.write_text(text, encoding="utf-8")
    return chosen[0]


class _Handler(http.server.SimpleHTTPRequestHandler):
    """The site's files, never cached, without a line for each request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page for what is not there; the library's for everything else."""
        page = self._not_found()
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        words = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(words)

    def _not_found(self) -> Path:
        """The page of the edition whose folder the address names, else the site's."""
        site = Path(self.directory)
        edition = site / self.path.split("?")[0].strip("/").split("/")[0] / "404.html"
        ours = edition.is_file() and edition.resolve().is_relative_to(site.resolve())
        return edition if ours else site / "404.html"

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def _origin(folder: Path, origin: Path) -> Path:
    """The site to copy; without one, a new one is made beside the stage."""
    if (origin / "pelicanconf.py").is_file() and (origin / "content").is_dir():
        return origin
    made = folder.parent / "brand"
    if not made.exists():
        starter.create(made, name="Vencejo", url="https://vencejo.example", language="en")
    return made


def _copy(stage: Stage, origin: Path) -> None:
    shutil.copytree(origin / "content", stage.folder / "content", dirs_exist_ok=True)
    theme = origin / "themes" / "tertulia"
    plugins = origin / "plugins"
    (stage.folder / "pelicanconf.py").write_text(
        _SETTINGS.format(
            base=str(origin / "pelicanconf.py"),
            url=stage.url,
            theme=str(theme.resolve()),
            plugin_paths=[str(plugins.resolve())] if plugins.is_dir() else [],
        ),
        encoding="utf-8",
    )


def _command() -> list[str]:
    return [sys.executable, "-m", "pelican", "--fatal", "errors"]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        return int(listening.getsockname()[1])
