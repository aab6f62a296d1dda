"""`/` and `/es/` from one Pelican run: every language gets an edition of its own.

Pelican lists the articles of DEFAULT_LANG and writes translations as single pages that no
list leads to. This plugin gives each other language its own index (with pagination),
archives, categories, tags, authors and feeds, in which nothing of another language stands.

Steps of a build:
1. `content_object_init`: an article or page in another language gets that edition's settings,
   so that its tags, its category and `{tag}`, `{category}`, `{index}` links lead there.
2. `article_generator_pretaxonomy`, `page_generator_finalized`: originals in another language
   leave the lists of DEFAULT_LANG; they become translations without an original.
3. `all_generators_finalized`: the editions are drawn up (`editions.py`).
4. While an article or page is written, the shared context is its edition's (`SITENAME`,
   `DEFAULT_LANG`, `articles`, `pages`, `tags`, …), so a theme that knows nothing of editions
   shows menus in the right language. Drafts are the exception: Pelican announces none.
5. `EditionsGenerator` writes the lists and feeds of the other editions.

Settings, all optional:

`LANGUAGE_SETTINGS`
    What differs in an edition: `{"es": {"SITESUBTITLE": "…", "TAG_URL": "es/etiqueta/{slug}/",
    "TAG_SAVE_AS": "es/etiqueta/{slug}/index.html"}}`. Any list or feed setting that is not
    named has the default language's path below `LANGUAGE/`. Where this setting is present,
    content in a language that it does not name is an error; without it an edition opens for
    every language that the content has.
`TAXONOMY_TRANSLATIONS`
    Categories and tags that are each other's translation: `[{"en": "Workshop", "es":
    "Taller"}]`. The language switch follows it, then equal names, then goes to the list.
`LANGUAGE_LOCALES`
    The Babel locale that writes a language's dates, where it is not the language itself:
    `{"en": "en_GB"}`.
`FURTHER_LISTS`
    Templates besides DIRECT_TEMPLATES that another plugin writes once for each edition, under
    `NAME_SAVE_AS` and `NAME_URL` of its settings, so that the language switch finds them.
`ARTICLE_LANG_URL`, `PAGE_LANG_URL`, …
    Pelican's own; they say where single translations are written.
`ARTICLE_TRANSLATION_ID`, `PAGE_TRANSLATION_ID`
    Pelican's own; content that lacks the named attribute simply has no translation.

What templates get: `lang` (the page's language), `editions` (language → `Edition`),
`edition()` (the page's own), `counterparts()` (the language switch), and the texts, dates and
what is `alike` of `texts.py`. `FEED_ATOM` and `FEED_RSS` hold one edition each; Pelican's
`FEED_ALL_*` and `TRANSLATION_FEED_*` are left to Pelican.

Cost: one dictionary update for each page written; lists cost what Pelican's own cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blinker import signal
from pelican import signals
from pelican.contents import Article, Content, Page
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from syndication.catalogues import Catalogues

from .counterparts import counterparts
from .editions import Editions, draw_up
from .generator import EditionsGenerator
from .settings import adopt
from .texts import alike, edition_of, install_texts


def offer_to_templates(generator: Generator) -> None:
    """Give every template the language switch, the page's edition and the theme's texts."""
    generator.env.globals.update(counterparts=counterparts, edition=edition_of, alike=alike)
    install_texts(generator.env, generator.settings)


def settle_language(content: Content) -> None:
    """Make what another language's article or page links to that edition's."""
    if isinstance(content, (Article, Page)):
        adopt(content)


def keep_default_language_articles(generator: ArticlesGenerator) -> None:
    """Take originals in other languages out of the lists before tags are counted."""
    generator.articles, others = _by_language(generator.articles)
    generator.translations = [*generator.translations, *others]


def keep_default_language_pages(generator: PagesGenerator) -> None:
    """Take original pages in other languages out of the default language's menu."""
    generator.pages, others = _by_language(generator.pages)
    generator.translations = [*generator.translations, *others]
    generator.context["pages"] = generator.pages


def open_editions(generators: Iterable[Generator]) -> None:
    """Draw up the editions once all content is read, and put them into the shared context."""
    generators = list(generators)
    articles = next(g for g in generators if isinstance(g, ArticlesGenerator))
    pages = next(g for g in generators if isinstance(g, PagesGenerator))
    editions = draw_up(articles, pages)
    articles.context["editions"] = editions
    editions.speak(editions.default)


def speak_language_of(generator: Generator, content: Content) -> None:
    """Turn the shared context to the language of the page that is about to be written."""
    editions = generator.context.get("editions")
    if editions is not None:
        editions.speak(content.lang)


def speak_default_language(path: str, context: dict[str, Any]) -> None:
    """Turn the shared context back once a page has been written."""
    del path
    editions = context.get("editions")
    if isinstance(editions, Editions):
        editions.speak(editions.default)


# Each turns the context and does nothing else: any process that renders pages may call them.
speak_language_of.renders_apart = True  # type: ignore[attr-defined]
speak_default_language.renders_apart = True  # type: ignore[attr-defined]


def offer_generator(pelican: Any) -> type[EditionsGenerator]:
    """Name the generator that writes the other editions' lists."""
    del pelican
    return EditionsGenerator


def tell_texts(pelican: Any, facts: dict[str, Any]) -> None:
    """Every page rests on the catalogues."""
    files = Catalogues.of_build(pelican.settings).files()
    facts["language_indexes"] = [(str(file), file.stat().st_mtime_ns) for file in files]


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Connect to Pelican's signals (receivers are held weakly, hence module level)."""
    signals.generator_init.connect(offer_to_templates)
    signals.content_object_init.connect(settle_language)
    signals.article_generator_pretaxonomy.connect(keep_default_language_articles)
    signals.page_generator_finalized.connect(keep_default_language_pages)
    signals.get_generators.connect(offer_generator)
    signals.all_generators_finalized.connect(open_editions)
    signals.article_generator_write_article.connect(speak_language_of)
    signals.page_generator_write_page.connect(speak_language_of)
    signals.content_written.connect(speak_default_language)
    signal("rendering_facts").connect(tell_texts)


def _by_language(contents: list[Content]) -> tuple[list[Content], list[Content]]:
    """Split into (default language, others), both in the given order."""
    return (
        [content for content in contents if content.in_default_lang],
        [content for content in contents if not content.in_default_lang],
    )
