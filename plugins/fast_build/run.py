"""What lasts from the first step of a build to its last: Pelican's slow places are exchanged.

They are found by name in Pelican's modules, in Jinja's and in Python-Markdown's, taken back when
the build ends, and none changes what a build says: each answers as the own one does, which it asks
in every other case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pelican.contents
import pelican.generators
import pelican.readers
import pelican.urlwrappers
import pelican.utils
import pelican.writers
from blinker import Signal
from jinja2 import Environment, Template
from jinja2.runtime import Context
from markdown.treeprocessors import InlineProcessor
from pelican.cache import FileStampDataCacher
from pelican.contents import Content
from pelican.generators import ArticlesGenerator, Generator
from pelican.plugins import signals

from .addresses import expanded_by, folder_by, joined_by, relative_by, slugs_by
from .compiled import FOLDING, constants_by, templates_kept
from .contexts import calls_by, contexts_by, gets_by, globals_by
from .dates import dates_by, formatted_by
from .garbage import collected_rarely
from .inline import handled_by
from .links import linked_by, pictures_by, static_links_by
from .listeners import sent_by
from .lists import periods_of, quicken, share, translations_of
from .needless import disabled_by, noted_by
from .read import ReadingAhead

Exchange = tuple[Any, str, Callable[[Any], Any]]

EXCHANGES: tuple[Exchange, ...] = (
    (Signal, "send", sent_by),
    (FileStampDataCacher, "cache_data", noted_by),
    (Generator, "_check_disabled_readers", disabled_by),
    (Content, "_expand_settings", expanded_by),
    (Content, "get_relative_source_path", relative_by),
    (Content, "relative_dir", folder_by),
    (Content, "get_static_links", static_links_by),
    (Content, "_update_content", linked_by),
    (pelican.readers, "find_empty_alt", pictures_by),
    (pelican.contents, "slugify", slugs_by),
    (pelican.urlwrappers, "slugify", slugs_by),
    (pelican.contents, "sanitised_join", joined_by),
    (pelican.writers, "sanitised_join", joined_by),
    (pelican.readers, "get_date", dates_by),
    (pelican.utils, "strftime", formatted_by),
    (pelican.generators, "process_translations", translations_of),
    (ArticlesGenerator, "_build_period_archives", periods_of),
    (FOLDING, "as_const", constants_by),
    (InlineProcessor, "_InlineProcessor__handleInline", handled_by),
    (Environment, "make_globals", globals_by),
    (Template, "new_context", contexts_by),
    (Context, "call", calls_by),
    (Context, "get", gets_by),
)


@contextmanager
def quickened(site: Any) -> Iterator[None]:
    """While this lasts, `site`, a Pelican, reads ahead and asks no list twice."""
    ahead = ReadingAhead(site)
    signals.article_generator_init.connect(ahead.prepare)
    signals.page_generator_init.connect(ahead.prepare)
    forget_contents()
    try:
        with exchanged(), templates_kept(site.settings), collected_rarely():
            yield
    finally:
        signals.article_generator_init.disconnect(ahead.prepare)
        signals.page_generator_init.disconnect(ahead.prepare)
        ahead.close()


@contextmanager
def exchanged() -> Iterator[None]:
    """While this lasts, Pelican's slow places are quick."""
    there = [each for each in EXCHANGES if each[1] in vars(each[0])]  # in these versions
    kept = [(owner, name, vars(owner)[name]) for owner, name, _ in there]
    for (owner, name, made_of), (_, _, own) in zip(there, kept, strict=True):
        setattr(owner, name, made_of(own))
    try:
        yield
    finally:
        for owner, name, own in kept:
            setattr(owner, name, own)


def forget_contents() -> None:
    """Let go of the articles of former builds, which Pelican keeps for as long as it lives."""
    for name in ("get_content", "get_summary"):
        vars(Content)[name].cache.clear()


def quicken_lists(generators: list[Any]) -> None:
    """Every list of articles that Pelican is about to search for every article.

    Those of its own generator, and of the editions that a plugin for languages may have put into
    the context.
    """
    for generator in generators:
        if isinstance(generator, ArticlesGenerator):
            quicken(generator)
            share(generator, generator.context)
            for edition in generator.context.get("editions", {}).values():
                quicken(edition)
