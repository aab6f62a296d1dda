"""The outbox of a process that stays: that of the last build, with what it has written since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from syndication.exchange import DocumentError, Outbox, parse_outbox


def standing(file: Path, site: str) -> Outbox | None:
    """The outbox of `site` that stands in the output folder; None where a build wrote none."""
    try:
        outbox = parse_outbox(file.read_bytes(), str(file))
    except (FileNotFoundError, DocumentError):
        return None
    return outbox if outbox.site == site else None


def renewed(
    outbox: Outbox, digests: Mapping[str, str], feeds: Mapping[str, str], output: Path
) -> Outbox:
    """The outbox with new digests of pages, by path, and of feeds, by address.

    Feeds that are no longer below `output` leave it.
    """
    posts = (
        replace(post, page_digest=digests.get(post.path, post.page_digest)) for post in outbox.posts
    )
    there = {
        url: digest
        for url, digest in (*outbox.feeds.items(), *feeds.items())
        if _is_there(url, outbox.site, output)
    }
    return replace(outbox, posts=tuple(posts), feeds=there)


def _is_there(feed: str, site: str, output: Path) -> bool:
    """Others' feeds are others' business."""
    path = feed.removeprefix(f"{site}/")
    return path == feed or (output / unquote(path)).is_file()
