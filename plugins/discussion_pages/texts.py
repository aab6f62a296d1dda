"""What the fragments say around the words of people, in the page's language.

The texts are ours, not the theme's, so that a theme without translations shows Spanish and
English too. A language without a catalogue speaks English; its dates are its own.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from syndication.catalogues import Catalogues

REACTIONS = {
    "like": ("{count} like", "{count} likes"),
    "repost": ("{count} repost", "{count} reposts"),
    "bookmark": ("{count} bookmark", "{count} bookmarks"),
}
NETWORKS = {"bluesky": "Bluesky", "mastodon": "Mastodon", "webmention": "Webmention"}


class Texts:
    """One language. Everything it returns is plain text: the template escapes it."""

    def __init__(
        self, language: str, locale: str = "", catalogues: Catalogues | None = None
    ) -> None:
        """`locale` says how the language is written here, such as ``en_GB``; "": as it is."""
        self.language = language
        self._locale = _locale(locale or language)
        self._catalogue = (catalogues or Catalogues()).get(language)

    def say(self, message: str, /, **values: object) -> str:
        """`message` in this language, its ``{names}`` filled in."""
        return self._catalogue.gettext(message).format(**values)

    def plain(self, message: str) -> str:
        """`message` in this language, as it stands in the catalogue."""
        return self._catalogue.gettext(message)

    def count(self, one: str, many: str, number: int, /) -> str:
        """The right one of two messages for `number`, which fills their ``{count}``."""
        return self._catalogue.ngettext(one, many, number).format(count=number)

    def reaction(self, kind: str, number: int) -> str:
        """ "7 likes"."""
        if kind in REACTIONS:
            return self.count(*REACTIONS[kind], number)
        return f"{number} × {kind}"

    def name_of(self, language: str) -> str:
        """A language in this language's words: "inglés"; as it stands where nobody knows it."""
        return _named(language, self._locale) or language

    def date(self, moment: datetime) -> str:
        """Date, time and time zone of an aware `moment`, in its own zone."""
        try:
            day = _written(moment.date(), self._locale)
            zone = moment.tzname() or ""
        except (OverflowError, ValueError):
            return moment.isoformat(" ", "minutes")
        utc = "UTC" if zone.startswith(("+", "-")) else ""
        return f"{day}, {moment.hour:02}:{moment.minute:02} {utc}{zone}".strip()


@lru_cache
def _named(language: str, locale: Locale) -> str | None:
    try:
        return Locale.parse(language.replace("-", "_")).get_display_name(locale)
    except (UnknownLocaleError, ValueError, TypeError):
        return None


@lru_cache(maxsize=4096)
def _written(day: date, locale: Locale) -> str:
    return format_date(day, "long", locale=locale)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """`moment` as the site's clocks show it, or as it stands at the ends of the calendar."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return moment


def network_title(network: str) -> str:
    """A network as people call it; "" for our own site, which is none."""
    if network == "site":
        return ""
    return NETWORKS.get(network) or network.replace("_", " ").replace("-", " ").title()


def _locale(language: str) -> Locale:
    for name in (language, language.split("-")[0].split("_")[0]):
        try:
            return Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return Locale("en")
