"""What a note is called where something must have a name: its slug, address and first words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

LONGEST_TITLE = 60  # characters; a search result shows about as many


def slug_of(written: datetime) -> str:
    """The minute it was written: `2026-11-18-0930`."""
    return f"{written:%Y-%m-%d-%H%M}"


def address(metadata: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, str]:
    """`url` and `save_as` as the NOTE_ settings say; nothing for drafts or without settings."""
    if metadata.get("status") == "draft":
        return {}
    lang = metadata.get("lang") or settings["DEFAULT_LANG"]
    stem = "NOTE" if lang == settings["DEFAULT_LANG"] else "NOTE_LANG"
    return {
        key: settings[name].format(slug=metadata["slug"], lang=lang, date=metadata["date"])
        for key, name in (("url", f"{stem}_URL"), ("save_as", f"{stem}_SAVE_AS"))
        if settings.get(name)
    }


def title_of(html: str) -> str:
    """The first words of a note, escaped as titles are, cut between words with an ellipsis."""
    words = Markup(html).striptags()  # noqa: S704 (read, never shown)
    if len(words) > LONGEST_TITLE:
        words = words[: LONGEST_TITLE + 1].rsplit(" ", 1)[0][:LONGEST_TITLE].rstrip(" ,.;:–—-")
        words += "…"
    return str(escape(words))
