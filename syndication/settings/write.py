"""Settings as they stand in tertulia.toml: the file of a new site, and single values."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

from syndication.settings.declared import SECTIONS, default_of

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
"""Unit of a time → seconds."""


def starter_toml(*, url: str, name: str) -> str:
    """The commented settings of a new site: every section, every default, what it means."""
    given = {("site", "url"): url, ("site", "name"): name}
    lines = [
        "# Settings of Tertulia's daemon. What is commented out is the default.",
        "# What staff decide from day to day (watches, pauses) lives in the database, not here.",
    ]
    for section, cls in SECTIONS.items():
        lines += ["", f"[{section}]"]
        for item in dataclasses.fields(cls):
            value = given.get((section, item.name))
            shown = written(default_of(item)) if value is None else written(value)
            mark = "# " if value is None else ""
            lines += [f"# {item.metadata['help']}", f"{mark}{item.name} = {shown}"]
    lines += ["", "# Accounts are added by: tertulia connect NETWORK SERVER", ""]
    return "\n".join(lines)


def written(value: object) -> str:
    """A value as it stands in tertulia.toml."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return f'"{duration(value)}"'
    if isinstance(value, list):
        return "[" + ", ".join(written(item) for item in value) + "]"
    if isinstance(value, dict):
        inner = (f"{_quoted(str(key))} = {written(item)}" for key, item in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, int | float):
        return str(value)
    return _quoted(str(value))


def duration(value: timedelta) -> str:
    """``90s``, ``5m``, ``2h`` or ``7d``: the largest unit that is exact."""
    seconds = int(value.total_seconds())
    for unit, size in reversed(UNITS.items()):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _quoted(text: str) -> str:
    """A basic string of TOML, whose escapes are JSON's; DEL has to be escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
