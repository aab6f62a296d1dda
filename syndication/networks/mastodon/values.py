"""What is in an answer, whatever a server put there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

JSON = Mapping[str, Any]


def mapping(value: Any) -> JSON:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def text(value: Any) -> str:
    """`value` if it is a string, else ""."""
    return value if isinstance(value, str) else ""


def number(value: Any, default: int) -> int:
    """`value` if it is a whole number above zero, else `default`."""
    return (
        value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else default
    )
