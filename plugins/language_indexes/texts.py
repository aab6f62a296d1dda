"""A theme's own texts and dates, in the language of the page that is being rendered.

A theme keeps one catalogue a language, `translations/LANGUAGE/LC_MESSAGES/messages.po`. They
are compiled in memory when the build starts and speak through Jinja's i18n extension:
`{{ _("Read on") }}`, `{% trans count=n %}…{% pluralize %}…{% endtrans %}`. A text that a
catalogue lacks is shown as it stands in the template. A theme without catalogues is left
alone: one that brings its own i18n keeps it.

Filters for dates: `{{ article.date|localised_date }}` ("20 de noviembre de 2026"), with
Babel's "short", "medium", "long", "full" or a pattern of its own.
"""

from __future__ import annotations

from datetime import date
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from pelican.contents import Article, Page

from .editions import Edition


def content_of(context: Context) -> Article | Page | None:
    """The article or page that a template is rendering, if it is rendering one."""
    return context.get("article") or context.get("page")


def language_of(context: Context) -> str:
    """The language of the page a template renders: its content's, else its edition's."""
    content = content_of(context)
    if content is not None:
        return str(content.lang)
    return str(context.get("lang") or context["DEFAULT_LANG"])


@pass_context
def edition_of(context: Context) -> Edition:
    """The edition that the page belongs to: its menus, lists and addresses."""
    editions = context["editions"]
    lang = language_of(context)
    return editions[lang if lang in editions else editions.default]


@pass_context
def localised_date(context: Context, value: date, style: str = "long") -> str:
    """A date as the page's language writes it; `style` is Babel's or a pattern."""
    lang = language_of(context)
    locale = (context.get("LANGUAGE_LOCALES") or {}).get(lang, lang).replace("-", "_")
    return format_date(value, style, locale=Locale.parse(locale))


def read_catalogues(theme: Path) -> dict[str, NullTranslations]:
    """Compile a theme's catalogues by language. Raises `ValueError` with file and line."""
    return {
        source.parent.parent.name: _compiled(source, source.parent.parent.name)
        for source in sorted(theme.glob("translations/*/LC_MESSAGES/messages.po"))
    }


def _compiled(source: Path, lang: str) -> NullTranslations:
    compiled = BytesIO()
    try:
        with source.open("rb") as lines:
            write_mo(compiled, read_po(lines, locale=lang.replace("-", "_"), abort_invalid=True))
    except PoFileError as error:
        raise ValueError(f"{source}:{error.lineno + 1}: mend this line: {error}") from error
    compiled.seek(0)
    return GNUTranslations(compiled)


def install_texts(environment: Environment, theme: str) -> None:
    """Teach a Jinja environment a theme's texts, each page in its own language."""
    environment.filters.setdefault("localised_date", localised_date)
    catalogues = read_catalogues(Path(theme))
    if not catalogues:
        return

    def speaker(context: Context) -> NullTranslations:
        return catalogues.get(language_of(context)) or NullTranslations()

    @pass_context
    def gettext(context: Context, message: str) -> str:
        return speaker(context).gettext(message)

    @pass_context
    def ngettext(context: Context, one: str, many: str, count: int) -> str:
        return speaker(context).ngettext(one, many, count)

    environment.add_extension("jinja2.ext.i18n")
    installed: Any = environment
    installed.install_gettext_callables(gettext, ngettext, newstyle=True)
