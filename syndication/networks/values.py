"""What is in an answer, whatever a server put there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

JSON = Mapping[str, Any]
LARGEST = 2**31 - 1  # what every database takes for a whole number


def mapping(value: Any) -> JSON:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def text(value: Any) -> str:
    """`value` if it is a string, else ""."""
    return value if isinstance(value, str) else ""


def number(value: Any, default: int) -> int:
    """`value` if it is a whole number above zero that can be stored, else `default`."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 < value <= LARGEST else default


def mappings(value: Any, limit: int) -> list[JSON]:
    """The objects among the first `limit` of a list."""
    listed = value[:limit] if isinstance(value, list) else []
    return [one for one in listed if isinstance(one, Mapping)]
