"""Our own markup as words: for what a page says of itself to machines."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup


def plain(html: Any) -> str:
    """Our own markup as one line of plain text."""
    text = paragraph(str(html))
    if "<" in text or "&" in text:
        return Markup(text).striptags()  # noqa: S704 (striptags returns text)
    return " ".join(text.split())


def paragraph(html: str) -> str:
    """`html` without the paragraph around it, where nothing else stands in it than words."""
    words = html[3:-4]
    alone = "<" not in words and html.startswith("<p>") and html.endswith("</p>")
    return words if alone else html
