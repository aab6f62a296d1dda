"""IndexNow's proof that the site is ours: a file named after the key, with the key in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syndication.exchange import index_now_key


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
