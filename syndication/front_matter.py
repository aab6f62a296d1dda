"""Where in its source file a key of front matter stands, and what several plugins read alike.

Standard library only. Nothing here knows Pelican: a plugin hands over the path of the source file
and what it read there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote


def text_of(metadata: Mapping[str, object], key: str) -> str | None:
    """A key's text, its lines joined; None where the key is absent."""
    value = metadata.get(key)
    if value is None:
        return None
    lines = value if isinstance(value, list | tuple) else [value]
    return "\n".join(str(line).strip() for line in lines).strip()


def problem(source: str, key: str, what: str) -> str:
    """``content/a.md:4: Comments: must be …``"""
    name = "-".join(part.capitalize() for part in key.split("-"))
    return f"{shown_path(source)}:{line_of(source, key)}: {name}: {what}"


def shown_path(source: str) -> str:
    """The source file as a person would type it here."""
    path = os.path.relpath(source)
    return source if path.startswith("..") else path


def line_of(source: str, key: str) -> int:
    """The line of `key` in the source file; 1 where the key is not written there."""
    pattern = re.compile(rf"\s*(:?{re.escape(key)}\s*:|<meta\b.*\bname=[\"']{key}[\"'])", re.I)
    with Path(source).open(encoding="utf-8", errors="replace") as lines:
        return next((n for n, line in enumerate(lines, 1) if pattern.match(line)), 1)


def aliases(text: str) -> tuple[str, ...]:
    """The former URL paths in `text`, percent-decoded. Raises `ValueError` with what is allowed."""
    paths = [unquote(path.strip()) for path in re.split(r"[,;\n]", text) if path.strip()]
    for path in paths:
        if not path.startswith("/") or re.search(r"[\s?#]|//|/\.\.?(/|$)", path):
            raise ValueError(
                "must be former URL paths, each with a leading slash: '/old/, /older/'"
            )
    if len(set(paths)) < len(paths):
        raise ValueError("has the same path twice")
    return tuple(paths)
