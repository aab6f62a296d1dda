"""The settings that a language's part of the site is written with, derived from the site's own.

Lists and feeds stand below `lang/`, whatever LANGUAGE_SETTINGS names goes before that, and all
else is as in the site. `adopt` ties a single article or page to them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from pelican.contents import Article, Page

logger = logging.getLogger(__name__)

Settings = dict[str, Any]

TAXONOMIES = ("CATEGORY", "TAG", "AUTHOR")
PERIODS = ("YEAR_ARCHIVE", "MONTH_ARCHIVE", "DAY_ARCHIVE")
FEEDS = tuple(f"{of}FEED_{kind}" for of in ("", "CATEGORY_", "TAG_", "AUTHOR_")
              for kind in ("ATOM", "RSS", "JSON"))  # fmt: skip
WHOLE_SITE_FEEDS = tuple(
    f"{of}_{kind}" for of in ("FEED_ALL", "TRANSLATION_FEED") for kind in ("ATOM", "RSS", "JSON")
)
# Where each language's own settings are remembered, inside the site's settings.
MEMO = "LANGUAGE_EDITION_SETTINGS"


def settings_for(lang: str, settings: Settings) -> Settings:
    """The site's settings as an edition has them; the default language's are the site's own."""
    if lang == settings["DEFAULT_LANG"]:
        return settings
    memo = settings.setdefault(MEMO, {})
    if lang not in memo:
        named = settings.get("LANGUAGE_SETTINGS", {}).get(lang, {})
        memo[lang] = {**settings, **_below(lang, settings), **named}
    return dict.__getitem__(memo, lang)


def adopt(content: Article | Page) -> None:
    """Give content its edition's settings, and to its tags, category and authors too.

    Content that is not tied to a translation stands alone, under its slug. A language that
    LANGUAGE_SETTINGS does not name is logged as an error with the file.
    """
    tie = content.settings[f"{type(content).__name__.upper()}_TRANSLATION_ID"]
    if isinstance(tie, str) and tie and not hasattr(content, tie):
        setattr(content, tie, f"{content.lang}/{content.slug}")
    settings = settings_for(content.lang, content.settings)
    if settings is content.settings:
        return
    _expect_known(content, settings)
    content.settings = settings
    for key in ("category", "author", "tags", "authors"):
        value = getattr(content, key, None)
        if value is not None:
            several = isinstance(value, list)
            moved = [_with(v, settings) for v in value] if several else _with(value, settings)
            setattr(content, key, moved)
            content.metadata[key] = moved


def _expect_known(content: Article | Page, settings: Settings) -> None:
    """Name the file whose language is probably a slip."""
    known = settings.get("LANGUAGE_SETTINGS")
    if known is not None and content.lang not in known:
        logger.error(
            "%s: Lang is %r, which LANGUAGE_SETTINGS does not name. Correct it, or add the "
            "language there. Known: %s",
            content.source_path,
            content.lang,
            ", ".join([settings["DEFAULT_LANG"], *known]),
        )


def _below(lang: str, settings: Settings) -> Settings:
    """The default language's list and feed paths, moved below `lang/`."""
    moved: Settings = dict.fromkeys(WHOLE_SITE_FEEDS)
    stems = [*TAXONOMIES, *PERIODS]
    paths = {f"{stem}_{part}": settings.get(f"{stem}_{part}")
             for stem in stems for part in ("URL", "SAVE_AS")
             if settings.get(f"{stem}_SAVE_AS")}  # fmt: skip
    for template in lists_of(settings):
        if direct(settings, template, "SAVE_AS"):
            for part in ("URL", "SAVE_AS"):
                paths[f"{template.upper()}_{part}"] = direct(settings, template, part)
    for feed in FEEDS:
        for key in (feed, f"{feed}_URL"):
            if settings.get(key):
                paths[key] = settings[key]
    return moved | {key: f"{lang}/{path}" for key, path in paths.items()}


def lists_of(settings: Settings) -> list[str]:
    """The templates of an edition's lists: Pelican's, and those that other plugins write."""
    return [*settings["DIRECT_TEMPLATES"], *settings.get("FURTHER_LISTS", ())]


def direct(settings: Settings, template: str, part: str) -> Any:
    """URL or SAVE_AS of a direct template, with Pelican's default."""
    return settings.get(f"{template.upper()}_{part}", f"{template}.html")


def differing(all_settings: Iterable[Settings]) -> list[str]:
    """The settings that are not the same in all editions."""
    first, *others = all_settings
    keys = {key for other in others for key in other if other[key] is not first.get(key)}
    return sorted(keys - {MEMO})


def _with(term: Any, settings: Settings) -> Any:
    """A tag, category or author that builds its URL from an edition's settings."""
    return type(term)(term.name, settings)
