"""What is said of one page. Every string is plain text: whoever prints it escapes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from babel.core import get_global
from pelican.contents import Article, Content

from syndication.rules.lazily import lazy
from syndication.rules.text import one_line

from .addresses import Alternate, absolute, is_language
from .icons import IconLink
from .indexable import Variables, content_of
from .pictures import SharedPicture
from .plain import plain
from .site import Site

DESCRIPTION = 300  # graphemes; longer ones are cut by whoever shows them
FEDIVERSE = {"mastodon"}  # networks whose accounts are named @name@server


class PageMetadata:
    """Everything is looked up when somebody asks."""

    def __init__(self, site: Site, variables: Variables) -> None:
        self.site, self.variables = site, variables
        self.content: Content | None = content_of(variables)
        self.article = self.content if isinstance(self.content, Article) else None

    @lazy
    def title(self) -> str:
        """What the page is called, without the name of the site."""
        said = self.variables.get("metadata_title")
        if said:
            return plain(said)
        if self.content is not None:
            return plain(self.content.title)
        for kind in ("category", "tag", "author"):
            if term := self.variables.get(kind):
                return plain(term.name)
        return self.site_name

    @lazy
    def site_name(self) -> str:
        """SITENAME."""
        return plain(self.variables.get("SITENAME", ""))

    @lazy
    def description(self) -> str:
        """What the page is about, in one line; "" where nobody says."""
        said = self.variables.get("metadata_description")
        if not said and self.content is not None:
            said = getattr(self.content, "summary", "")
        if said:
            return one_line(plain(said), DESCRIPTION)
        about = plain(self.variables.get("SITESUBTITLE") or "")
        return f"{self.title}: {about}" if about and self.title != self.site_name else about

    @lazy
    def lang(self) -> str:
        """The page's language."""
        named = self.content.lang if self.content is not None else self.variables.get("lang")
        return str(named or self.variables["DEFAULT_LANG"])

    @lazy
    def canonical(self) -> str:
        """The page's one absolute address; "" where SITEURL is not absolute."""
        return self.site.canonical(self.variables)

    @lazy
    def alternates(self) -> tuple[Alternate, ...]:
        """The page in each language; empty where it stands alone."""
        site = self.site
        if not (site.address and self.indexable):
            return ()
        return site.addresses.alternates(self.variables, site.counterparts)

    @lazy
    def indexable(self) -> bool:
        """May search engines list the page?"""
        return self.site.is_indexable(self.variables)

    @property
    def robots(self) -> str:
        """The directives for search engines."""
        return "max-image-preview:large" if self.indexable else "noindex"

    @lazy
    def picture(self) -> SharedPicture | None:
        """What stands for the page in a link preview: its own picture, or one drawn for it."""
        own = self.site.picture(self.content)
        if own is not None:
            return own
        words = self.title if self.title != self.site_name else self.description
        return self.site.preview(words or self.site_name)

    @property
    def locale(self) -> str:
        """The page's language as Open Graph writes it: ``es_ES``; "" where nobody knows it."""
        return self._locale_of(self.lang)

    @property
    def other_locales(self) -> list[str]:
        """The same for its translations."""
        others = [one.lang for one in self.alternates if one.lang not in (self.lang, "x-default")]
        return [locale for lang in others if (locale := self._locale_of(lang))]

    @property
    def author(self) -> str:
        """Who wrote it; "" for pages that nobody signs."""
        return ", ".join(plain(author.name) for author in getattr(self.article, "authors", ()))

    @property
    def publisher(self) -> str:
        """Who publishes the site."""
        return self.site.brand.organization.name

    @lazy
    def fediverse_creator(self) -> str:
        """The author's account in the fediverse, else the site's own; "" where there is none."""
        for author in getattr(self.article, "authors", ()):
            profile = self.site.brand.authors.get(author.name)
            if profile and profile.fediverse:
                return profile.fediverse
        return self.alike("fediverse", caller=self._fediverse_account)

    def _fediverse_account(self) -> str:
        own = (one for one in self._accounts() if one.network in FEDIVERSE and one.account)
        return next(map(_full_handle, own), "")

    @lazy
    def rel_me(self) -> list[str]:
        """The site's profiles elsewhere, each once."""
        told = [account.url for account in self._accounts()]
        return list(dict.fromkeys([*self.site.brand.rel_me, *told]))

    @lazy
    def published(self) -> str:
        """When the article was, in ISO 8601."""
        return str(self.article.date.isoformat()) if self.article else ""

    @lazy
    def modified(self) -> str:
        """When it was edited, as far as its author says so; else ""."""
        moment = getattr(self.article, "modified", None)
        return moment.isoformat() if moment else ""

    @property
    def icons(self) -> tuple[IconLink, ...]:
        """Icons and manifest."""
        return self.site.icons.links

    @property
    def colours(self) -> list[tuple[str, str]]:
        """(scheme, colour) for the browser's own frame."""
        brand = self.site.brand
        return [("light", brand.colours["cover"]), ("dark", brand.colours_dark["cover"])]

    def url_of(self, path: str) -> str:
        """The address of a file below SITEURL, as this page needs it."""
        return absolute(str(self.variables.get("SITEURL") or ""), path)

    def alike(self, name: str, *, caller: Callable[[], str]) -> str:
        """What `caller` says on every page of the site with the same SITEURL, said once."""
        return self.site.parts.text((name, self.variables.get("SITEURL")), caller)

    def _accounts(self) -> Any:
        facts = self.variables.get("tertulia_site")
        return facts.accounts if facts is not None else ()

    def _locale_of(self, lang: str) -> str:
        return open_graph_locale((self.variables.get("LANGUAGE_LOCALES") or {}).get(lang, lang))


@cache
def open_graph_locale(named: str) -> str:
    """A language tag with the territory where most people speak so: ``es_ES``; "" for none."""
    if not is_language(named):
        return ""
    locale = Locale.parse(named.replace("_", "-"), sep="-")
    likely = str(get_global("likely_subtags").get(locale.language, "")).split("_")
    territory = locale.territory or (likely[-1] if len(likely) > 1 else "")
    return f"{locale.language}_{territory}" if territory else locale.language


def _full_handle(account: Any) -> str:
    server = "" if "@" in account.account else f"@{urlsplit(account.url).hostname}"
    return f"@{account.account}{server}"
