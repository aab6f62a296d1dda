"""Pictures of others, as copies on our own site: no visitor's browser asks a third party.

They are fetched only for what is shown, through the guard against private networks, decoded and
encoded anew, so that nothing but pixels remains of what a stranger's server sent.
"""

from __future__ import annotations

import hashlib
import io
import logging
import warnings
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from PIL import Image, ImageOps

from syndication.exchange import replace_file
from syndication.networks.contract import NetworkError
from syndication.steps.site import Site
from syndication.store import pictures
from syndication.store.pictures import StoredPicture

log = logging.getLogger("tertulia")

MAX_BYTES = 8_000_000
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1200
RENEW_AFTER = timedelta(days=7)  # people change their portraits
RETRY_AFTER = timedelta(hours=6)


def fetch_missing(site: Site, urls: Iterable[str]) -> bool:
    """Get those of `urls` that are not here or old; True when a page would look different now."""
    now = site.clock()
    with site.store.read() as tx:
        known = pictures.by_url(tx, urls)
    changed = False
    for url in sorted(set(urls)):
        old = known.get(url)
        patience = RENEW_AFTER if old and old.file else RETRY_AFTER
        if old and now - old.fetched_at < patience:
            continue
        new = _fetch(site, url, old)
        with site.store.write() as tx:
            pictures.put(tx, new)
        changed = changed or new.file != (old.file if old else None)
    return changed


def prune(site: Site, wanted: Iterable[str]) -> None:
    """Remove every picture that nothing shown refers to, from the folder and the database."""
    with site.store.write() as tx:
        pictures.keep_only(tx, wanted)
        used = {p.file for p in pictures.by_url(tx, wanted).values() if p.file}
    folder = site.discussion / "pictures"
    for path in folder.glob("*") if folder.is_dir() else ():
        if f"pictures/{path.name}" not in used:
            path.unlink(missing_ok=True)


def encode(data: bytes) -> tuple[bytes, int, int]:
    """Decode a stranger's picture and encode it as WebP: (bytes, width, height).

    Raises `ValueError` for what cannot be decoded or would be too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ValueError("too many pixels")
                image = ImageOps.exif_transpose(opened)
                image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                flat = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise ValueError(f"not a picture: {type(error).__name__}") from None
    out = io.BytesIO()
    flat.save(out, "WEBP", quality=80, method=4)
    return out.getvalue(), flat.width, flat.height


def _fetch(site: Site, url: str, old: StoredPicture | None) -> StoredPicture:
    """The picture as a file of ours; what cannot be had now keeps its old copy."""
    now = site.clock()
    try:
        answer = site.fetch(url, accept="image/", limit=MAX_BYTES)
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        data, width, height = encode(answer.body)
    except (NetworkError, ValueError) as error:
        log.info("a picture could not be had: %s", error)
        kept = (old.file, old.width, old.height) if old else (None, None, None)
        file, known_width, known_height = kept
        return StoredPicture(
            url=url, file=file, width=known_width, height=known_height, fetched_at=now
        )
    file = f"pictures/{hashlib.sha256(data).hexdigest()[:32]}.webp"
    replace_file(Path(site.discussion) / file, data)
    return StoredPicture(url=url, file=file, width=width, height=height, fetched_at=now)
