"""The desk's words and dates."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from syndication.desk.texts import Texts


def test_numbers_choose_their_form():
    one, many = "%(num)d message before these", "%(num)d messages before these"
    assert Texts("es").ngettext(one, many, 1, num=1) == "1 mensaje antes de estos"
    assert Texts("es").ngettext(one, many, 4, num=4) == "4 mensajes antes de estos"


def test_moments_are_written_in_the_language_and_with_their_zone():
    when = datetime(2026, 7, 5, 9, 4, tzinfo=UTC)
    assert Texts("en").moment(when) == "5 Jul 2026, 09:04 UTC"
    assert Texts("es", ZoneInfo("Europe/Madrid")).moment(when) == "5 jul 2026, 11:04 CEST"


def test_an_unknown_language_is_english():
    assert Texts("xx").language == "en"
