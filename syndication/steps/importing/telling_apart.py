"""Who is who in a file, without keeping what tells it: names made with a key of this site's own."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from syndication.archives import Reading
from syndication.steps.site import Site
from syndication.store import marks


def reading_of(site: Site, *, dry_run: bool = False) -> Reading:
    """What a reader of archives is told of this site."""
    key = _key(site, dry_run=dry_run)

    def pseudonym(known_by: str) -> str:
        return hmac.new(key, known_by.encode(), hashlib.sha256).hexdigest()[:32]

    return Reading(home=site.url, pseudonym=pseudonym)


def _key(site: Site, *, dry_run: bool) -> bytes:
    """What makes pseudonyms of this site's own; made once."""
    with site.store.read() as tx:
        kept = marks.get(tx, marks.IMPORT_KEY)
    if kept is None:
        kept = secrets.token_hex(32)
        if not dry_run:
            with site.store.write() as tx:
                marks.put(tx, marks.IMPORT_KEY, kept)
    return bytes.fromhex(kept)
