"""One run of Pelican, from what it read to the outbox."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from blinker import signal
from pelican import signals
from pelican.contents import Content
from pelican.generators import Generator

from syndication import sources
from syndication.complaints import complain
from syndication.exchange import (
    DocumentError,
    Outbox,
    outbox_bytes,
    outbox_of_lines,
    replace_file,
)
from syndication.model import Post, digest_of
from syndication.rules.addresses import is_web, lacks_scheme
from syndication.states import States

from .feeds import FeedDigests
from .front_matter import FrontMatter, read, text_of
from .keys import near_misses, odd_language
from .lines import Origin, Origins, PostLines
from .pages import LOOKED_AT, PageDigests
from .pictures import KEYS, picture_name
from .posts import clashes, path_of, post_of, public
from .renewing import renewed, standing
from .texts import discussion_folder, network_limits
from .told import hubs, index_now, no_outbox_for, remove_foreign

logger = logging.getLogger(__name__)


class Build:
    """Listens to one Pelican's signals; other Pelicans of this process do not concern it."""

    def __init__(self, pelican: Any) -> None:
        self.settings = pelican.settings
        self.site: str = self.settings.get("SITEURL", "").rstrip("/")
        self.output = Path(self.settings["OUTPUT_PATH"])
        self.file = self.output / self.settings.get("OUTBOX_PATH", "outbox.json")
        cache = Path(self.settings["CACHE_PATH"]) / "syndication_outbox"
        self.feed_digests, self.page_digests = FeedDigests(cache), PageDigests(cache)
        self.post_lines = PostLines(cache)
        self.states = States(pelican, LOOKED_AT)
        self.forget()
        signals.article_generator_init.connect(self.put_in_order)
        signals.page_generator_init.connect(self.put_in_order)
        signals.page_generator_finalized.connect(self.add_pictures)
        signals.all_generators_finalized.connect(self.read)
        signals.article_writer_finalized.connect(self.look_ahead)
        signals.content_written.connect(self.note_page)
        signals.feed_written.connect(self.note_feed)
        signals.finalized.connect(self.finish, sender=pelican)
        signal("discussion_settled").connect(self.renew, sender=pelican)

    def forget(self) -> None:
        """Before each run."""
        self.states.forget()
        self.contents: dict[str, Any] = {}
        self.statics: dict[str, Any] = {}
        self.matters: list[tuple[Content, FrontMatter]] = []
        self.origins = Origins(self.site, self.statics)
        self.feeds: dict[str, str] = {}
        self.pages: dict[Content, str] = {}  # digests of what their pages say
        self.public: set[Content] = set()
        self.sound = False

    def put_in_order(self, generator: Generator) -> None:
        """A feed whose entries change places would have news for its subscribers."""
        if generator.settings is self.settings:
            sources.in_order(generator)

    def add_pictures(self, generator: Generator) -> None:
        """Make the pictures of front matter static files, wherever below content/ they lie.
        Pages are read last: then all content is there."""
        if generator.settings is not self.settings:
            return
        now, names = datetime.now(UTC), set()
        for content in public(generator.context["generated_content"].values(), now):
            if content.metadata.keys().isdisjoint(KEYS):
                continue
            for written in filter(None, (text_of(content, key) for key in KEYS)):
                with suppress(ValueError):  # `read` says so, when all content is known
                    names.add(picture_name(content, written))
        found = {name for name in names if Path(generator.path, name).is_file()}
        generator.context["static_links"] |= found

    def read(self, generators: Iterable[Generator]) -> None:
        """Understand all front matter; complain before anything is written."""
        first = next(iter(generators))
        if first.settings is not self.settings:
            return
        self.forget()
        self.contents = first.context["generated_content"]
        self.statics = first.context["static_content"]
        self.origins = Origins(self.site, self.statics)
        problems = [
            f"{name}: Pelican left this file out, for the reason above; mend it, or give it "
            "'Status: skip'"
            for name, content in sorted(self.contents.items())
            if content is None
        ]
        for content in sorted(public(self.contents.values(), datetime.now(UTC)), key=str):
            matter, wrong = read(content)
            self.matters.append((content, matter))
            problems += [*odd_language(content), *wrong]
            for line in near_misses(content):
                logger.warning("%s", line)
        self.public = {content for content, _ in self.matters}
        self._complain(problems + clashes(self.site, self.matters) + self._wrong_settings())

    def note_page(self, path: str, context: dict[str, Any]) -> None:
        """A page was written: now its discussion is at hand."""
        content = context.get("article") or context.get("page")
        if isinstance(content, Content) and context.get("generated_content") is self.contents:
            siblings = self._siblings(content)
            state = self.states.of((content, *siblings))
            self.pages[content] = self.page_digests.of(content, siblings, state)

    def note_feed(self, path: str, context: dict[str, Any], feed: Any) -> None:
        """A feed was written."""
        if context.get("generated_content") is self.contents:
            self.feeds[feed.feed["feed_url"]] = self.feed_digests.of(feed)

    def finish(self, pelican: Any) -> None:
        """Measure the texts and write the outbox, or say why not."""
        self.feed_digests.keep()
        self.page_digests.keep()
        reason = no_outbox_for(self.site, self.settings.get("OUTBOX_ALLOW_LOOPBACK") is True)
        lines = self._lines() if self.sound and is_web(self.site) else []
        if reason:
            logger.info("No %s: %s, so nothing of this build is syndicated", self.file.name, reason)
            if self.file.is_relative_to(self.output):
                remove_foreign(self.file, self.site)
        elif not self.sound:
            logger.warning("No %s was written: see the errors above", self.file.name)
        else:
            outbox = Outbox(
                site=self.site,
                posts=(),
                feeds=self.feeds,
                hubs=hubs(self.settings, self.site),
                index_now=index_now(self.settings, self.site),
            )
            self._write(lambda: outbox_of_lines(outbox, lines))
            self.post_lines.keep()

    def renew(self, pelican: Any, change: Any) -> None:
        """Say of pages and feeds that a process which stays has written what they say now."""
        del pelican
        digests = {
            path_of(self.site, content): self.pages[content]
            for content, _ in self.matters
            if content in self.pages
        }
        with change.watching([self.file]):
            if outbox := standing(self.file, self.site):
                now = renewed(outbox, digests, self.feeds, self.output)
                self._write(lambda: outbox_bytes(now))
        self.pages.clear()
        self.feeds.clear()

    def _complain(self, problems: Sequence[str]) -> None:
        self.sound = not problems
        complain(problems, "Nothing can be syndicated before this is mended")

    def look_ahead(self, generator: Generator, writer: Any) -> None:
        """Articles are written, lists are not: while other processes render those (fast_build),
        this one has time for what is asked in the end."""
        del writer
        if generator.settings is self.settings and self.sound and is_web(self.site):
            for content, matter in self.matters:
                self._origin(content, matter)

    def _lines(self) -> Sequence[str]:
        """The posts, newest first. Complains of texts that do not fit."""
        limits = network_limits(discussion_folder(self.settings))
        besides = digest_of([self.site, repr(sorted(limits.items()))])
        found: list[tuple[datetime, str, str]] = []
        problems: list[str] = []
        for content, matter in self.matters:
            origin = self._origin(content, matter)
            made_of = f"{origin.made_of} {besides}" if origin.made_of else ""
            make = partial(self._post, content, matter)
            line, warnings, wrong = self.post_lines.of(content, made_of, limits, make)
            for warning in warnings:
                logger.warning("%s", warning)
            problems += wrong
            found.append((origin.published, origin.address, line))
        self._complain(problems)
        found.sort(key=itemgetter(1))
        found.sort(key=itemgetter(0), reverse=True)
        return [line for _, _, line in found]

    def _origin(self, content: Content, matter: FrontMatter) -> Origin:
        return self.origins.of(content, matter, self.pages.get(content, ""))

    def _post(self, content: Content, matter: FrontMatter) -> Post:
        return post_of(
            content,
            matter,
            site=self.site,
            statics=self.statics,
            siblings=self._siblings(content),
            page_digest=self.pages.get(content, ""),
        )

    def _siblings(self, content: Content) -> list[Content]:
        """Its public translations."""
        return [other for other in content.translations if other in self.public]

    def _wrong_settings(self) -> list[str]:
        try:
            index_now(self.settings, self.site)
        except ValueError as error:
            return [str(error)]
        if lacks_scheme(self.site):
            return [f"SITEURL = {self.site!r} is no address: write 'https://{self.site}'"]
        return []

    def _write(self, data: Callable[[], bytes]) -> None:
        try:
            replace_file(self.file, data())
            signal("output_confirmed").send(str(self.file))
        except DocumentError as error:
            logger.error("%s", error)
        except OSError as error:
            logger.error(
                "%s: could not be written (%s); the old one is whole. Mend that and build again",
                self.file,
                error.strerror or error,
            )
