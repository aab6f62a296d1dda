"""What the search page shows without JavaScript, and needs with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2.runtime import Context

from syndication.catalogues import Catalogues

Settings = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way into the site."""

    name: str  # plain text: the template escapes it
    url: str  # below SITEURL; "" where no page lists it
    count: int  # articles behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """`site_search()` in templates."""

    ready: bool  # is there a program that makes an index?
    url: str  # the search page, below SITEURL
    bundle: str  # pagefind's folder, below SITEURL
    script: str  # below SITEURL
    style: str  # below SITEURL
    language: str
    locale: str  # how numbers and dates are written, as browsers call it
    say: Callable[[str], str]
    count: Callable[[str, str, int], str]
    _context: Context
    _settings: Settings

    @property
    def years(self) -> list[Door]:
        """The archive by year, newest first."""
        edition = _edition(self._context, self.language)
        dates = edition.dates if edition else self._context.get("dates") or ()
        pattern = self._settings.get("YEAR_ARCHIVE_URL")
        shown = self._settings.get("YEAR_ARCHIVE_SAVE_AS") and pattern
        firsts = {article.date.year: article.date for article in dates}
        counted = Counter(article.date.year for article in dates)
        return [
            Door(
                name=str(year),
                url=pattern.format(date=firsts[year]) if shown and pattern else self.archive,
                count=counted[year],
            )
            for year in sorted(counted, reverse=True)
        ]

    @property
    def categories(self) -> list[Door]:
        """The topics, in their order."""
        return self._terms("categories")

    @property
    def tags(self) -> list[Door]:
        """The tags by name."""
        return sorted(self._terms("tags"), key=lambda door: door.name.casefold())

    @property
    def archive(self) -> str:
        """The page that lists everything; "" where the site has none."""
        if "archives" not in self._settings["DIRECT_TEMPLATES"]:
            return ""
        saved = self._settings.get("ARCHIVES_SAVE_AS", "archives.html")
        return str(self._settings.get("ARCHIVES_URL") or saved)

    def _terms(self, kind: str) -> list[Door]:
        edition = _edition(self._context, self.language)
        terms = getattr(edition, kind) if edition else self._context.get(kind) or ()
        return [
            Door(name=term.name, url=term.url if term.save_as else "", count=len(articles))
            for term, articles in (terms.items() if isinstance(terms, Mapping) else terms)
        ]


def view(
    context: Context, settings: Settings, catalogues: Catalogues, assets: Mapping[str, str]
) -> SearchView:
    """What a template sees in the language of its page. `assets`: script and style, the
    style alone where there is no search."""
    content = context.get("article") or context.get("page")
    language = getattr(content, "lang", None) or context.get("lang") or context["DEFAULT_LANG"]
    edition = _edition(context, language)
    own = edition.settings if edition else settings
    texts = catalogues.get(language)
    return SearchView(
        ready="script" in assets,
        url=own["SEARCH_URL"],
        bundle=own["SEARCH_BUNDLE_PATH"].strip("/"),
        script=assets.get("script", ""),
        style=assets.get("style", ""),
        language=language,
        locale=(own.get("LANGUAGE_LOCALES") or {}).get(language, language).replace("_", "-"),
        say=texts.gettext,
        count=texts.ngettext,
        _context=context,
        _settings=own,
    )


def _edition(context: Context, language: str) -> Any:
    return (context.get("editions") or {}).get(language)
