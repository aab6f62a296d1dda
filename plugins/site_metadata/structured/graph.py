"""Which nodes the graph of a page has."""

from __future__ import annotations

from typing import Any

from pelican.contents import Article

from ..addresses import absolute
from ..indexable import direct_template
from ..page import PageMetadata, plain
from .posting import posting, questions_of, web_page
from .publisher import organization, website, website_id
from .script import without_empty


def graph_of(page: PageMetadata) -> dict[str, Any] | None:
    """The page's graph; None for pages that nobody should find, and without an absolute SITEURL."""
    if not (page.canonical and page.indexable):
        return None
    front = is_front_page(page)
    nodes = [
        organization(page, whole=front),
        website(page, _languages(page), whole=front),
        breadcrumbs(page),
        *_subject(page),
    ]
    return {"@context": "https://schema.org", "@graph": [node for node in nodes if node]}


def is_front_page(page: PageMetadata) -> bool:
    """The first page of the index of any language?"""
    shown = page.variables.get("articles_page")
    first = shown is None or shown.number == 1
    return page.content is None and first and direct_template(page.variables) == "index"


def breadcrumbs(page: PageMetadata) -> dict[str, Any]:
    """The way from the front page; {} for the front page itself."""
    steps = [(page.site_name, absolute(page.site.site, _front(page)))]
    if isinstance(page.content, Article) and page.content.category:
        category = page.content.category
        steps.append((plain(category.name), absolute(page.site.site, category.url)))
    if not is_front_page(page) and (page.title != page.site_name):
        steps.append((page.title, page.canonical))
    if len(steps) < 2:
        return {}
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": url}
            for number, (name, url) in enumerate(steps, 1)
        ],
    }


def _subject(page: PageMetadata) -> list[dict[str, Any]]:
    content = page.content
    if isinstance(content, Article):
        return [posting(page, content), questions_of(page, content)]
    if content is not None:
        return [web_page(page, content)]
    if is_front_page(page):
        return []
    return [
        without_empty(
            type_="CollectionPage",
            id_=page.canonical,
            url=page.canonical,
            name=page.title,
            inLanguage=page.lang,
            isPartOf={"@id": website_id(page.site.site)},
        )
    ]


def _front(page: PageMetadata) -> str:
    """The front page in this page's language, below SITEURL."""
    edition = (page.variables.get("editions") or {}).get(page.lang)
    return str(edition.url) if edition is not None else ""


def _languages(page: PageMetadata) -> list[str]:
    return list(page.variables.get("editions") or [page.site.settings["DEFAULT_LANG"]])
