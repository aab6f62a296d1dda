"""The desk's own words in each language: one Babel catalogue a language, read when needed."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent / "translations"
LANGUAGES = {"en": "English", "es": "Español"}
"""Every language of the desk by its own name."""

_LOCALES = {"en": "en_GB"}  # day before month, as everywhere that is not one country


class Texts:
    """The words and the dates of one language."""

    def __init__(self, language: str, zone: tzinfo = UTC) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._zone = zone
        self.catalogue = _catalogue(self.language)

    def gettext(self, text: str, **values: object) -> str:
        """`text` in this language, its ``%(name)s`` filled in."""
        return self.catalogue.gettext(text) % values

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """The form for `n` things; ``%(n)s`` is the number."""
        return self.catalogue.ngettext(one, many, n) % {"n": n, **values}

    def moment(self, when: datetime) -> str:
        """Day, time and time zone."""
        locale = _LOCALES.get(self.language, self.language)
        return format_datetime(when, "d MMM y, HH:mm zzz", tzinfo=self._zone, locale=locale)

    def day(self, when: datetime) -> str:
        """The day alone."""
        locale = _LOCALES.get(self.language, self.language)
        return format_datetime(when, "d MMM y", tzinfo=self._zone, locale=locale)

    @property
    def zone(self) -> str:
        """The name of the time zone."""
        return str(self._zone)


@cache
def _catalogue(language: str) -> GNUTranslations:
    with (CATALOGUES / language / "LC_MESSAGES" / "desk.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
