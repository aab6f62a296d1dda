"""A site, read as a build reads it, and nothing written."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pelican.contents import Article, Content
from pelican.contents import Page as PageContent
from pelican.generators import (
    ArticlesGenerator,
    Generator,
    PagesGenerator,
    SourceFileGenerator,
    StaticGenerator,
)
from pelican.plugins import signals

from ..run import quicken_lists, quickened
from ..write import Writer
from .pages import Notebook, Page
from .reach import Reach

if TYPE_CHECKING:
    from pelican import Pelican

COPYING = (StaticGenerator, SourceFileGenerator)  # they write files, not pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A site in memory."""

    pelican: Pelican
    pages: dict[str, Page]  # by file name
    reach: Reach
    contents: dict[str, Content]  # by URL path
    generators: dict[int, Generator]  # by id of a content
    writer: Any


def load(pelican: Pelican, only: Collection[str] | None = None) -> Loaded:
    """Read the whole site. Cost: what a build costs without rendering and writing.

    `only`: the contents, by URL path, whose pages and whose translations' pages will be asked for.
    Raises what a build would raise.
    """
    pelican.settings["JINJA_ENVIRONMENT"] = {
        **pelican.settings["JINJA_ENVIRONMENT"],
        "auto_reload": False,  # changed templates end the process anyway
    }
    context = _context(pelican)
    with quickened(pelican):
        generators = _read(pelican, context)
    quicken_lists(generators)
    with Notebook(pelican.output_path, pelican.settings) as notebook:
        notebook.remember_context(context)
        for generator in generators:
            if hasattr(generator, "generate_output") and not _writes_no_pages(generator):
                generator.generate_output(notebook)
    contents = _public(pelican, context)
    writer = Writer(pelican.output_path, pelican.settings)
    writer.durable = writer.rewriting = True
    loaded = Loaded(
        pelican=pelican,
        pages=notebook.pages,
        reach=Reach(_pages_of(notebook, contents, only), lambda content: path_of(pelican, content)),
        contents=contents,
        generators=_by_content(generators, contents),
        writer=writer,
    )
    gc.collect()
    gc.freeze()  # what was read stays: it need not be looked through again and again
    return loaded


def path_of(pelican: Pelican, content: Content) -> str:
    """The URL path of a content, percent-decoded: the name of its discussion."""
    site = pelican.settings.get("SITEURL", "").rstrip("/")
    return unquote(urlsplit(f"{site}/{content.url.lstrip('/')}").path) or "/"


def _context(pelican: Pelican) -> dict[str, Any]:
    """As `Pelican.run` makes it."""
    context: dict[str, Any] = pelican.settings.copy()
    context["generated_content"] = {}
    context["static_links"] = set()
    context["static_content"] = {}
    context["localsiteurl"] = pelican.settings["SITEURL"]
    return context


def _read(pelican: Pelican, context: dict[str, Any]) -> list[Generator]:
    """The first half of `Pelican.run`."""
    generators = [
        make(
            context=context,
            settings=pelican.settings,
            path=pelican.path,
            theme=pelican.theme,
            output_path=pelican.output_path,
        )
        for make in pelican._get_generator_classes()
    ]
    for generator in generators:
        if hasattr(generator, "generate_context"):
            generator.generate_context()
    signals.all_generators_finalized.send(generators)
    for generator in generators:
        if hasattr(generator, "refresh_metadata_intersite_links"):
            generator.refresh_metadata_intersite_links()
    return generators


def _writes_no_pages(generator: Generator) -> bool:
    return isinstance(generator, COPYING) or getattr(generator, "writes_no_pages", False)


def _public(pelican: Pelican, context: dict[str, Any]) -> dict[str, Content]:
    return {
        path_of(pelican, content): content
        for content in context["generated_content"].values()
        if isinstance(content, Article | PageContent) and content.status != "draft"
    }


def _pages_of(
    notebook: Notebook, contents: dict[str, Content], only: Collection[str] | None
) -> Iterable[Page]:
    if only is None:
        return notebook.pages.values()
    asked = [contents[path] for path in only if path in contents]
    shown = {id(one) for content in asked for one in (content, *content.translations)}
    return [page for page in notebook.pages.values() if id(page.content) in shown]


def _by_content(generators: list[Generator], contents: dict[str, Content]) -> dict[int, Generator]:
    articles = next(one for one in generators if isinstance(one, ArticlesGenerator))
    pages = next(one for one in generators if isinstance(one, PagesGenerator))
    return {
        id(content): articles if isinstance(content, Article) else pages
        for content in contents.values()
    }
