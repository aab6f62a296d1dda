"""What the public address shows: the proof that something is out, or gone, before we say so."""

from __future__ import annotations

from collections.abc import Iterable

from syndication.exchange import DocumentError
from syndication.networks.contract import NetworkError
from syndication.rules.discovery import site_paths
from syndication.steps.outbox import read_live
from syndication.steps.site import Site
from syndication.store.posts import StoredPost


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
