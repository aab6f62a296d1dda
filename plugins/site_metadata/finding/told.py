"""What search engines are told at the root: robots.txt, and IndexNow's proof that the site is ours,
a file named after the key, with the key in it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from syndication.exchange import index_now_key

from .robots import robots_txt

logger = logging.getLogger(__name__)


def key_file(settings: Mapping[str, Any]) -> dict[str, bytes]:
    """The file's name below the output folder with its content; nothing without INDEXNOW_KEY.

    The outbox tells the daemon the key, for it is the daemon that tells the search engines.
    Raises `ValueError` that says what a key is.
    """
    key = settings.get("INDEXNOW_KEY")
    if not key:
        return {}
    sound = index_now_key(key)
    return {f"{sound}.txt": sound.encode()}


def told_files(sitemap: str, settings: Mapping[str, Any]) -> dict[str, bytes]:
    """Both, for a site whose sitemap is at `sitemap`; a wrong setting was an error before."""
    files: dict[str, bytes] = {}
    try:
        files["robots.txt"] = robots_txt(sitemap, settings)
        files |= key_file(settings)
    except ValueError:
        logger.debug("robots.txt or the key for IndexNow is left out")
    return files
