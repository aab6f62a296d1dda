"""One page as the include prints it. Every string is plain text: the template escapes it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from pelican.contents import Content

from syndication.rules.text import one_line

from .addresses import Alternate
from .indexable import Variables, content_of

if TYPE_CHECKING:
    from .metadata import SiteMetadata

DESCRIPTION = 300  # graphemes; longer ones are cut by whoever shows them


class PageMetadata:
    """Everything is looked up when the template asks."""

    def __init__(self, site: SiteMetadata, variables: Variables) -> None:
        self._site, self._variables = site, variables
        self.content: Content | None = content_of(variables)

    @cached_property
    def title(self) -> str:
        """What the page is called, without the name of the site."""
        said = self._variables.get("metadata_title")
        if said:
            return plain(said)
        if self.content is not None:
            return plain(self.content.title)
        for kind in ("category", "tag", "author"):
            if term := self._variables.get(kind):
                return plain(term.name)
        return self.site_name

    @cached_property
    def site_name(self) -> str:
        """SITENAME."""
        return plain(self._variables.get("SITENAME", ""))

    @cached_property
    def description(self) -> str:
        """What the page is about, in one line; "" where nobody says."""
        said = self._variables.get("metadata_description")
        if not said and self.content is not None:
            said = getattr(self.content, "summary", "")
        return one_line(plain(said or self._variables.get("SITESUBTITLE") or ""), DESCRIPTION)

    @cached_property
    def canonical(self) -> str:
        """The page's one absolute address; "" where SITEURL is not absolute."""
        return self._site.canonical(self._variables)

    @cached_property
    def alternates(self) -> tuple[Alternate, ...]:
        """The page in each language; empty where it stands alone."""
        return self._site.alternates(self._variables)

    @property
    def robots(self) -> str:
        """The directives for search engines."""
        return "max-image-preview:large" if self.indexable else "noindex"

    @cached_property
    def indexable(self) -> bool:
        """May search engines list the page?"""
        return self._site.is_indexable(self._variables)


def plain(html: Any) -> str:
    """Our own markup as one line of plain text."""
    text = str(html)
    return Markup(text).striptags() if "<" in text or "&" in text else " ".join(text.split())  # noqa: S704 (striptags returns text)
