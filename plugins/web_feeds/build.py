"""One Pelican with feeds of ours: what it is told, and when they are written."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from blinker import signal
from jinja2 import pass_context
from jinja2.runtime import Context
from pelican import signals
from pelican.generators import ArticlesGenerator, Generator

from syndication.errands import Work, errand
from syndication.foreseeable import foreseeable
from syndication.sources import complaint, text_of

from .discovery import announced, links
from .feeds import Feeds
from .files import Pressed
from .nouns import FeedLink
from .posts import is_web, named_file
from .publishing import Publishing
from .settings import fill_in, site_of
from .shelves import Shelf

logger = logging.getLogger(__name__)

OURS = "own_feeds"
"""What the shared context says where feeds are ours to write, for whoever writes lists."""


class Build:
    """Listens to one Pelican's signals. `feeds` is there once all content is read."""

    def __init__(self, pelican: Any) -> None:
        self.settings = pelican.settings
        self.feeds: Feeds | None = None
        self._context: dict[str, Any] | None = None
        self._pelican = pelican
        self._pressed: Work[tuple[int, Pressed]] = self._press
        fill_in(self.settings)
        templates = str(files(__package__).joinpath("templates"))
        overrides = self.settings["THEME_TEMPLATES_OVERRIDES"]
        self.settings["THEME_TEMPLATES_OVERRIDES"] = [*overrides, templates]
        self.settings["JINJA_GLOBALS"] = self.settings["JINJA_GLOBALS"] | {"web_feeds": self.links}
        signals.article_generator_init.connect(self.take_over)
        signals.article_generator_finalized.connect(self.add_recordings)
        signals.all_generators_finalized.connect(self.begin)
        signal("rendering_facts").connect(self.tell_facts, sender=pelican)
        signals.get_generators.connect(self.offer_generator)
        self.publishing = Publishing(self.drawn_up, pelican)

    def take_over(self, generator: ArticlesGenerator) -> None:
        """Pelican's own feeds give way."""
        if generator.settings is self.settings:
            generator.context[OURS] = self
            generator.generate_feeds = _leave_to_us

    def add_recordings(self, generator: ArticlesGenerator) -> None:
        """Make the files that `Audio` names static files, wherever below content/ they lie."""
        if generator.settings is not self.settings:
            return
        for article in [*generator.articles, *generator.translations]:
            written = text_of(article.metadata, "audio") or ""
            if not written or is_web(written):
                continue
            name = named_file(article, written)
            if name and (Path(generator.path) / name).is_file():
                generator.context["static_links"].add(name)
            else:
                what = f"there is no file {written!r} below the content folder"
                logger.warning("%s", complaint(article.source_path, "audio", what))

    def begin(self, generators: Iterable[Generator]) -> None:
        """All content is read. The feeds are drawn up when the first page asks for them, after
        every other plugin has seen the content too."""
        first = next(iter(generators))
        if first.settings is self.settings:
            self.feeds, self._context = None, first.context
            self._pressed = errand(self._pelican, self._press)

    def offer_generator(self, pelican: Any) -> type[Generator] | None:
        """Name the generator that writes the feeds, once pages are written."""
        return FeedsGenerator if pelican.settings is self.settings else None

    def tell_facts(self, pelican: Any, facts: dict[str, Any]) -> None:
        """What a page announces changes when a feed appears or goes."""
        del pelican
        if feeds := self.drawn_up():
            feeds.has_latest()  # what is worked out for the whole site is no page's own
        facts["web_feeds"] = self._announced

    def _announced(self, about: str) -> str:
        feeds = self.drawn_up()
        return announced(feeds, about) if feeds else ""

    def write(self) -> None:
        """Write all feeds."""
        if feeds := self.drawn_up():
            feeds.write_all(self._pressed())

    def _press(self) -> Iterator[tuple[int, Pressed]]:
        feeds = self.drawn_up()
        return feeds.press_all() if feeds else iter(())

    @foreseeable
    @pass_context
    def links(self, context: Context) -> list[FeedLink]:
        """`web_feeds()`: what the page that is being rendered announces."""
        feeds = self.drawn_up()
        return list(links(feeds, context)) if feeds else []

    def drawn_up(self) -> Feeds | None:
        """The feeds of this build; None where there can be none, which is said once."""
        if self.feeds is None and self._context is not None:
            context, self._context = self._context, None
            site = site_of(self.settings)
            if not site:
                logger.warning(
                    "No feed was written: a feed needs absolute addresses, and SITEURL is none"
                )
                return None
            try:
                self.feeds = Feeds(self.settings, context, site)
            except ValueError as error:
                logger.error("No feed was written: %s", error)
                return None
            for line in clashes(self.feeds.shelves):
                logger.error("%s", line)
        return self.feeds


class FeedsGenerator(Generator):
    """Pelican runs it after its own generators."""

    writes_no_pages = True

    def generate_output(self, writer: Any) -> None:
        """Write all feeds."""
        del writer
        self.context[OURS].write()


def clashes(shelves: Iterable[Shelf]) -> list[str]:
    """Feeds that would be written over each other, as lines for a person."""
    owners: dict[str, Shelf] = {}
    lines = []
    for shelf in shelves:
        for path in shelf.paths.values():
            other = owners.setdefault(path, shelf)
            if other is not shelf:
                lines.append(
                    f"{path} would be the feed of the {other.kind} {other.name!r} and of the "
                    f"{shelf.kind} {shelf.name!r}: give {shelf.kind.upper()}_FEED_ATOM, _RSS or "
                    "_JSON another path"
                )
    return lines


def _leave_to_us(writer: Any) -> None:
    """In place of Pelican's own."""
