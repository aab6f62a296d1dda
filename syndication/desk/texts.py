"""The desk's own words and dates in each language."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from babel.dates import format_datetime

from syndication.catalogues import SOURCE, Catalogues

_LOCALES = {"en": "en_GB"}  # day before month, as everywhere that is not one country


class Texts:
    """The words and the dates of one language."""

    def __init__(
        self, language: str, zone: tzinfo = UTC, catalogues: Catalogues | None = None
    ) -> None:
        known = catalogues or Catalogues()
        self.language = language if language in known.languages else SOURCE
        self._zone = zone
        self.catalogue = known.get(self.language)

    def gettext(self, text: str, **values: object) -> str:
        """`text` in this language, its ``%(name)s`` filled in."""
        return self.catalogue.gettext(text) % values

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """The form for `n` things; ``%(n)s`` is the number."""
        return self.catalogue.ngettext(one, many, n) % {"n": n, **values}

    def moment(self, when: datetime) -> str:
        """Day, time and time zone."""
        locale = _LOCALES.get(self.language, self.language).replace("-", "_")
        return format_datetime(when, "d MMM y, HH:mm zzz", tzinfo=self._zone, locale=locale)

    def day(self, when: datetime) -> str:
        """The day alone."""
        locale = _LOCALES.get(self.language, self.language).replace("-", "_")
        return format_datetime(when, "d MMM y", tzinfo=self._zone, locale=locale)

    @property
    def zone(self) -> str:
        """The name of the time zone."""
        return str(self._zone)
