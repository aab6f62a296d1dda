"""Where each feed is written: the settings, their defaults, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .nouns import Format

Settings = dict[str, Any]

# What a setting's name begins with → the file that it stands for where nothing is said.
# None: written only where a site asks for it.
FILES: Mapping[str, str | None] = {
    "FEED": "feeds/{name}",
    "CATEGORY_FEED": "feeds/category/{slug}.{ending}",
    "TAG_FEED": "feeds/tag/{slug}.{ending}",
    "AUTHOR_FEED": None,
    "FEED_ALL": None,
    "TRANSLATION_FEED": None,
    "COMMENT_FEED": "{path}comments.{ending}",
    "LATEST_FEED": "feeds/words.{ending}",
}
NAMES = {  # name, ending
    Format.ATOM: ("atom.xml", "atom.xml"),
    Format.RSS: ("rss.xml", "rss.xml"),
    Format.JSON: ("feed.json", "json"),
}


def fill_in(settings: Settings) -> None:
    """Give each feed setting that is not there, or None, its default; "" means: no such feed."""
    for stem, pattern in FILES.items():
        for form, (name, ending) in NAMES.items():
            key = f"{stem}_{form.value}"
            if settings.get(key) is None:
                file = (pattern or "").replace("{name}", name).replace("{ending}", ending)
                settings[key] = file


def paths(settings: Settings, stem: str, **values: str) -> dict[Format, str]:
    """Where the feeds of `stem` are written, its ``{slug}``, ``{lang}``, ``{path}`` filled in."""
    return {form: pattern.format(**values) for form, pattern in patterns(settings, stem).items()}


def patterns(settings: Settings, stem: str) -> dict[Format, str]:
    """Where the feeds of `stem` are written, nothing filled in; only formats that there are."""
    said = {form: str(settings.get(f"{stem}_{form.value}") or "") for form in Format}
    return {form: pattern for form, pattern in said.items() if pattern}


def site_of(settings: Settings) -> str:
    """The absolute address that feeds speak of, without a slash behind; "" where there is none."""
    site = str(settings.get("FEED_DOMAIN") or settings.get("SITEURL") or "").rstrip("/")
    return site if re.match(r"https?://[^/]", site) else ""


def hubs(settings: Settings) -> tuple[str, ...]:
    """`WEBSUB_HUBS`. Raises `ValueError` that says what to write instead."""
    said = settings.get("WEBSUB_HUBS") or ()
    named = [said] if isinstance(said, str) else list(said)
    for hub in named:
        parts = urlsplit(str(hub))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(
                f"WEBSUB_HUBS: {hub!r} is no web address: write one such as "
                '"https://hub.example/", or leave it out'
            )
    return tuple(map(str, named))


def most(settings: Settings) -> int | None:
    """How many entries a feed has at most; None: all."""
    said = settings.get("FEED_MAX_ITEMS")
    return said if said is None or said > 0 else None
