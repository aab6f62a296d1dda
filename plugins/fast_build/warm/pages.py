"""The pages that a build would write, noted instead of written.

`Notebook` stands where a Writer does while the generators write; each call becomes a `Page`, with
everything that is needed to write it alone, later and as often as wanted. A series of pages is
taken apart as Pelican does it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blinker import Signal
from pelican.contents import Content
from pelican.generators import Generator
from pelican.paginator import Paginator
from pelican.plugins import signals
from pelican.utils import get_relative_path, path_to_url

Variables = dict[str, Any]
ANNOUNCING = (signals.article_generator_write_article, signals.page_generator_write_page)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Announcement:
    """What Pelican sends before it writes a content: plugins then turn the context to it."""

    signal: Signal
    generator: Generator
    content: Content

    def send(self) -> None:
        """Once more."""
        self.signal.send(self.generator, content=self.content)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """One page, and the arguments that a build writes it with."""

    name: str  # of its file, below the output folder
    template: Any
    context: Variables  # shared with others
    own: Variables  # what only this page's template sees
    relative_urls: bool
    override: bool
    announcement: Announcement | None

    @property
    def content(self) -> Content | None:
        """The article or page that it is the page of."""
        found = self.own.get("article") or self.own.get("page")
        return found if isinstance(found, Content) else None

    @property
    def number(self) -> int:
        """Which page of its list it is, from 1."""
        return max((getattr(one, "number", 1) for one in self._of_lists()), default=1)

    def listed(self) -> Iterator[Content]:
        """What stands in the list that it is a page of."""
        for one in self._of_lists():
            yield from getattr(one, "object_list", ())

    def _of_lists(self) -> Iterator[Any]:
        """Pelican's own idea of the page, one for each list that goes on with it."""
        for key, value in self.own.items():
            if key.endswith("_page") and not key.endswith(("_previous_page", "_next_page")):
                yield value

    def announce(self) -> None:
        """Turn the context to this page, as a build does."""
        if self.announcement is not None:
            self.announcement.send()

    def write(self, writer: Any) -> None:
        """Write it as a build does, signals included."""
        self.announce()
        writer.write_file(
            self.name,
            self.template,
            self.context,
            relative_urls=self.relative_urls,
            paginated={},
            override_output=self.override,
            **self.own,
        )

    def render(self) -> str:
        """Its text, for whoever only looks. The context is as before afterwards, in any case."""
        before = self.context.copy()
        try:
            self.announce()
            variables = self.context.copy()
            variables.setdefault("localsiteurl", None)
            if self.relative_urls:
                site = path_to_url(get_relative_path(self.name))
                variables |= {"SITEURL": site, "localsiteurl": site}
                self.context["localsiteurl"] = site
            text: str = self.template.render(variables | {"output_file": self.name} | self.own)
            return text
        finally:
            self.context.update(before)


class Notebook:
    """A Writer that writes nothing. `pages` holds what it was told, by file name."""

    recording = True  # for plugins that would remove or write files of their own meanwhile

    def __init__(self, output_path: str, settings: Variables) -> None:
        self.output_path, self.settings = output_path, settings
        self.pages: dict[str, Page] = {}
        self._announced: Announcement | None = None
        self._before: Variables = {}
        self._listeners = [(signal, self._listener(signal)) for signal in ANNOUNCING]

    def __enter__(self) -> Notebook:
        for signal, listener in self._listeners:
            signal.connect(listener, weak=False)
        return self

    def __exit__(self, *_: object) -> None:
        for signal, listener in self._listeners:
            signal.disconnect(listener)

    def write_feed(self, *args: object, **named: object) -> None:
        """Feeds are not pages; who writes them listens to the signals of `change`."""

    def write_file(  # the Writer's own arguments
        self,
        name: str,
        template: Any,
        context: Variables,
        relative_urls: bool = False,
        paginated: Variables | None = None,
        template_name: str | None = None,
        override_output: bool = False,
        url: str | None = None,
        **own: Any,
    ) -> None:
        """Note one page, or each of a series."""
        announced, self._announced = self._announced, None
        if name:
            if paginated is None:
                paginated = {key: own[key] for key in ("articles", "dates") if key in own}
            for each, variables in self._series(name, url, template_name, paginated, own):
                page = Page(
                    name=each,
                    template=template,
                    context=context,
                    own=variables,
                    relative_urls=relative_urls,
                    override=override_output,
                    announcement=announced,
                )
                self._keep(page)
        if announced is not None and context is announced.generator.context:
            context.update(self._before)

    def _keep(self, page: Page) -> None:
        """A content that names its file itself goes before another that has the same name."""
        former = self.pages.get(page.name)
        if former is None or page.override or not former.override:
            self.pages[page.name] = page

    def _series(
        self,
        name: str,
        url: str | None,
        template_name: str | None,
        paginated: Variables,
        own: Variables,
    ) -> Iterator[tuple[str, Variables]]:
        """(file name, variables) of each page."""
        sizes = self.settings["PAGINATED_TEMPLATES"]
        if not paginated or template_name not in sizes:
            yield name, own
            return
        size = sizes[template_name] or self.settings["DEFAULT_PAGINATION"]
        series = {
            key: Paginator(name, url, value, self.settings, size)
            for key, value in paginated.items()
        }
        last = next(iter(series.values())).num_pages
        for number in range(1, last + 1):
            variables = dict(own)
            for key, paginator in series.items():
                page = paginator.page(number)
                variables |= {
                    f"{key}_paginator": paginator,
                    f"{key}_page": page,
                    f"{key}_previous_page": paginator.page(number - 1) if number > 1 else None,
                    f"{key}_next_page": paginator.page(number + 1) if number < last else None,
                }
            yield page.save_as, variables

    def _listener(self, signal: Signal) -> Any:
        def listen(generator: Generator, content: Content) -> None:
            self._announced = Announcement(signal=signal, generator=generator, content=content)

        return listen

    def remember_context(self, context: Variables) -> None:
        """What the shared context says between two pages."""
        self._before = dict(context)
