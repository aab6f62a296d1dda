"""What the public address shows: the proof that something is out, or gone, before we say so."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256

from syndication.exchange import DocumentError, Outbox
from syndication.model import Post
from syndication.networks.contract import NetworkError
from syndication.rules.discovery import site_paths
from syndication.steps.outbox import read_live
from syndication.steps.site import Site
from syndication.store.posts import StoredPost

MOST = 20_000_000  # bytes of a page or feed


def missing(site: Site, wanted: Iterable[StoredPost]) -> dict[int, str]:
    """Those posts that the public address does not show in the words that are about to leave.

    post → why, for a person. One request for the outbox there, one for each page.
    """
    posts = list(wanted)
    try:
        live = {post.path: post.digest for post in read_live(site).posts}
    except (NetworkError, DocumentError) as error:
        return {post.id: str(error) for post in posts}
    reasons = {}
    for post in posts:
        if post.path not in live:
            reasons[post.id] = "the outbox there does not have it"
        elif live[post.path] != post.digest:
            reasons[post.id] = "the outbox there has it in other words"
        elif reason := _not_here(site, post.url):
            reasons[post.id] = reason
    return reasons


def _not_here(site: Site, url: str) -> str:
    """Why the page is not there for everybody, or "": it answers 200 without leading away."""
    try:
        answer = site.fetch(url, accept="text/html", limit=5_000_000)
    except NetworkError as error:
        return str(error)
    if answer.status != 200:
        return f"its page answers {answer.status}"
    away = next(site_paths([answer.url], site.url), None) is None
    return f"its page leads away, to {answer.url}" if away else ""


def gone(site: Site, url: str) -> bool:
    """Does the site itself say that the page is gone? An outage says nothing."""
    try:
        return site.fetch(url, accept="text/html", limit=5_000_000).status in (404, 410)
    except NetworkError:
        return False


def page_digest(post: Post) -> str:
    """What its page says, as a digest; a site that tells none has that of its copies."""
    return post.page_digest or post.digest


class There:
    """The site as its public address shows it, for whoever sends others to look there.

    Asks for its outbox once, when that is needed. Methods raise `NetworkError` and
    `DocumentError` where nobody can say.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._read: Outbox | Exception | None = None
        self._shown: dict[str, str] = {}

    def lacks(self, url: str, digest: str, before: str = "") -> str:
        """Why a page or feed does not say there what has this digest, or "".

        `before`: what `shown` was when it said something else; a cache may still show that.
        """
        if self._digests.get(url) != digest:
            return "the outbox there does not have it in these words"
        answer = self._site.fetch(url, accept="*/*", limit=MOST)
        self._shown[url] = sha256(answer.body).hexdigest()
        if answer.status != 200:
            return f"it answers {answer.status}"
        if next(site_paths([answer.url], self._site.url), None) is None:
            return f"it leads away, to {answer.url}"
        return "it is still as it was" if self._shown[url] == before else ""

    def moved(self, url: str) -> bool:
        """Does the site there know this address as a former one?"""
        path = next(site_paths([url], self._site.url), None)
        return any(path in post.aliases for post in self._outbox.posts)

    def gone(self, url: str) -> bool:
        """Does the site itself say that the page is gone?"""
        return gone(self._site, url)

    def shown(self, url: str) -> str:
        """SHA-256 of what stood at `url` when `lacks` looked; "" where it did not."""
        return self._shown.get(url, "")

    @cached_property
    def _digests(self) -> dict[str, str]:
        pages = {post.url: page_digest(post) for post in self._outbox.posts}
        return {**self._outbox.feeds, **pages}

    @property
    def _outbox(self) -> Outbox:
        if self._read is None:
            try:
                self._read = read_live(self._site)
            except (NetworkError, DocumentError) as error:
                self._read = error
        if isinstance(self._read, Exception):
            raise self._read
        return self._read
