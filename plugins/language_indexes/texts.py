"""A theme's texts and dates, in the language of the page that is being rendered.

They speak through Jinja's i18n extension: `{{ _("Read on") }}`,
`{% trans count=n %}…{% pluralize %}…{% endtrans %}`. A text is looked up in the site's own
catalogues, then in the theme's folder `translations/`, then in ours (`syndication/catalogues`);
what none has is shown as it stands in the template. A site whose JINJA_ENVIRONMENT already loads
the extension keeps its own way.

What is said alike on all pages of an edition is made once:
`{% call alike("footer") %}…{% endcall %}`, or once for each of what else it depends on:
`{% call alike("onward", article.category) %}…{% endcall %}`. Nothing that one page says
otherwise belongs there, and no discussion: those change while a process stays.

Filters for dates: `{{ article.date|localised_date }}` ("20 de noviembre de 2026"), with
Babel's "short", "medium", "long", "full" or a pattern of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from babel import Locale
from babel.dates import format_date
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from pelican.contents import Article, Page

from syndication.catalogues import Catalogues
from syndication.foreseeable import foreseeable

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


@foreseeable
@pass_context
def edition_of(context: Context) -> Edition:
    """The edition that the page belongs to: its menus, lists and addresses."""
    return _edition(context, language_of(context))


def _edition(context: Context, lang: str) -> Edition:
    editions = context["editions"]
    return editions[lang if lang in editions else editions.default]


@foreseeable
@pass_context
def alike(
    context: Context,
    name: str,
    *of: Hashable,
    now: Hashable = None,
    caller: Callable[[], str],
) -> str:
    """What `caller` says on each page of an edition that has the same `of`, said once.

    `now`: what it says besides and may change while a process stays; said anew for another one.
    A draft's page sees the settings of the default language; hence both languages.
    """
    lang = language_of(context)
    key = name, lang, context["DEFAULT_LANG"], context["SITEURL"], *of
    return _edition(context, lang).made.text(key, caller, now)


@foreseeable
@pass_context
def localised_date(context: Context, value: date, style: str = "long") -> str:
    """A date as the page's language writes it; `style` is Babel's or a pattern."""
    lang = language_of(context)
    locale = (context.get("LANGUAGE_LOCALES") or {}).get(lang, lang)
    return _written(value.date() if isinstance(value, datetime) else value, style, locale)


@lru_cache(maxsize=4096)
def _written(day: date, style: str, locale: str) -> str:
    return format_date(day, style, locale=Locale.parse(locale.replace("-", "_")))


def install_texts(environment: Environment, settings: Mapping[str, Any]) -> None:
    """Teach a Jinja environment the texts of this build, each page in its own language."""
    environment.filters.setdefault("localised_date", localised_date)
    if any("i18n" in name for name in environment.extensions):
        return
    catalogues = Catalogues.of_build(settings)
    speakers: dict[str, NullTranslations] = {}

    def speaker(context: Context) -> NullTranslations:
        language = language_of(context)
        if language not in speakers:
            speakers[language] = catalogues.get(language)
        return speakers[language]

    @foreseeable
    @pass_context
    def gettext(context: Context, message: str) -> str:
        return speaker(context).gettext(message)

    @foreseeable
    @pass_context
    def ngettext(context: Context, one: str, many: str, count: int) -> str:
        return speaker(context).ngettext(one, many, count)

    environment.add_extension("jinja2.ext.i18n")
    installed: Any = environment
    installed.install_gettext_callables(gettext, ngettext, newstyle=True)
    environment.globals["_"] = environment.globals["gettext"]  # not by way of Jinja's alias for it
