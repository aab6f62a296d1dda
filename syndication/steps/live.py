"""What the public address shows: the proof that something is out, or gone, before we say so."""

from __future__ import annotations

from collections.abc import Iterable

from syndication.exchange import DocumentError
from syndication.networks.contract import NetworkError
from syndication.rules.discovery import site_paths
from syndication.steps.outbox import read_live
from syndication.steps.site import Site
from syndication.store.posts import StoredPost


def shown(site: Site, wanted: Iterable[StoredPost]) -> set[int]:
    """Those posts that the public address shows, in the words that are about to leave.

    One request for the outbox there, one for each page.
    """
    try:
        live = {post.path: post.digest for post in read_live(site).posts}
    except (NetworkError, DocumentError):
        return set()
    return {
        post.id
        for post in wanted
        if live.get(post.path) == post.digest and _answers_here(site, post.url)
    }


def _answers_here(site: Site, url: str) -> bool:
    """Does the page answer 200 without leading away from the site?"""
    try:
        answer = site.fetch(url, accept="text/html", limit=5_000_000)
    except NetworkError:
        return False
    return answer.status == 200 and next(site_paths([answer.url], site.url), None) is not None


def gone(site: Site, url: str) -> bool:
    """Does the site itself say that the page is gone? An outage says nothing."""
    try:
        return site.fetch(url, accept="text/html", limit=5_000_000).status in (404, 410)
    except NetworkError:
        return False
