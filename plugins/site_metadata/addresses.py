"""Where a page is: its one address, and those of its translations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from babel import Locale, UnknownLocaleError
from pelican.contents import Content

from .indexable import LISTS_OF_TERMS, Variables, content_of, direct_template, is_public

AS_WRITTEN = "/:?#[]@!$&'()*+,;=~"  # what an address may have besides letters and digits
PLAIN = re.compile(r"[A-Za-z0-9_.~/-]*+")  # what is neither absolute nor to be encoded
INDEX = re.compile(r"(?<![^/])index\.html$")
Counterparts = Callable[[Any], Iterable[Any]]  # what a plugin for languages offers templates


class Alternate(NamedTuple):
    """The same page in a language."""

    lang: str  # a language tag, or "x-default": for readers of any other language
    url: str  # absolute


def public_site(settings: Mapping[str, Any]) -> str:
    """SITEURL without a trailing slash where it is an absolute web address, else ""."""
    site = str(settings.get("SITEURL") or "").rstrip("/")
    try:
        parts = urlsplit(site)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return site if sound else ""


def absolute(site: str, url: str) -> str:
    """What Pelican calls a `url`, below `site` and percent-encoded; absolute ones stay.

    Cost: 0.5 µs for a plain one. A large site has more addresses than anybody wants to remember.
    """
    if PLAIN.fullmatch(url):
        return f"{site}/{url.lstrip('/')}"
    return _encoded(site, url)


@lru_cache(maxsize=4096)
def _encoded(site: str, url: str) -> str:
    if url.startswith(("http://", "https://")):
        return url
    return f"{site}/{quote(unquote(url).lstrip('/'), safe=AS_WRITTEN)}"


class Addresses:
    """Where the pages of one site are. Remembers what Pelican would compute anew each time."""

    def __init__(self, site: str, default_lang: str) -> None:
        """`site`: SITEURL without a trailing slash, absolute."""
        self.site, self.default_lang = site, default_lang
        self._known: dict[Content, str] = {}

    def forget(self) -> None:
        """Before the pages of a build are written: by then every address is final."""
        self._known.clear()

    def of(self, content: Content) -> str:
        """The absolute address of an article or page."""
        if content not in self._known:
            self._known[content] = absolute(self.site, content.url)
        return self._known[content]

    def canonical(self, variables: Variables) -> str:
        """The one absolute address of the page whose template gets `variables`.

        The second page of a list is a page of its own, and so is each part of a long discussion.
        """
        content = content_of(variables)
        if content is not None and variables.get("discussion_of") is None:
            return self.of(content)
        return absolute(self.site, _list_path(variables))

    def alternates(
        self, variables: Variables, counterparts: Counterparts | None
    ) -> tuple[Alternate, ...]:
        """The page in each language that has it, itself included; empty where it stands alone.

        `counterparts` is what a plugin for languages offers templates, for lists. Only pages that
        may be listed are named, so that what A says of B is what B says of A. Further pages of a
        list have no counterpart.
        """
        content = content_of(variables)
        if content is not None:
            group = _group(content) if content.translations else ()
            found = {one.lang: self.of(one) for one in group}
        else:
            paths = _same_list(variables, counterparts) if counterparts else {}
            found = {lang: absolute(self.site, path) for lang, path in paths.items()}
        if len(found) < 2:
            return ()
        if self.default_lang in found:
            found["x-default"] = found[self.default_lang]
        tags = ((lang.replace("_", "-"), url) for lang, url in found.items())
        return tuple(Alternate(lang=tag, url=url) for tag, url in tags)


@cache
def is_language(tag: str) -> bool:
    """Is `tag` a language that anybody knows, such as ``es`` or ``pt-BR``?"""
    try:
        Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return True


def _group(content: Content) -> list[Content]:
    """An article or page and its translations, as far as they may be listed, by language."""
    group = [one for one in (content, *content.translations) if is_public(one)]
    return sorted((one for one in group if is_language(str(one.lang))), key=_language)


def _language(content: Content) -> str:
    return str(content.lang)


def _list_path(variables: Variables) -> str:
    """Where a list is, below SITEURL, or whatever a plugin wrote."""
    shown = variables.get("articles_page") or next(
        (term for kind in ("category", "tag", "author") if (term := variables.get(kind))), None
    )
    if shown is not None:
        return _without_index(shown.url)
    template = direct_template(variables)
    if template and (url := variables.get(f"{template.upper()}_URL")) is not None:
        return _without_index(url)
    return _without_index(str(variables.get("output_file") or ""))


def _same_list(variables: Variables, counterparts: Counterparts) -> dict[str, str]:
    page = variables.get("articles_page")
    if page is not None and page.number > 1:
        return {}
    template = direct_template(variables)
    lists = template if template in LISTS_OF_TERMS else "articles"
    editions = variables.get("editions") or {}
    return {
        one.lang: _without_index(one.url)
        for one in counterparts(variables)
        if one.exact and getattr(editions.get(one.lang), lists, None) and is_language(one.lang)
    }


def _without_index(url: str) -> str:
    return INDEX.sub("", url)
