"""A long discussion goes on in pages of its own: `PATH/discussion-2/` and so forth."""

from __future__ import annotations

import os
from typing import Any

from pelican import signals
from pelican.contents import Article, Content, Page
from pelican.generators import ArticlesGenerator, Generator

from .discussions import Discussions
from .place import part_path


class Continued:
    """Writes these pages for one Pelican, and removes those that a discussion no longer has."""

    def __init__(self, discussions: Discussions) -> None:
        self._discussions = discussions
        signals.article_writer_finalized.connect(self.write_all)
        signals.page_writer_finalized.connect(self.write_all)

    def file(self, content: Content, number: int) -> str:
        """Where page `number` of a long discussion, from 2, is written."""
        return f"{self._discussions.output}/{part_path(content.url, number)}index.html"

    def write_all(self, generator: Generator, writer: Any) -> None:
        """Write the further pages of all long discussions that `generator` has pages for."""
        discussions = self._discussions
        if generator.settings is not discussions.settings or getattr(writer, "recording", False):
            return
        kind = Article if isinstance(generator, ArticlesGenerator) else Page
        for content in discussions.contents.values():
            if isinstance(content, kind) and content.status != "draft":
                self.write(generator, writer, content)

    def write(self, generator: Generator, writer: Any, content: Content) -> None:
        """Write the further pages of one discussion, and remove those it no longer has."""
        discussions = self._discussions
        number = 2
        if discussions.documents.goes_on(discussions.page_of(content)):
            view = discussions.of(content)
            for number in range(2, view.parts + 1):
                _announce(generator, content)
                writer.write_file(
                    part_path(content.url, number) + "index.html",
                    generator.get_template("discussion/continued"),
                    generator.context,
                    relative_urls=discussions.settings["RELATIVE_URLS"],
                    url=part_path(content.url, number),
                    discussion=view.part(number),
                    discussion_of=content,
                )
            number = view.parts + 1
        while os.path.isfile(stale := self.file(content, number)):  # noqa: PTH113 - often
            os.unlink(stale)  # noqa: PTH108
            number += 1


def _announce(generator: Generator, content: Content) -> None:
    """As Pelican does before each page: plugins turn the context to its language."""
    if isinstance(generator, ArticlesGenerator):
        signals.article_generator_write_article.send(generator, content=content)
    else:
        signals.page_generator_write_page.send(generator, content=content)
