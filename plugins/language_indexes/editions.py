"""An edition: everything the site has in one language, and the settings it is written with.

`settings_for` derives an edition's settings from the site's; `adopt` ties a single article or
page to them; `draw_up` makes the editions of a build from Pelican's two generators.
Invariant: every edition's `context` has the same keys, so speaking one after another leaves
nothing of the earlier one behind.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any

from babel import Locale, UnknownLocaleError
from pelican.contents import Article, Page
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.utils import order_content

from syndication.foreseeable import Parts

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The site in one language; `context` is what its templates see over the shared context."""

    lang: str  # as in front matter: "es"
    name: str  # the language's own name: "español"
    settings: Settings
    articles: list[Article]  # in ARTICLE_ORDER_BY
    dates: list[Article]  # by date, as archives show them
    pages: list[Page]  # in PAGE_ORDER_BY
    categories: list[tuple[Any, list[Article]]]
    tags: dict[Any, list[Article]]
    authors: list[tuple[Any, list[Article]]]
    period_archives: dict[str, list[dict[str, Any]]]
    context: dict[str, Any]
    # What its pages say alike, made once.
    made: Parts = field(default_factory=Parts, compare=False, repr=False)

    @property
    def url(self) -> str:
        """The edition's front page, below SITEURL: "" or "es/"."""
        return self.listing_url("index")

    def listing_url(self, template: str) -> str:
        """Where a direct template ("archives", "tags", …) stands, below SITEURL."""
        return str(_direct(self.settings, template, "URL"))

    def page_name(self, template: str) -> str:
        """What Pelican calls a direct template's page: where it is saved, without suffix."""
        return _without_suffix(_direct(self.settings, template, "SAVE_AS"))


class Editions(Mapping[str, Edition]):
    """The editions of a build by language, the default first; knows the shared context."""

    def __init__(self, editions: Iterable[Edition], shared: dict[str, Any]) -> None:
        self._editions = {edition.lang: edition for edition in editions}
        self._shared = shared
        self.default = next(iter(self._editions))

    def __getitem__(self, lang: str) -> Edition:
        return self._editions[lang]

    def __iter__(self) -> Iterator[str]:
        return iter(self._editions)

    def __len__(self) -> int:
        return len(self._editions)

    @property
    def page_key(self) -> tuple[str, ...]:
        """Which editions these are, for whoever watches what pages look at."""
        return tuple(self._editions)

    def speak(self, lang: str) -> None:
        """Turn the shared context to a language; one without an edition gets the default."""
        edition = self._editions.get(lang, self._editions[self.default])
        self._shared.update(edition.context)

    def context_of(self, lang: str) -> dict[str, Any]:
        """A context of its own for one edition's lists."""
        return {**self._shared, **self._editions[lang].context}


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


def draw_up(articles: ArticlesGenerator, pages: PagesGenerator) -> Editions:
    """Make the editions of a build: the default language's first, then by language code."""
    settings = articles.settings
    default = settings["DEFAULT_LANG"]
    written: list[Article] = [*articles.articles, *articles.translations]
    shown: list[Page] = [*pages.pages, *pages.translations]
    named = {lang.lower() for lang in settings.get("LANGUAGE_SETTINGS", {})}
    others = sorted(({content.lang for content in (*written, *shown)} | named) - {default})
    all_settings = {lang: settings_for(lang, settings) for lang in (default, *others)}
    keys = _differing(all_settings.values())
    editions = [
        _edition(
            lang,
            of_lang,
            {key: of_lang.get(key) for key in keys},
            order_content([a for a in written if a.lang == lang], of_lang["ARTICLE_ORDER_BY"]),
            order_content([p for p in shown if p.lang == lang], of_lang["PAGE_ORDER_BY"]),
        )
        for lang, of_lang in all_settings.items()
    ]
    return Editions(editions, articles.context)


def _edition(
    lang: str, settings: Settings, own: Settings, articles: list[Article], pages: list[Page]
) -> Edition:
    """Sort one language's articles into its lists, as Pelican does for the default language."""
    categories, tags, authors = defaultdict(list), defaultdict(list), defaultdict(list)
    for article in articles:
        if hasattr(article, "category"):
            categories[article.category].append(article)
        for tag in getattr(article, "tags", []):
            tags[tag].append(article)
        for author in getattr(article, "authors", []):
            authors[author].append(article)
    dates = sorted(articles, key=attrgetter("date"), reverse=settings["NEWEST_FIRST_ARCHIVES"])
    lists: dict[str, Any] = {
        "articles": articles,
        "dates": dates,
        "pages": pages,
        "categories": sorted(categories.items(), reverse=settings["REVERSE_CATEGORY_ORDER"]),
        "authors": sorted(authors.items()),
        "period_archives": ArticlesGenerator._build_period_archives(
            None, dates, articles, settings
        ),
    }
    return Edition(
        lang=lang,
        name=language_name(lang),
        settings=settings,
        tags=dict(tags),
        context={**own, **lists, "tags": list(tags.items()), "lang": lang, "DEFAULT_LANG": lang},
        **lists,
    )


def language_name(lang: str) -> str:
    """A language's own name for itself ("español"); the code where Babel knows none."""
    try:
        return Locale.parse(lang, sep="-").get_display_name() or lang
    except (UnknownLocaleError, ValueError):
        return lang


def _below(lang: str, settings: Settings) -> Settings:
    """The default language's list and feed paths, moved below `lang/`."""
    moved: Settings = dict.fromkeys(WHOLE_SITE_FEEDS)
    stems = [*TAXONOMIES, *PERIODS]
    paths = {f"{stem}_{part}": settings.get(f"{stem}_{part}")
             for stem in stems for part in ("URL", "SAVE_AS")
             if settings.get(f"{stem}_SAVE_AS")}  # fmt: skip
    for template in lists_of(settings):
        if _direct(settings, template, "SAVE_AS"):
            for part in ("URL", "SAVE_AS"):
                paths[f"{template.upper()}_{part}"] = _direct(settings, template, part)
    for feed in FEEDS:
        for key in (feed, f"{feed}_URL"):
            if settings.get(key):
                paths[key] = settings[key]
    return moved | {key: f"{lang}/{path}" for key, path in paths.items()}


def lists_of(settings: Settings) -> list[str]:
    """The templates of an edition's lists: Pelican's, and those that other plugins write."""
    return [*settings["DIRECT_TEMPLATES"], *settings.get("FURTHER_LISTS", ())]


def _direct(settings: Settings, template: str, part: str) -> Any:
    """URL or SAVE_AS of a direct template, with Pelican's default."""
    return settings.get(f"{template.upper()}_{part}", f"{template}.html")


@lru_cache
def _without_suffix(saved: str) -> str:
    return str(PurePosixPath(saved).with_suffix(""))


def _differing(all_settings: Iterable[Settings]) -> list[str]:
    """The settings that are not the same in all editions."""
    first, *others = all_settings
    keys = {key for other in others for key in other if other[key] is not first.get(key)}
    return sorted(keys - {MEMO})


def _with(term: Any, settings: Settings) -> Any:
    """A tag, category or author that builds its URL from an edition's settings."""
    return type(term)(term.name, settings)
