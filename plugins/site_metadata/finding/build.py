"""One run of Pelican: the pages it writes, and the files that tell where they are."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from blinker import signal
from jinja2 import Environment
from pelican import signals
from pelican.contents import Content
from pelican.generators import Generator

from syndication import sources
from syndication.complaints import complain
from syndication.exchange import replace_file

from ..addresses import Alternate, absolute
from ..indexable import Variables, content_of
from ..site import Site
from .entries import entry_of, lead_of
from .former import Former, file_of, read_former
from .hosts import CAN_SAY_GONE, GONE_PAGE, HOSTS
from .lines import Lines
from .pages import FormerPages
from .renewing import renewed_files
from .robots import robots_txt
from .sitemap import INDEX, STEM, Line, line_of, sitemap_of_lines
from .told import key_file, told_files

logger = logging.getLogger(__name__)

INCOMPLETE = "The site cannot be found as it should before this is mended"


class Finding:
    """One for each Pelican; it connects itself while that one lives."""

    def __init__(self, pelican: Any, site: Site) -> None:
        self.settings: dict[str, Any] = pelican.settings
        self.site = site
        self.address = site.address
        self.base = unquote(urlsplit(self.address).path)  # "" for a site at the root of its host
        self.output = Path(self.settings["OUTPUT_PATH"])
        # That of the contents' dates: moments of one zone are compared fifty times as fast.
        self._zone = ZoneInfo(self.settings.get("TIMEZONE") or "UTC")
        self._inside = f"{self.output}{os.sep}"
        self._lines = Lines(pelican, Path(self.settings["CACHE_PATH"]) / "site_metadata")
        self._forget()
        signals.article_generator_init.connect(self.put_in_order)
        signals.page_generator_init.connect(self.put_in_order)
        signals.all_generators_finalized.connect(self.read)
        signals.content_written.connect(self.note_page)
        signals.feed_written.connect(self.note_feed)
        signals.finalized.connect(self.finish, sender=pelican)
        signal("discussion_changed").connect(self.look_at_the_clock, sender=pelican)
        signal("discussion_settled").connect(self.renew, sender=pelican)

    def _forget(self) -> None:
        """Before each run."""
        self._lines.forget()
        self.started = datetime.now(self._zone)
        self.entries: dict[str, Line] = {}  # by URL: each page once
        self.written: dict[str, str] = {}  # pages and feeds below the output folder, and which
        self.statics: set[str] = set()  # names of the site's own files there
        self.alternates: dict[Content, tuple[Alternate, ...]] = {}
        self.pictures: dict[str, str] = {}  # name → address, of those that pages show first
        self.contents: Mapping[str, Any] = {}
        self.former = Former()
        self.environment: Environment | None = None

    def put_in_order(self, generator: Generator) -> None:
        """What is listed stands in one order in every build."""
        if generator.settings is self.settings:
            sources.in_order(generator)

    def read(self, generators: Iterable[Generator]) -> None:
        """Understand all former addresses; complain before anything is written."""
        first = next(iter(generators))
        if first.settings is not self.settings:
            return
        self._forget()
        self.environment = first.env
        self.contents = first.context["generated_content"]
        self.statics = {static.save_as for static in first.context["static_content"].values()}
        taken = {
            unquote(urlsplit(absolute(self.address, static.url)).path): name
            for name, static in first.context["static_content"].items()
        } | {f"{self.base}/{name}": "a file that this build writes" for name in self._own_files()}
        gone_file = Path(self.settings["PATH"]) / self.settings.get("GONE_FILE", "gone.txt")
        self.former, problems = read_former(self.address, self.contents.values(), taken, gone_file)
        complain([*problems, *self._wrong_settings()], INCOMPLETE)

    def note_page(self, path: str, context: Variables) -> None:
        """A page was written."""
        if context.get("generated_content") is not self.contents:
            return
        self.written[self._name(path)] = "list"
        if not self.address or not self.site.is_indexable(context):
            return
        content = content_of(context)
        lead = self._address_of(lead_of(content)) if content else ""
        make = partial(self._line, context, content, lead)
        line = self._lines.of(content, lead, self.started, make) if content else make()
        self.entries[line.url] = line

    def _line(self, context: Variables, content: Content | None, lead: str) -> Line:
        url, alternates = self.site.canonical(context), self._alternates(context, content)
        return line_of(
            entry_of(context, url=url, alternates=alternates, lead=lead, now=self.started)
        )

    def _alternates(self, context: Variables, content: Content | None) -> tuple[Alternate, ...]:
        """The page in each language; worked out once for an article and its translations."""
        found = self.alternates.get(content) if content else None
        if found is None:
            found = self.site.addresses.alternates(context, self.site.counterparts)
            group = (content, *content.translations) if content else ()
            if len({one.lang for one in group}) == len(group):  # else each names another of two
                self.alternates |= dict.fromkeys(group, found)
        return found

    def _address_of(self, picture: str) -> str:
        """The absolute URL of one of the site's own pictures; "" where there is none."""
        if picture not in self.pictures:
            static = self.site.statics.get(picture)
            self.pictures[picture] = absolute(self.address, static.url) if static else ""
        return self.pictures[picture]

    def note_feed(self, path: str, context: Variables, feed: Any) -> None:
        """A feed was written."""
        del feed
        if context.get("generated_content") is self.contents:
            self.written[self._name(path)] = "feed"

    def _name(self, path: str) -> str:
        """What a file is called below the output folder, with slashes."""
        if path.startswith(self._inside):
            return path[len(self._inside) :].replace(os.sep, "/")
        return os.path.relpath(path, self.output).replace(os.sep, "/")

    def finish(self, pelican: Any) -> None:
        """Write what tells search engines and hosts where the pages are."""
        if not self.address or self.environment is None:
            return
        self._lines.keep()
        complain(list(self._clashes()), INCOMPLETE)
        sitemap = {} if self._own(INDEX) else sitemap_of_lines(self.address, self.entries.values())
        for stale in self.output.glob(f"{STEM}*.xml"):
            if stale.name not in {*sitemap, *self.statics}:
                stale.unlink()
        files = {**self._pages(self.environment), **sitemap, **self._rules()}
        listed = f"{self.address}/{INDEX}" if self.entries or self._own(INDEX) else ""
        files |= told_files(listed, self.settings)
        for name, data in files.items():
            if not self._own(name):
                replace_file(self.output / name, data)
                signal("output_confirmed").send(str(self.output / name))

    def look_at_the_clock(self, pelican: Any, change: Any) -> None:
        """A process that stays is about to write pages."""
        del pelican, change
        self.started = datetime.now(self._zone)

    def renew(self, pelican: Any, change: Any) -> None:
        """Bring the sitemap in line with the pages that a process which stays has written."""
        del pelican
        if not self.address or self._own(INDEX) or not (self.entries or change.gone):
            return
        gone = {absolute(self.address, name.removesuffix("index.html")) for name in change.gone}
        old = {file.name: file.read_bytes() for file in self.output.glob(f"{STEM}*.xml")}
        new = renewed_files(self.address, old, self.entries.values(), gone)
        with change.watching(self.output / name for name in {*old, *new}):
            for name in old.keys() - new.keys():
                (self.output / name).unlink()
            for name, data in new.items():
                replace_file(self.output / name, data)
                signal("output_confirmed").send(str(self.output / name))
        self.entries.clear()

    def _wrong_settings(self) -> Iterator[str]:
        try:
            robots_txt("", self.settings)
        except ValueError as error:
            yield str(error)
        try:
            key_file(self.settings)
        except ValueError as error:
            yield str(error)
        for host in self._hosts():
            if host not in HOSTS:
                yield f"HOST_RULES: {host!r} is not known; known are {', '.join(HOSTS)}"

    def _hosts(self) -> list[str]:
        said = self.settings.get("HOST_RULES", ())
        return [said] if isinstance(said, str) else list(said)

    def _own(self, name: str) -> bool:
        """Does the site bring this file itself?"""
        return name in self.statics

    def _own_files(self) -> set[str]:
        """What is written here, whatever moved or is gone."""
        names = {INDEX, f"{STEM}.xml", "robots.txt"}
        for host in self._hosts():
            names |= HOSTS[host]({}, (), self.base).keys() if host in HOSTS else set()
        return names

    def _clashes(self) -> Iterator[str]:
        """Former addresses at which this build wrote a list or a feed."""
        for path, content in self.former.moved.items():
            name = file_of(path, self.base) or path.removeprefix(f"{self.base}/")
            if name in self.written:
                what = f"{path} is the address of a {self.written[name]} that this build wrote"
                yield sources.complaint(content.source_path, "aliases", f"{what}: leave it out")

    def _pages(self, environment: Environment) -> dict[str, bytes]:
        """A page at each former address where a host without rules can serve one."""
        pages = FormerPages(environment, self.settings, self.address)
        files = {
            name: pages.moved(content)
            for path, content in self.former.moved.items()
            if (name := file_of(path, self.base)) and name not in self.written
        }
        if CAN_SAY_GONE & set(self._hosts()) and GONE_PAGE not in self.written:
            files[GONE_PAGE] = pages.gone()
        return files

    def _rules(self) -> dict[str, bytes]:
        moved = {path: absolute(self.address, c.url) for path, c in self.former.moved.items()}
        files: dict[str, str] = {}
        for host in self._hosts():
            files |= HOSTS[host](moved, self.former.gone, self.base) if host in HOSTS else {}
        for name in filter(self._own, files):
            logger.warning("%s is the site's own file: the rules of HOST_RULES are left out", name)
        return {name: text.encode() for name, text in files.items()}
