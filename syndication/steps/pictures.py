"""Pictures of others, as copies on our own site: no visitor's browser asks a third party.

They are fetched only for what is shown, through the guard against private networks, decoded and
encoded anew, so that nothing but pixels remains of what a stranger's server sent.

Invariant: a picture that a document names is there. A file and its row come and go in one write
transaction, after the documents that named it, and only while no page waits to be written.
"""

from __future__ import annotations

import hashlib
import io
import logging
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from PIL import Image, ImageOps

from syndication.exchange import replace_file
from syndication.networks.contract import NetworkError, Unavailable
from syndication.steps.conversation import shown_of
from syndication.steps.site import Site
from syndication.store import Transaction, marks, messages, pictures, posts
from syndication.store.pictures import StoredPicture

log = logging.getLogger("tertulia")

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")  # Pillow knows many more, some of which run programs
MAX_BYTES = 8_000_000
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1200
RETRY_AFTER = timedelta(hours=6)
FOR_EVER = datetime.max.replace(tzinfo=UTC)
AT_A_TIME = timedelta(seconds=30)
_CHUNK = 500  # messages whose words are in memory at once


def fetch_missing(site: Site, urls: Iterable[str]) -> set[str]:
    """Get those of `urls` that are not here; the ones that look different now.

    A server that does not answer is asked once, and after `AT_A_TIME` the rest waits, so that
    pictures hold up no words for long.
    """
    wanted = set(urls)
    ends = site.clock() + AT_A_TIME
    with site.store.read() as tx:
        known = pictures.by_url(tx, wanted)
    changed: set[str] = set()
    silent: set[str] = set()
    for url in sorted(wanted):
        old = known.get(url)
        if old and _good_until(site, old) > site.clock():
            continue
        if site.clock() > ends:
            break
        data, new = _fetched(site, url, silent)
        if new.file is None and old and _is_here(site, old):
            new = replace(old, fetched_at=new.fetched_at)
        with site.store.write() as tx:
            if data is not None and new.file is not None:
                replace_file(site.discussion / new.file, data)
            pictures.put(tx, new)
        if new.file != (old.file if old else None):
            changed.add(url)
    return changed


def next_look(site: Site, tx: Transaction, urls: Iterable[str]) -> datetime | None:
    """When the first of these pictures is to be tried again; None: all are here."""
    wanted = set(urls)
    known = pictures.by_url(tx, wanted)
    soon = site.clock() + timedelta(minutes=1)
    moments = [max(soon, _good_until(site, picture)) for picture in known.values()]
    first = min(moments + [soon] * (len(known) < len(wanted)), default=FOR_EVER)
    return None if first == FOR_EVER else first


def prune(site: Site) -> None:
    """Remove every picture that nothing shown refers to, from the folder and the database.

    Only when documents name fewer than before; then it reads all that is shown, in pieces.
    """
    with site.store.read() as tx:
        if not marks.get(tx, marks.PICTURES_DUE):
            return
    folder = site.discussion / "pictures"
    with site.store.write() as tx:
        if posts.count_due(tx, now=site.clock()):
            return  # some document may still name what is not shown any more
        wanted = set(_shown_urls(tx))
        pictures.keep_only(tx, wanted)
        used = {found.file for found in pictures.by_url(tx, wanted).values()}
        for path in folder.iterdir() if folder.is_dir() else ():
            if f"pictures/{path.name}" not in used:
                path.unlink(missing_ok=True)
        marks.drop(tx, marks.PICTURES_DUE)


def encode(data: bytes) -> tuple[bytes, int, int]:
    """Decode a stranger's picture and encode it as WebP: (bytes, width, height).

    Raises `ValueError` for what cannot be decoded or would be too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ValueError("too many pixels")
                opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                image = ImageOps.exif_transpose(opened)
                flat = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except Exception as error:  # noqa: BLE001 - decoders fail on hostile bytes in any way
        raise ValueError(f"not a picture: {type(error).__name__}") from None
    out = io.BytesIO()
    flat.save(out, "WEBP", quality=80, method=4)
    return out.getvalue(), flat.width, flat.height


def _good_until(site: Site, picture: StoredPicture) -> datetime:
    """What is here stays as it was approved: a new portrait has a new address."""
    if picture.file is None:
        return picture.fetched_at + RETRY_AFTER
    return FOR_EVER if _is_here(site, picture) else picture.fetched_at


def _is_here(site: Site, picture: StoredPicture) -> bool:
    """Is its file there? Somebody may have emptied the folder."""
    return picture.file is not None and (site.discussion / picture.file).exists()


def _fetched(site: Site, url: str, silent: set[str]) -> tuple[bytes | None, StoredPicture]:
    """The picture as a file of ours, and its bytes; without a file when it cannot be had."""
    host = urlsplit(url).netloc
    try:
        if host in silent:
            raise Unavailable(f"{host} did not answer before")
        answer = site.fetch(url, accept="image/", limit=MAX_BYTES)
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        data, width, height = encode(answer.body)
    except (NetworkError, ValueError) as error:
        if isinstance(error, Unavailable):
            silent.add(host)
        log.info("a picture could not be had: %s", error)
        return None, StoredPicture(
            url=url, file=None, width=None, height=None, fetched_at=site.clock()
        )
    file = f"pictures/{hashlib.sha256(data).hexdigest()[:32]}.webp"
    return data, StoredPicture(
        url=url, file=file, width=width, height=height, fetched_at=site.clock()
    )


def _shown_urls(tx: Transaction) -> Iterator[str]:
    """Of every picture that some page of the site shows."""
    visible = iter(messages.visible(tx, placed=True))
    while chunk := list(islice(visible, _CHUNK)):
        yield from shown_of(tx, chunk).picture_urls()
