"""A small website of somebody else: pages that speak of ours, and tell it by webmention."""

from __future__ import annotations

import functools
import http.server
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

from syndication.demo import plain_page, portraits
from syndication.demo.serving import port_of, serving

TIMEOUT = 20.0  # seconds
NAME = "Mara Lindt"
NOTE = (
    '<p class="note">Somebody else\'s website, made up, on this machine. <span lang="es">La web de'
    " otra persona, inventada, en esta máquina.</span></p>"
)
PORTRAIT = "mara.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Where the pages lie and are served."""

    folder: Path
    url: str

    @property
    def port(self) -> int:
        """Where it is to answer the next time, too: what it told is looked at again."""
        return port_of(self.url)

    def write(self, words: str, *, about: str, when: datetime) -> str:
        """Publish an answer to the page `about`; its address. Earlier ones stay where they are."""
        number = sum(1 for _ in self.folder.glob("answer-*.html")) + 1
        (self.folder / PORTRAIT).write_bytes(portraits.draw(NAME))
        page = self.folder / f"answer-{number}.html"
        page.write_text(_page(words, about=about, when=when), encoding="utf-8")
        known = sorted(self.folder.glob("answer-*.html"))
        (self.folder / "index.html").write_text(_index(known), encoding="utf-8")
        return f"{self.url}/{page.name}"

    def tell(self, source: str, target: str) -> None:
        """Tell `target` that `source` speaks of it; two requests. Raises requests.HTTPError."""
        page = requests.get(target, timeout=TIMEOUT)
        page.raise_for_status()
        found = BeautifulSoup(page.text, "html.parser").select_one("link[rel=webmention][href]")
        if not isinstance(found, Tag):
            raise requests.HTTPError(f"{target} names no endpoint for webmentions")
        endpoint = urljoin(page.url, str(found["href"]))
        told = requests.post(endpoint, data={"source": source, "target": target}, timeout=TIMEOUT)
        told.raise_for_status()


@contextmanager
def open_at(folder: Path, port: int) -> Iterator[Neighbour]:
    """Serve the pages in `folder` while the block runs. Raises `DemoError` for a taken port."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = functools.partial(_Handler, directory=str(folder))
    with serving(handler, port=port, name="neighbour") as url:
        yield Neighbour(folder=folder, url=url)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """The pages as UTF-8, without a line for each request."""

    extensions_map = {".html": "text/html; charset=utf-8", ".png": "image/png"}  # noqa: RUF012

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        pass


def _page(words: str, *, about: str, when: datetime) -> str:
    """An h-entry that answers `about`."""
    address = escape(about)
    entry = (
        '<article class="h-entry"><p class="p-author h-card">'
        f'<img class="u-photo" src="{PORTRAIT}" alt="" width="48"> '
        f'<a class="p-name u-url" href="./">{escape(NAME)}</a></p>'
        f'<p>In answer to <a class="u-in-reply-to" href="{address}">{address}</a>, '
        f'<time class="dt-published" datetime="{when.isoformat()}">{when:%Y-%m-%d %H:%M}</time></p>'
        f'<p class="e-content words">{escape(words)}</p></article>'
    )
    return plain_page.document(NAME, [entry], note=NOTE)


def _index(pages: Iterable[Path]) -> str:
    links = (f'<p><a href="{page.name}">{page.stem}</a></p>' for page in pages)
    return plain_page.document(NAME, links, note=NOTE)
