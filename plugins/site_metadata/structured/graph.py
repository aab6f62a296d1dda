"""Which nodes the graph of a page has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup
from pelican.contents import Article

from ..addresses import absolute
from ..indexable import direct_template
from ..page import PageMetadata
from ..plain import plain
from .comments import conversation
from .posting import posting, questions_of, web_page
from .publisher import organization, website, website_id
from .script import as_json, as_script, joined, without_empty


def graph_of(page: PageMetadata) -> Markup:
    """The page's graph, ready for its script; "" for pages that nobody should find, and without
    an absolute SITEURL."""
    if not (page.canonical and page.indexable):
        return Markup("")
    if is_front_page(page):
        frame = _frame(page, whole=True)
    else:
        known = page.site.parts
        frame = known.text(("frame", page.site_name), lambda: _frame(page, whole=False))
    return as_script([frame, breadcrumbs(page), *_subject(page)])


def _frame(page: PageMetadata, *, whole: bool) -> str:
    """Who publishes, and the site; in short the same on every page."""
    publisher = as_json(organization(page, whole=whole))
    return f"{publisher},{as_json(website(page, _languages(page), whole=whole))}"


def is_front_page(page: PageMetadata) -> bool:
    """The first page of the index of any language?"""
    if page.content is not None:
        return False
    shown = page.variables.get("articles_page")
    first = shown is None or shown.number == 1
    return first and direct_template(page.variables) == "index"


def breadcrumbs(page: PageMetadata) -> str:
    """The way from the front page as JSON; "" for the front page itself."""
    category = page.article.category if page.article else None
    topic = (category.name, category.slug) if category else ()
    way = page.site.parts.text(
        ("way", page.site_name, page.lang, *topic),
        lambda: ",".join(_steps(1, _way(page, category))),
    )
    if not is_front_page(page) and page.title != page.site_name:
        way = ",".join([way, *_steps(3 if category else 2, [(page.title, page.canonical)])])
    elif not category:
        return ""
    return f'{{"@type":"BreadcrumbList","itemListElement":[{way}]}}'


def _way(page: PageMetadata, category: Any) -> list[tuple[str, str]]:
    """(name, address) of what stands above a page: the same for all of a category."""
    site = page.site.address
    way = [(page.site_name, absolute(site, _front(page)))]
    if category:
        way.append((plain(category.name), absolute(site, category.url)))
    return way


def _steps(first: int, steps: Iterable[tuple[str, str]]) -> list[str]:
    return [
        f'{{"@type":"ListItem","position":{number},"name":{as_json(name)},"item":{as_json(url)}}}'
        for number, (name, url) in enumerate(steps, first)
    ]


def _subject(page: PageMetadata) -> list[str]:
    content = page.content
    if isinstance(content, Article):
        words = joined(as_json(posting(page, content)), conversation(page))
        return [words, as_json(questions_of(page, content))]
    if content is not None:
        return [as_json(web_page(page, content))]
    if is_front_page(page):
        return []
    node = without_empty(
        {
            "@type": "CollectionPage",
            "@id": page.canonical,
            "url": page.canonical,
            "name": page.title,
            "inLanguage": page.lang,
            "isPartOf": {"@id": website_id(page.site.address)},
        }
    )
    return [as_json(node)]


def _front(page: PageMetadata) -> str:
    """The front page in this page's language, below SITEURL."""
    edition = (page.variables.get("editions") or {}).get(page.lang)
    return str(edition.url) if edition is not None else ""


def _languages(page: PageMetadata) -> list[str]:
    return list(page.variables.get("editions") or [page.site.settings["DEFAULT_LANG"]])
