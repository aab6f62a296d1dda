"""The language switch: where the page being rendered stands in each other edition.

An article or page leads to its translation, a category or tag to the one that
TAXONOMY_TRANSLATIONS (or an equal name) gives it, a list to the same list. Where an edition
has nothing that corresponds, the switch leads to its nearest list and is not `exact`: such a
link serves people, but is no `hreflang` alternate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from jinja2 import pass_context
from jinja2.runtime import Context

from syndication.foreseeable import foreseeable

from .editions import Edition
from .settings import lists_of
from .texts import content_of, language_of


class Counterpart(NamedTuple):
    """One entry of the language switch."""

    lang: str
    name: str  # the language's own name
    url: str  # below SITEURL, without a leading slash
    exact: bool  # the same thing in that language, not merely its nearest list
    current: bool  # the page itself


@foreseeable
@pass_context
def counterparts(context: Context) -> list[Counterpart]:
    """The page in every edition, in the editions' order, itself included."""
    lang = language_of(context)
    found = []
    for edition in context["editions"].values():
        url, exact = _place(context, edition)
        found.append(
            Counterpart(
                lang=edition.lang,
                name=edition.name,
                url=url,
                exact=exact,
                current=edition.lang == lang,
            )
        )
    return found


def _place(context: Context, edition: Edition) -> tuple[str, bool]:
    """(URL, exact) of what corresponds to the page in an edition."""
    content = content_of(context)
    if content is not None:
        for candidate in (content, *content.translations):
            if candidate.lang == edition.lang:
                return candidate.url, True
        return edition.url, False
    for kind, listing in (("category", "categories"), ("tag", "tags"), ("author", "authors")):
        if context.get(kind):
            return _term(context, kind, listing, edition)
    if context.get("period_num"):
        return _period(context["period_num"], edition)
    return _list(context, edition)


def _term(context: Context, kind: str, listing: str, edition: Edition) -> tuple[str, bool]:
    """The category, tag or author in an edition that the page's own corresponds to."""
    own = context[kind]
    for name in _names(own.name, context["lang"], edition, context):
        slug = type(own)(name, edition.settings).slug
        terms = getattr(edition, listing)
        for term, _ in terms.items() if isinstance(terms, dict) else terms:
            if term.slug == slug:
                return term.url, True
    return edition.listing_url(listing), False


def _names(name: str, lang: str, edition: Edition, context: Context) -> Iterable[str]:
    """The names that a term may have in an edition, the likeliest first."""
    if edition.lang != lang:
        pairs: Iterable[Mapping[str, str]] = context.get("TAXONOMY_TRANSLATIONS") or ()
        yield from (
            pair[edition.lang]
            for pair in pairs
            if pair.get(lang, "").casefold() == name.casefold() and edition.lang in pair
        )
    yield name


def _period(period: tuple[Any, ...], edition: Edition) -> tuple[str, bool]:
    """The same year, month or day in an edition; its archives where it has none."""
    for archives in edition.period_archives.values():
        for archive in archives:
            if archive["period_num"] == period:
                return archive["url"], True
    return edition.listing_url("archives"), False


def _list(context: Context, edition: Edition) -> tuple[str, bool]:
    """The same list in an edition; its front page for anything else."""
    own: Edition = context["editions"][context["lang"]]
    page_name = context.get("page_name")
    for template in lists_of(own.settings):
        if page_name == own.page_name(template):
            return edition.listing_url(template), True
    return edition.url, False
