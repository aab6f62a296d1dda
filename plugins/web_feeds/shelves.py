"""Which feeds of articles a site has: for each language, topic, tag and author. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from pelican.contents import Article

from .nouns import Format
from .settings import Settings, paths

Name = tuple[str, str, str]  # of a shelf: its kind, language and slug
_date = attrgetter("date")
TERMS = (("category", "CATEGORY_FEED"), ("tag", "TAG_FEED"), ("author", "AUTHOR_FEED"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The articles that one feed tells of, newest first."""

    kind: str  # site, category, tag, author, all, translation
    slug: str = ""  # "" where the whole site is meant
    name: str = ""  # of the category, tag or author; "" else
    language: str
    settings: Settings  # of the edition
    home: str = ""  # below SITEURL
    articles: Sequence[Article]
    paths: Mapping[Format, str]


def shelves(context: Mapping[str, Any], settings: Settings) -> Iterator[Shelf]:
    """All feeds of articles, from what templates see. Empty ones are none."""
    editions = context.get("editions")
    if editions is None:
        yield from _edition(settings["DEFAULT_LANG"], settings, context)
        yield from _translations(context, settings)
    else:
        for language, edition in editions.items():
            lists = {
                "articles": edition.articles,
                "categories": edition.categories,
                "tags": edition.tags.items(),
                "authors": edition.authors,
            }
            yield from _edition(language, edition.settings, lists)
    yield from _everything(context, settings)


def newest(articles: Iterable[Article]) -> list[Article]:
    """The newest first, however a site orders its lists; of one moment, by address."""
    dated = sorted(articles, key=_date, reverse=True)
    moments = (list(of_one) for _, of_one in groupby(dated, key=_date))
    return [one for of_one in moments for one in (_by_address(of_one) if of_one[1:] else of_one)]


def _by_address(articles: list[Article]) -> list[Article]:
    return sorted(articles, key=attrgetter("url"), reverse=True)


def _edition(language: str, settings: Settings, lists: Mapping[str, Any]) -> Iterator[Shelf]:
    home = str(settings.get("INDEX_URL", "")).removesuffix("index.html")
    yield from _shelf(
        paths(settings, "FEED"),
        lists["articles"],
        kind="site",
        language=language,
        settings=settings,
        home=home,
    )
    plural = {"category": "categories", "tag": "tags", "author": "authors"}
    for kind, stem in TERMS:
        for term, articles in lists[plural[kind]]:
            if not term.slug:  # emoji alone have none: all such tags would be one file
                continue
            yield from _shelf(
                paths(settings, stem, slug=term.slug),
                articles,
                kind=kind,
                slug=term.slug,
                name=term.name,
                language=language,
                settings=settings,
                home=term.url if term.save_as else home,
            )


def _translations(context: Mapping[str, Any], settings: Settings) -> Iterator[Shelf]:
    """A feed a language for a site that has no editions, as Pelican's TRANSLATION_FEED means it."""
    by_language: dict[str, list[Article]] = {}
    for article in _written(context):
        by_language.setdefault(article.lang, []).append(article)
    for language, articles in sorted(by_language.items()):
        where = paths(settings, "TRANSLATION_FEED", lang=language)
        yield from _shelf(where, articles, kind="translation", language=language, settings=settings)


def _everything(context: Mapping[str, Any], settings: Settings) -> Iterator[Shelf]:
    """All languages in one feed, for a site that asks for it."""
    yield from _shelf(
        paths(settings, "FEED_ALL"),
        _written(context),
        kind="all",
        language=settings["DEFAULT_LANG"],
        settings=settings,
    )


def _written(context: Mapping[str, Any]) -> list[Article]:
    """Every public article, translations included."""
    return [
        content
        for content in context["generated_content"].values()
        if isinstance(content, Article) and content.status == "published"
    ]


def _shelf(
    where: Mapping[Format, str], articles: Sequence[Article], **what: Any
) -> Iterator[Shelf]:
    """The shelf, if it is written anywhere and anything stands on it: none else."""
    if where and articles:
        yield Shelf(articles=newest(articles), paths=where, **what)
