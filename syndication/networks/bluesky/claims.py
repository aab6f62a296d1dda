"""What a session's tokens say of themselves. Nothing is verified: that is the server's matter."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any


def ends(token: str, *, default: datetime) -> datetime:
    """When a token says that it ends; far from now where it does not say."""
    try:
        return datetime.fromtimestamp(int(_claims(token)["exp"]), default.tzinfo)
    except (LookupError, TypeError, ValueError, OverflowError, OSError):
        return default + timedelta(days=1)


def _claims(token: str) -> dict[str, Any]:
    """What a token says of itself; nothing where that cannot be read."""
    try:
        payload = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (LookupError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def may_do_everything(token: str) -> bool:
    """Is it a token of the account's own password, and not of an app password?"""
    return _claims(token).get("scope") == "com.atproto.access"
