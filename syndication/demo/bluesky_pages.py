"""Pages of the practice network for Bluesky: a post with its thread, and what somebody said.

The network answers programs only; what stands for bsky.app, where the links to posts lead, is this.
"""

from __future__ import annotations

import http.server
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from html import escape
from http import HTTPStatus
from typing import Any

import requests

from syndication.demo import plain_page
from syndication.demo.serving import serving

TIMEOUT = 20.0  # seconds
DEPTH = 50
_PLACE = re.compile(r"/profile/([\w:.-]{1,253})(?:/post/([\w-]{1,64}))?/?")


def pages_of(appview: str) -> AbstractContextManager[str]:
    """Serve the pages of the network behind `appview` while the block runs; gives their address."""
    return serving(partial(_Handler, appview), name="bluesky pages")


class _Handler(http.server.BaseHTTPRequestHandler):
    """`/profile/WHO` and `/profile/WHO/post/KEY`, as bsky.app has them."""

    def __init__(self, appview: str, *request: Any) -> None:
        self._appview = appview
        super().__init__(*request)

    def do_GET(self) -> None:
        place = _PLACE.fullmatch(self.path)
        try:
            title, parts = self._look(*place.groups()) if place else ("", [])
        except requests.RequestException:
            title, parts = "", []
        found = HTTPStatus.OK if parts else HTTPStatus.NOT_FOUND
        page = plain_page.document(title or "404", parts or ["<p>There is nothing here.</p>"])
        body = page.encode()
        self.send_response(found)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in plain_page.HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _look(self, who: str, key: str | None) -> tuple[str, list[str]]:
        if key is None:
            feed = self._ask("app.bsky.feed.getAuthorFeed", actor=who)["feed"]
            posts = [item["post"] for item in feed]
            return (_name(posts[0]["author"]) if posts else who), [_article(p, 0) for p in posts]
        uri = f"at://{who}/app.bsky.feed.post/{key}"
        thread = self._ask("app.bsky.feed.getPostThread", uri=uri, depth=DEPTH)["thread"]
        return _name(thread["post"]["author"]), list(_articles(thread))

    def _ask(self, method: str, **parameters: str | int) -> dict[str, Any]:
        answer = requests.get(f"{self._appview}/xrpc/{method}", params=parameters, timeout=TIMEOUT)
        answer.raise_for_status()
        return dict(answer.json())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        pass


def _articles(thread: dict[str, Any]) -> Iterator[str]:
    """The post and all below it, each answer right below what it answers."""
    parent = thread.get("parent", {}).get("post")
    if parent:
        yield f"<p>In answer to {_link(parent)}</p>"
    waiting = [(thread, 0)]
    while waiting:
        node, depth = waiting.pop()
        if "post" not in node:
            continue
        yield _article(node["post"], depth)
        waiting += [(answer, depth + 1) for answer in reversed(node.get("replies") or [])]


def _article(post: dict[str, Any], depth: int) -> str:
    record = post["record"]
    return plain_page.said(
        who=_link(post),
        when=str(record.get("createdAt", ""))[:16].replace("T", " "),
        words=str(record.get("text", "")),
        depth=depth,
        language=next(iter(record.get("langs") or []), ""),
    )


def _name(author: dict[str, Any]) -> str:
    return f"{author.get('displayName') or author['handle']} (@{author['handle']})"


def _link(post: dict[str, Any]) -> str:
    author = post["author"]
    address = f"/profile/{author['handle']}/post/{post['uri'].rsplit('/', 1)[1]}"
    return f'<a href="{escape(address)}">{escape(_name(author))}</a>'
