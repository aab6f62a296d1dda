"""An edition: everything the site has in one language.

`draw_up` makes the editions of a build from Pelican's two generators.
Invariant: every edition's `context` has the same keys, so speaking one after another leaves
nothing of the earlier one behind.
"""

from __future__ import annotations

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

from .settings import Settings, differing, direct, settings_for


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
        return str(direct(self.settings, template, "URL"))

    def page_name(self, template: str) -> str:
        """What Pelican calls a direct template's page: where it is saved, without suffix."""
        return _without_suffix(direct(self.settings, template, "SAVE_AS"))


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


def draw_up(articles: ArticlesGenerator, pages: PagesGenerator) -> Editions:
    """Make the editions of a build: the default language's first, then by language code."""
    settings = articles.settings
    default = settings["DEFAULT_LANG"]
    written: list[Article] = [*articles.articles, *articles.translations]
    shown: list[Page] = [*pages.pages, *pages.translations]
    named = {lang.lower() for lang in settings.get("LANGUAGE_SETTINGS", {})}
    others = sorted(({content.lang for content in (*written, *shown)} | named) - {default})
    all_settings = {lang: settings_for(lang, settings) for lang in (default, *others)}
    keys = differing(all_settings.values())
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


@lru_cache
def _without_suffix(saved: str) -> str:
    return str(PurePosixPath(saved).with_suffix(""))
