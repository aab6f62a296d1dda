"""Short untitled notes beside articles, for a brand that talks beyond its business.

`Kind: note` in an article's front matter makes it a note: it needs no title, is named by its
date (`2026-11-18-0930`), stands in every list and feed of its language among the articles, and
has a list of its own. Everything else about it is an article's: translations, tags, pictures,
drafts, the conversation under it.

What others see: `article.kind` is "note" or "article", on every article. A note's `title` are its
first words, for `<title>` and for plugins that need a name; a page shows it nowhere as a
heading, and its h-entry has no p-name. Its `summary` is all that it says. In the context
`languages_with_notes` says for which languages the list is written.

Settings, all optional:

`NOTE_URL`, `NOTE_SAVE_AS`, `NOTE_LANG_URL`, `NOTE_LANG_SAVE_AS`
    Where a note stands; without them, where articles do. `{slug}`, `{lang}` and `{date}` work.
`NOTES_URL`, `NOTES_SAVE_AS`
    The list of notes, template `notes`; in LANGUAGE_SETTINGS for each further language. Without
    NOTES_SAVE_AS, or in a theme without that template, there is no list. It is paginated as
    `PAGINATED_TEMPLATES["notes"]` says.

Cost: a look at each article's front matter; the lists cost what a category's pages cost.
"""

from __future__ import annotations

import logging
from typing import Any

from pelican import Pelican, signals
from pelican.contents import Article, Content
from pelican.generators import ArticlesGenerator

from syndication.sources import complaint, not_known

from .generator import LIST, NotesGenerator
from .naming import address, slug_of, title_of

logger = logging.getLogger(__name__)

KINDS = ("article", "note")


def announce_list(pelican: Pelican) -> None:
    """Tell the language switch that the list of notes is one of an edition's lists."""
    further = pelican.settings.setdefault("FURTHER_LISTS", [])
    if pelican.settings.get("NOTES_SAVE_AS") and LIST not in further:
        further.append(LIST)


def name_note(generator: ArticlesGenerator, metadata: dict[str, Any]) -> None:
    """Give a note what Pelican asks of every article: a slug and an address."""
    metadata["kind"] = str(metadata.get("kind") or "article").strip().lower()
    if metadata["kind"] != "note" or "date" not in metadata:
        return
    metadata.setdefault("slug", slug_of(metadata["date"]))
    for key, value in address(metadata, generator.settings).items():
        metadata.setdefault(key, value)


def entitle_note(content: Content) -> None:
    """Let a note without a title go by its first words."""
    if not isinstance(content, Article):
        return
    kind = getattr(content, "kind", "article")
    if kind not in KINDS:
        logger.warning("%s", complaint(content.source_path, "kind", not_known(kind, KINDS)))
    if kind == "note" and not getattr(content, "title", ""):
        content.title = title_of(content._content) or content.slug
        content.metadata["title"] = content.title
    if kind == "note":
        content.metadata.setdefault("summary", content._content)


def say_where_notes_are(generator: ArticlesGenerator) -> None:
    """Tell templates which languages have notes, so that a menu leads to no empty list."""
    generator.context["languages_with_notes"] = {
        article.lang
        for article in (*generator.articles, *generator.translations)
        if article.kind == "note"
    }


def offer_generator(pelican: Pelican) -> type[NotesGenerator]:
    """Name the generator that writes the lists of notes."""
    del pelican
    return NotesGenerator


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Connect to Pelican's signals (receivers are held weakly, hence module level)."""
    signals.initialized.connect(announce_list)
    signals.article_generator_context.connect(name_note)
    signals.content_object_init.connect(entitle_note)
    signals.article_generator_finalized.connect(say_where_notes_are)
    signals.get_generators.connect(offer_generator)
