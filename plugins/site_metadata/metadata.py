"""The metadata of one Pelican: what it knows of the site, and the view that templates get."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from pelican import signals
from pelican.generators import Generator

from .addresses import Alternate, Counterparts, alternates, canonical, public_site
from .indexable import Variables, is_indexable
from .page import PageMetadata


class SiteMetadata:
    """One for each Pelican. Other rooms of this plugin ask it about the pages that are written:
    `variables` is always what a page's template gets, and what `content_written` hands on."""

    def __init__(self, pelican: Any) -> None:
        self.settings: dict[str, Any] = pelican.settings
        self.site = public_site(self.settings)  # "" in a build without an absolute SITEURL
        self.counterparts: Counterparts | None = None
        self._offer_to_templates()
        signals.generator_init.connect(self.note_counterparts)

    def _offer_to_templates(self) -> None:
        templates = str(files(__package__).joinpath("templates"))
        overrides = self.settings["THEME_TEMPLATES_OVERRIDES"]
        if templates not in overrides:
            self.settings["THEME_TEMPLATES_OVERRIDES"] = [*overrides, templates]

        @pass_context
        def page_metadata(context: Context) -> PageMetadata:
            return self.of(context.get_all())

        self.settings["JINJA_GLOBALS"] = self.settings["JINJA_GLOBALS"] | {
            "page_metadata": page_metadata
        }

    def note_counterparts(self, generator: Generator) -> None:
        """Remember what a plugin for languages offers to templates, if there is one."""
        if generator.settings is self.settings:
            self.counterparts = generator.env.globals.get("counterparts") or self.counterparts

    def of(self, variables: Variables) -> PageMetadata:
        """What the include prints for a page."""
        return PageMetadata(self, variables)

    def is_indexable(self, variables: Variables) -> bool:
        """May search engines list this page?"""
        return is_indexable(variables)

    def canonical(self, variables: Variables) -> str:
        """The page's one absolute address; "" where SITEURL is not absolute."""
        return canonical(variables, self.site) if self.site else ""

    def alternates(self, variables: Variables) -> tuple[Alternate, ...]:
        """The page in each language, itself and x-default included; empty where it is alone."""
        if not (self.site and is_indexable(variables)):
            return ()
        return alternates(variables, self.site, self.settings["DEFAULT_LANG"], self.counterparts)
