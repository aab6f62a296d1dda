"""Which pages a search engine should list: the one truth for robots directives and sitemap.

A page is known by the variables that its template gets, which the signal `content_written` hands
on as well. Not listed are: drafts, hidden pages, whatever says `Robots: noindex` in its front
matter, "not found" and "gone", the search page, lists in which nothing stands, pages for which a
plugin gave its template `noindex=True` (redirects, former addresses), and every page where the
setting `SITE_NOINDEX` is true.

Cost: a few look-ups.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from pelican.contents import Article, Content, Page

Variables = Mapping[str, Any]  # what a template gets; Jinja's own Context has the same two methods

CONTENTS = (Article, Page)
NEVER_LISTED = ("404", "410", "search")  # direct templates
LISTS_OF_TERMS = ("categories", "tags", "authors")
NO_LIST = frozenset({"noindex", "none"})
SEPARATORS = re.compile(r"[\s,;]+")


def is_indexable(variables: Variables) -> bool:
    """May search engines list the page whose template gets `variables`?"""
    get = variables.get
    if get("SITE_NOINDEX") or get("noindex") or get("discussion_of"):
        return False
    content = content_of(variables)
    if content is not None:
        return is_public(content)
    template = direct_template(variables)
    if template in NEVER_LISTED:
        return False
    if template in LISTS_OF_TERMS:
        return bool(get(template))
    return bool(get("articles"))


def is_public(content: Content) -> bool:
    """Is an article or page published, and does its author want it found?"""
    return content.status == "published" and not keeps_away(content.metadata.get("robots"))


def keeps_away(robots: object) -> bool:
    """Does what front matter says as `Robots` keep search engines away? None: it says nothing."""
    return robots is not None and not NO_LIST.isdisjoint(SEPARATORS.split(str(robots).lower()))


def content_of(variables: Variables) -> Content | None:
    """The article or page that is shown, or whose long discussion goes on here; None in lists."""
    for name in ("article", "page", "discussion_of"):
        content = variables.get(name)
        if isinstance(content, CONTENTS):
            return content
    return None


def direct_template(variables: Variables) -> str:
    """The name of the direct template ("index", "archives", …) in any language; "" for others."""
    page_name = variables.get("page_name")
    if not page_name or any(variables.get(term) for term in ("category", "tag", "author")):
        return ""
    for template in {*(variables.get("DIRECT_TEMPLATES") or ()), *NEVER_LISTED}:
        saved = variables.get(f"{template.upper()}_SAVE_AS") or f"{template}.html"
        if page_name in (_page_name(str(saved)), template):
            return str(template)
    return ""


@lru_cache
def _page_name(saved: str) -> str:
    """What Pelican calls the page that it saves at `saved`."""
    return str(PurePosixPath(saved).with_suffix(""))
