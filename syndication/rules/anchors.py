"""Where a message stands on its page: what a link to it has behind the "#". Pure."""

from __future__ import annotations

import hashlib


def anchor(name: str) -> str:
    """A short id for the message of this name (`Ref.id`), the same in every build."""
    return "m-" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
