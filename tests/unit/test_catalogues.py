"""Every text that a person can see is there in every language, with the same blanks."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from click.testing import CliRunner

from syndication.catalogues import PACKAGED, CatalogueError, Catalogues
from syndication.cli import main
from syndication.rules import notice

ROOT = Path(__file__).parents[2]
OURS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None}
# Steps say in English why they do not do something; the desk says it in the reader's language.
REASONS = {"StaffError": None, "CannotAnswer": None, "CannotDecide": None, "CannotJoin": None}
DESK = ("syndication/desk", "syndication/web")
# What they say stands on networks, on pages and in mail.
IN_STEPS = ("edits.py", "importing/take.py", "letters.py", "report_letters.py")
VISITORS = "syndication/web/comments"
SAYING_WHY = ("store/staff.py", "steps/answer.py", "steps/decide.py", "steps/joining.py")
TEMPLATES = ("plugins", "syndication/desk", "syndication/web", "themes/tertulia")
SAID_OF_DATA = {notice.NOTICE, notice.LETTERS, notice.WHEREFROM, notice.SERVICE}
# Texts that are chosen from a table of the code.
TABLES = re.compile(r'\("(\{count\}[^"]+)", "(\{count\}[^"]+)"\)')

Text = str | tuple[str, ...]


@cache
def texts() -> frozenset[Text]:
    """Every text in templates and code that a visitor or a person at the desk can see."""
    found: set[Text] = set()
    for folder in TEMPLATES:
        for path in (ROOT / folder).rglob("templates/**/*"):
            if path.suffix in {".html", ".xml", ".xsl", ".js", ".txt"}:
                found |= extracted("jinja2.ext:babel_extract", path, OURS)
                found |= said_by_fragments(path.read_text(encoding="utf-8"))
    for folder in ("plugins", *DESK):
        for path in (ROOT / folder).rglob("*.py"):
            found |= extracted("python", path, OURS)
            found |= set(TABLES.findall(path.read_text(encoding="utf-8")))
    for name in IN_STEPS:
        found |= extracted("python", ROOT / "syndication" / "steps" / name, OURS)
    for name in SAYING_WHY:
        found |= extracted("python", ROOT / "syndication" / name, REASONS)
    return frozenset(found | {*SAID_OF_DATA, notice.AGREE})


def extracted(method: str, path: Path, keywords: dict) -> set[Text]:
    options = {"trim_blocks": "true", "silent": "false"}
    rows = extract_from_file(method, path, keywords, options=options)
    return {message for _, message, _, _ in rows if message}


def said_by_fragments(template: str) -> set[Text]:
    """`discussion.say("…")` and `discussion.count("…", "…")`."""
    return set(re.findall(r'\.say\("([^"]+)"', template)) | set(
        re.findall(r'\bcount\("([^"]+)", "([^"]+)"', template)
    )


def catalogue(name: str) -> Catalog:
    with (PACKAGED / f"{name}.po").open("rb") as file:
        return read_po(file, locale=name.partition("@")[0], abort_invalid=True)


def entries(name: str) -> dict[Text, Message]:
    return {entry.id: entry for entry in catalogue(name) if entry.id}


def forms(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def complete() -> list[str]:
    return sorted(path.stem for path in PACKAGED.glob("*.po") if "@" not in path.stem)


def test_the_texts_are_found():
    assert len(texts()) > 180
    assert complete() == ["es"]


@pytest.mark.parametrize("language", complete())
def test_every_text_has_its_translation_and_no_translation_is_left_over(language: str):
    known = entries(language)
    assert sorted(map(str, texts() - known.keys())) == []
    assert sorted(map(str, known.keys() - texts())) == []
    assert [text for text, entry in known.items() if not all(forms(entry.string))] == []


@pytest.mark.parametrize("name", [path.stem for path in sorted(PACKAGED.glob("*.po"))])
def test_a_translation_has_the_blanks_of_its_text(name: str):
    whole = catalogue(name)
    for text, entry in entries(name).items():
        assert not entry.fuzzy
        assert not list(entry.check(whole)), text
        for form in forms(entry.string):
            assert blanks(form) == blanks(forms(text)[0]), text


def blanks(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


# What only somebody who says tú says; imperatives are too many to list.
TU = re.compile(r"\b(tú|tu|tus|te|ti|contigo|tuy[oa]s?|puedes|quieres|eres|tienes|estás)\b", re.I)


def test_usted_says_nothing_that_is_not_said_to_tu_and_never_falls_back_into_it():
    familiar, formal = entries("es"), entries("es@usted")
    assert sorted(map(str, formal.keys() - familiar.keys())) == []
    slips = [e.string for e in formal.values() if any(map(TU.search, forms(e.string)))]
    assert slips == []


def test_usted_covers_every_text_that_says_tu_to_a_visitor():
    spoken = {text: entry.string for text, entry in entries("es").items()}
    public = {text for text, said in spoken.items() if any(map(TU.search, forms(said)))}
    assert sorted(map(str, (public & visitors_texts()) - entries("es@usted").keys())) == []


@cache
def visitors_texts() -> frozenset[Text]:
    """What visitors read; staff call each other tú on the desk."""
    found: set[Text] = set()
    for folder in ("plugins", "themes/tertulia", VISITORS):
        for path in (ROOT / folder).rglob("templates/**/*"):
            if path.suffix in {".html", ".xml", ".xsl", ".js", ".txt"}:
                found |= extracted("jinja2.ext:babel_extract", path, OURS)
                found |= said_by_fragments(path.read_text(encoding="utf-8"))
    for folder in ("plugins", VISITORS):
        for path in (ROOT / folder).rglob("*.py"):
            found |= extracted("python", path, OURS)
    for name in ("letters.py", "report_letters.py"):
        found |= extracted("python", ROOT / "syndication" / "steps" / name, OURS)
    return frozenset(found | SAID_OF_DATA)


# --- looking texts up ------------------------------------------------------------------------

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def write(folder: Path, name: str, entries: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.po").write_text(HEAD + "\n" + entries, encoding="utf-8")


def test_a_sites_own_words_come_before_ours(tmp_path: Path):
    write(tmp_path, "es", 'msgid "Conversation"\nmsgstr "Tertulia"\n')
    spanish = Catalogues((tmp_path,)).get("es")
    assert spanish.gettext("Conversation") == "Tertulia"
    assert spanish.gettext("Also on") == "También en"
    assert spanish.gettext("nobody translated this") == "nobody translated this"


def test_a_third_language_needs_one_catalogue(tmp_path: Path):
    write(
        tmp_path,
        "fr",
        'msgid "Conversation"\nmsgstr "Conversation en cours"\n\n'
        'msgid "{count} like"\nmsgid_plural "{count} likes"\n'
        'msgstr[0] "{count} cœur"\nmsgstr[1] "{count} cœurs"\n',
    )
    known = Catalogues((tmp_path,))
    assert known.languages == {"en": "English", "es": "Español", "fr": "Français"}
    french = known.get("fr-CA")
    assert french.gettext("Conversation") == "Conversation en cours"
    # French counts nought as one.
    assert french.ngettext("{count} like", "{count} likes", 0) == "{count} cœur"


def test_a_register_changes_what_differs_and_nothing_else(tmp_path: Path):
    write(tmp_path, "es", 'msgid "Hello"\nmsgstr "Hola a ti"\n\nmsgid "Bye"\nmsgstr "Adiós"\n')
    write(tmp_path, "es@usted", 'msgid "Hello"\nmsgstr "Hola a usted"\n')
    known = Catalogues((tmp_path,), {"es": "es@usted"})
    assert known.get("es").gettext("Hello") == "Hola a usted"
    assert known.get("es").gettext("Bye") == "Adiós"
    assert Catalogues((tmp_path,)).get("es").gettext("Hello") == "Hola a ti"


@pytest.mark.parametrize("language", ["", "xx", "tlh-Latn", "../es", "es/../es", "\0"])
def test_an_unknown_language_speaks_english(language: str):
    assert Catalogues().get(language).gettext("Conversation") == "Conversation"


def test_a_catalogue_that_changed_is_read_again(tmp_path: Path):
    write(tmp_path, "es", 'msgid "Hello"\nmsgstr "Hola"\n')
    known = Catalogues((tmp_path,))
    assert known.get("es").gettext("Hello") == "Hola"
    write(tmp_path, "es", 'msgid "Hello"\nmsgstr "Buenas tardes"\n')
    assert known.get("es").gettext("Hello") == "Buenas tardes"


def test_a_broken_catalogue_names_its_file_and_line(tmp_path: Path):
    (tmp_path / "es.po").write_text('msgid "Older"\nMás antiguos\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"es\.po:2: "):
        Catalogues((tmp_path,)).get("es")


# --- starting one ----------------------------------------------------------------------------


def tertulia(*words: str) -> str:
    result = CliRunner().invoke(main, ["catalogue", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_new_catalogue_has_every_text_and_is_renewed_without_losing_a_word(tmp_path: Path):
    said = tertulia("fr", "--folder", str(tmp_path))
    path, total = tmp_path / "fr.po", len(entries("es"))
    assert said.startswith(f"{path}: {total} texts, {total} of them to translate.")
    begun = path.read_text(encoding="utf-8")
    assert "# es: Conversación" in begun
    begun = begun.replace('msgid "Also on"\nmsgstr ""', 'msgid "Also on"\nmsgstr "Aussi sur"')
    path.write_text(begun + '\nmsgid "said no more"\nmsgstr "plus dit"\n', encoding="utf-8")
    assert f"{total} texts, {total - 1} of them" in tertulia("fr", "--folder", str(tmp_path))
    assert "said no more" not in path.read_text(encoding="utf-8")
    french = Catalogues((tmp_path,)).get("fr")
    assert french.gettext("Also on") == "Aussi sur"
    assert french.gettext("Conversation") == "Conversation"


def test_a_language_that_nobody_knows_is_refused(tmp_path: Path):
    result = CliRunner().invoke(main, ["catalogue", "klingonisch", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert "klingonisch: no such language; name it as fr or pt-BR" in result.output
    assert not list(tmp_path.iterdir())


def test_a_broken_catalogue_is_left_as_it_is(tmp_path: Path):
    broken = 'msgid "Older"\nPlus ancien\n'
    (tmp_path / "fr.po").write_text(broken, encoding="utf-8")
    result = CliRunner().invoke(main, ["catalogue", "fr", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert "nothing was changed" in result.output
    assert (tmp_path / "fr.po").read_text(encoding="utf-8") == broken
