"""Where the outbox comes from: a file beside the daemon, or the public address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from syndication.exchange import DocumentError, Outbox, parse_outbox
from syndication.steps.site import Fetched, Site

MAX_BYTES = 200_000_000


class ForeignOutbox(Exception):
    """The outbox belongs to another site than the settings; nothing of it is used."""


def is_url(place: str) -> bool:
    """Is the outbox read over the web?"""
    return place.startswith(("https://", "http://"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The outbox as `[site] outbox` names it."""

    data: bytes  # empty when it is the one of before
    digest: str  # SHA-256 (hex) of its bytes
    etag: str = ""


def load(site: Site, *, before: Loaded | None = None) -> Loaded:
    """Get the outbox; over the web only if it is not the one of `before`.

    Raises `DocumentError` for a missing one, and for a URL the `NetworkError` of its fetch.
    """
    if is_url(site.outbox):
        etag = before.etag if before else ""
        answer = site.fetch(site.outbox, accept="application/", limit=MAX_BYTES, etag=etag)
        if before and answer.status == 304:
            return before
        data, etag = _body(site.outbox, answer), answer.etag
    else:
        try:
            data, etag = Path(site.outbox).read_bytes(), ""
        except OSError as error:
            problem = f"cannot be read ({error.strerror}); build the site first: pelican"
            raise DocumentError(site.outbox, "", problem) from None
    return Loaded(data=data, digest=hashlib.sha256(data).hexdigest(), etag=etag)


def parse(site: Site, data: bytes) -> Outbox:
    """What the bytes say; 10,000 posts take 0.13 s.

    Raises `DocumentError` for an unusable one and `ForeignOutbox` for another site's.
    """
    outbox = parse_outbox(data, site.outbox)
    if outbox.site != site.url:
        raise ForeignOutbox(
            f"{site.outbox} was built for {outbox.site}, the settings say [site] url = "
            f'"{site.url}": build the site for its public address, or correct the settings'
        )
    return outbox


def read(site: Site) -> Outbox:
    """`load` and `parse`."""
    return parse(site, load(site).data)


def read_live(site: Site) -> Outbox:
    """The outbox as the public address shows it. Raises as `read` does."""
    place = site.outbox if is_url(site.outbox) else f"{site.url}/outbox.json"
    return parse_outbox(_fetched(site, place), place)


def _fetched(site: Site, url: str) -> bytes:
    return _body(url, site.fetch(url, accept="application/", limit=MAX_BYTES))


def _body(url: str, answer: Fetched) -> bytes:
    if answer.status != 200:
        raise DocumentError(url, "", f"is not there (status {answer.status})")
    return answer.body
