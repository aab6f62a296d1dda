"""Adds its statement to every page that asks for one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from pelican import signals
from pelican.contents import Content, Page
from pelican.generators import Generator, PagesGenerator

from syndication.catalogues import Catalogues
from syndication.complaints import complain
from syndication.rules.addresses import is_public
from syndication.sources import complaint, not_known

from .facts import Facts, Reading, contact

KINDS = ("privacy", "imprint")


class Statements:
    """The legal pages of one Pelican."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._catalogues = Catalogues.of_build(settings)
        self._problems: dict[str, None] = {}
        self._published = False  # is any of them about a page that people can read?
        signals.all_generators_finalized.connect(self.write)

    def write(self, generators: Iterable[Generator]) -> None:
        """Append the statements, once everything is read: `Legal:` on a page names which.

        Drafts get theirs too, for whoever writes them, and what they lack is never an error.
        """
        pages = next((g for g in generators if isinstance(g, PagesGenerator)), None)
        if pages is None or pages.settings is not self._settings:
            return
        for page in _each(pages):
            kind = str(page.metadata.get("legal") or "").strip().lower()
            if kind in KINDS:
                self._append(pages, page, kind)
            elif kind:
                self._note(page, complaint(page.source_path, "legal", not_known(kind, KINDS)))
        public = self._published and is_public(str(self._settings.get("SITEURL", "")))
        complain(
            list(self._problems),
            "The legal pages are not complete",
            level=logging.ERROR if public else logging.WARNING,
        )

    def _append(self, pages: PagesGenerator, page: Page, kind: str) -> None:
        reading = Reading(self._settings, page.lang)
        facts = reading.facts()
        self._note(page, *(f"{self._settings_file()}: {line}" for line in reading.problems))
        view = StatementView(facts, self._settings, page, self._catalogues)
        html = pages.get_template(f"legal/{kind}").render(
            statement=view,
            say=view.say,
            count=view.count,
            tertulia_site=self._settings["JINJA_GLOBALS"].get("tertulia_site"),
            SITENAME=self._settings.get("SITENAME", ""),
        )
        page._content = f"{page._content}\n{html}"

    def _note(self, page: Page, *problems: str) -> None:
        self._problems |= dict.fromkeys(problems)
        self._published |= bool(problems) and page.status != "draft"

    def _settings_file(self) -> str:
        return "pelicanconf.py"


def _each(pages: PagesGenerator) -> Iterator[Page]:
    """Every page that is written, drafts last."""
    yield from (*pages.pages, *pages.translations)
    yield from (*pages.hidden_pages, *pages.hidden_translations)
    yield from (*pages.draft_pages, *pages.draft_translations)


class StatementView:
    """One statement as its template sees it. Everything is plain text: the template escapes."""

    def __init__(
        self, facts: Facts, settings: dict[str, Any], page: Content, catalogues: Catalogues
    ) -> None:
        self.facts = facts
        self._catalogue = catalogues.get(page.lang)
        locale = str((settings.get("LANGUAGE_LOCALES") or {}).get(page.lang, page.lang))
        self._locale = _locale(locale)

    def say(self, message: str, /, **values: object) -> str:
        """`message` in the page's language, its ``{names}`` filled in."""
        return self._catalogue.gettext(message).format(**values)

    def count(self, one: str, many: str, number: int, /) -> str:
        """The right one of two messages for `number`, which fills their ``{count}``."""
        return self._catalogue.ngettext(one, many, number).format(count=number)

    def date(self, day: date) -> str:
        """A day as the page's language writes it."""
        return format_date(day, "long", locale=self._locale)

    def list(self, things: Iterable[str]) -> str:
        """ "a, b and c"."""
        return format_list(list(things), locale=self._locale)

    def languages(self, tags: Iterable[str]) -> str:
        """Languages in this one's words: "English and Spanish"."""
        return self.list(_locale(tag).get_display_name(self._locale) or tag for tag in tags if tag)

    def contact(self, text: str) -> Any:
        """Where the daemon says that people write, as a contact; None for nothing usable."""
        return contact(text)


def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
