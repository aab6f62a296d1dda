"""IndexNow's proof that the site is ours: a file named after the key, with the key in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

KEY = re.compile(r"[A-Za-z0-9-]{8,128}", re.ASCII)


class IndexNowKeyError(ValueError):
    """An INDEXNOW_KEY that no search engine would take."""


def key_file(settings: Mapping[str, Any]) -> dict[str, bytes]:
    """The file's name below the output folder with its content; nothing without INDEXNOW_KEY.

    The outbox tells the daemon the key, for it is the daemon that tells the search engines.
    Raises `IndexNowKeyError`.
    """
    key = settings.get("INDEXNOW_KEY")
    if not key:
        return {}
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise IndexNowKeyError(
            "INDEXNOW_KEY must be 8 to 128 letters, digits or hyphens; make one with: "
            "python -c 'import secrets; print(secrets.token_hex(16))'"
        )
    return {f"{key}.txt": key.encode()}
