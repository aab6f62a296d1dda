"""Which feeds of articles a site has: for each language, topic, tag and author. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pelican.contents import Article

from .nouns import Format
from .settings import Settings, paths

TERMS = (("category", "CATEGORY_FEED"), ("tag", "TAG_FEED"), ("author", "AUTHOR_FEED"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The articles that one feed tells of, newest first."""

    kind: str  # site, category, tag, author, all, translation
    slug: str  # "" where the whole site is meant
    name: str  # of the category, tag or author; "" else
    language: str
    settings: Settings  # of the edition
    home: str  # below SITEURL
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
    return sorted(articles, key=lambda article: (article.date, article.url), reverse=True)


def _edition(language: str, settings: Settings, lists: Mapping[str, Any]) -> Iterator[Shelf]:
    home = str(settings.get("INDEX_URL", "")).removesuffix("index.html")
    site = Shelf(
        kind="site",
        slug="",
        name="",
        language=language,
        settings=settings,
        home=home,
        articles=newest(lists["articles"]),
        paths=paths(settings, "FEED"),
    )
    yield from _kept([site])
    plural = {"category": "categories", "tag": "tags", "author": "authors"}
    for kind, stem in TERMS:
        yield from _kept(
            Shelf(
                kind=kind,
                slug=term.slug,
                name=term.name,
                language=language,
                settings=settings,
                home=term.url if term.save_as else home,
                articles=newest(articles),
                paths=paths(settings, stem, slug=term.slug),
            )
            for term, articles in lists[plural[kind]]
            if term.slug  # emoji alone have none: all such tags would be one file
        )


def _translations(context: Mapping[str, Any], settings: Settings) -> Iterator[Shelf]:
    """A feed a language for a site that has no editions, as Pelican's TRANSLATION_FEED means it."""
    by_language: dict[str, list[Article]] = {}
    for article in _written(context):
        by_language.setdefault(article.lang, []).append(article)
    yield from _kept(
        Shelf(
            kind="translation",
            slug="",
            name="",
            language=language,
            settings=settings,
            home="",
            articles=newest(articles),
            paths=paths(settings, "TRANSLATION_FEED", lang=language),
        )
        for language, articles in sorted(by_language.items())
    )


def _everything(context: Mapping[str, Any], settings: Settings) -> Iterator[Shelf]:
    """All languages in one feed, for a site that asks for it."""
    all_of_them = Shelf(
        kind="all",
        slug="",
        name="",
        language=settings["DEFAULT_LANG"],
        settings=settings,
        home="",
        articles=newest(_written(context)),
        paths=paths(settings, "FEED_ALL"),
    )
    yield from _kept([all_of_them])


def _written(context: Mapping[str, Any]) -> list[Article]:
    """Every public article, translations included."""
    return [
        content
        for content in context["generated_content"].values()
        if isinstance(content, Article) and content.status == "published"
    ]


def _kept(found: Iterable[Shelf]) -> Iterator[Shelf]:
    return (shelf for shelf in found if shelf.paths and shelf.articles)
