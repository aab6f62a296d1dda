"""Writes the lists and feeds of every edition but the default one, which Pelican writes.

Pelican's own routines do the work, borrowed as they stand: what a setting or a foreign theme
means for `/` it means for `/es/` too. No signal of ArticlesGenerator is sent a second time,
and nothing here is an ArticlesGenerator: other plugins count each article once.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pelican.generators import ArticlesGenerator, Generator
from pelican.writers import Writer

from .editions import Edition, Editions


class EditionLists:
    """One edition in the shape that Pelican's list routines expect of `self`."""

    generate_feeds = ArticlesGenerator.generate_feeds
    generate_period_archives = ArticlesGenerator.generate_period_archives
    generate_direct_templates = ArticlesGenerator.generate_direct_templates
    generate_tags = ArticlesGenerator.generate_tags
    generate_categories = ArticlesGenerator.generate_categories
    generate_authors = ArticlesGenerator.generate_authors

    def __init__(self, edition: Edition, context: dict[str, Any], templates: Generator) -> None:
        self.settings = edition.settings
        self.context = context
        self.get_template = templates.get_template
        self.articles = edition.articles
        self.translations: list[Any] = []
        self.dates = edition.dates
        self.tags = edition.tags
        self.categories = edition.categories
        self.authors = edition.authors
        self.period_archives = edition.period_archives

    def write(self, writer: Writer) -> None:
        """Write feeds, archives, direct templates and the pages of tags, categories, authors."""
        write = partial(writer.write_file, relative_urls=self.settings["RELATIVE_URLS"])
        if "own_feeds" not in self.context:  # else a plugin writes those of every edition
            self.generate_feeds(writer)
        self.generate_period_archives(write)
        self.generate_direct_templates(write)
        self.generate_tags(write)
        self.generate_categories(write)
        self.generate_authors(write)


class EditionsGenerator(Generator):
    """The generator that Pelican runs after its own for articles and pages."""

    renders_apart = True  # it writes pages and does nothing else

    def generate_output(self, writer: Writer) -> None:
        """Write every edition but the default one."""
        editions: Editions = self.context["editions"]
        for lang in editions:
            if lang != editions.default:
                EditionLists(editions[lang], editions.context_of(lang), self).write(writer)
