"""Every text of the desk is there in every language, with the same blanks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import syndication
from syndication.desk.texts import CATALOGUES, LANGUAGES, Texts

ROOT = Path(syndication.__file__).parent
OURS = {"_": None, "gettext": None, "ngettext": (1, 2)}
# Steps say in English why they do not do something; the desk says it in the reader's language.
REASONS = {"StaffError": None, "CannotAnswer": None, "CannotDecide": None}

Text = str | tuple[str, ...]


def texts() -> set[Text]:
    """Every text in templates and code that a person at the desk can see."""
    found: set[Text] = set()
    for path in (ROOT / "desk" / "templates").glob("*.html"):
        found |= {m for _, m, _, _ in extract_from_file("jinja2.ext:babel_extract", path, OURS)}
    for folder in ("desk", "web"):
        for path in (ROOT / folder).glob("*.py"):
            found |= {m for _, m, _, _ in extract_from_file("python", path, OURS)}
    for path in (ROOT / "store/staff.py", ROOT / "steps/answer.py", ROOT / "steps/decide.py"):
        found |= {m for _, m, _, _ in extract_from_file("python", path, REASONS)}
    return found


def catalogue(language: str) -> dict[Text, Text]:
    with (CATALOGUES / language / "LC_MESSAGES" / "desk.po").open("rb") as file:
        return {entry.id: entry.string for entry in read_po(file, locale=language) if entry.id}


def forms(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_the_texts_are_found():
    assert len(texts()) > 100


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_text_has_its_translation_and_no_translation_is_left_over(language: str):
    entries = catalogue(language)
    assert texts() - entries.keys() == set()
    assert entries.keys() - texts() == set()
    assert [text for text, said in entries.items() if not all(forms(said))] == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_translation_has_the_blanks_of_its_text(language: str):
    for text, said in catalogue(language).items():
        for form in forms(said):
            assert blanks(form) == blanks(forms(text)[0]), text


def blanks(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))


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
