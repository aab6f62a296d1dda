"""Real builds: from document to page, again and again: pictures, parts, damage, what is kept."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from pelican.plugins.discussion_pages import documents as reading
from pelican.plugins.discussion_pages.documents import KEPT, Documents
from pelican.plugins.discussion_pages.made import Made
from pelican.plugins.discussion_pages.messages import MessageView
from pelican.plugins.discussion_pages.place import Place
from pelican.plugins.discussion_pages.texts import Texts
from pelican.plugins.discussion_pages.tree import Branch
from pelican.plugins.discussion_pages.views import DiscussionView

from syndication.exchange import (
    Speaker,
    Utterance,
    document_path,
    replace_file,
)
from syndication.model import Picture
from tests.servers.pelican import pelican
from tests.site.discussed_site import WHEN, SiteFolder, message, shape, top

PLUGIN = Path(__file__).parents[2] / "plugins" / "discussion_pages"


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path)


def test_a_long_discussion_goes_on_in_pages_that_nobody_indexes(site: SiteFolder) -> None:
    site.discuss(*(message(n, 0 if n == 1203 else None) for n in range(1204)))
    site.build("--fatal", "errors")
    first = site.section()
    assert len(first.find_all(class_="message")) == 500
    # Threads stay together: the last message answers the first one.
    assert shape(top(first)[:2]) == [["0", [["1203", []]]], ["1", []]]
    assert "1204 mensajes" in first.get_text()
    link = first.find("nav").find("a", rel="next")
    assert link["href"] == "https://vencejo.example/frenos/discussion-2/"
    assert link.get_text() == "704 mensajes más"
    second = site.page("frenos/discussion-2/index.html")
    assert second.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert second.html["lang"] == "es"
    assert len(second.find_all(class_="message")) == 500
    back = second.find(class_="discussion__back").find("a")
    assert back["href"] == "https://vencejo.example/frenos/"
    assert back.get_text() == "Volver a «Frenos y más»"
    third = site.page("frenos/discussion-3/index.html")
    assert len(third.find_all(class_="message")) == 204
    assert third.find("nav", class_="discussion__more").find("a", rel="next") is None
    site.discuss(message(1))
    site.build("--fatal", "errors")
    assert not list(site.output.glob("frenos/discussion-*/index.html"))


def test_pages_have_discussions_too_also_long_ones(site: SiteFolder) -> None:
    site.write("content/pages/about.md", "Title: About\nLang: es\n\nUs.\n")
    site.discuss(*(message(n) for n in range(501)), page="/pages/about.html")
    site.build("--fatal", "errors")
    assert len(site.section("pages/about.html").find_all(class_="message")) == 500
    assert "words of 500" in site.html("pages/about/discussion-2/index.html")


def test_pictures_are_copied_while_something_refers_to_them(site: SiteFolder) -> None:
    for name in ("0a", "0b", "0c"):
        data = site.picture(f"pictures/{name}.webp")
    site.write("discussion/pictures/secret.txt", "not a picture")
    site.write("output/discussion/pictures/notes.txt", "somebody's own")
    author = Speaker(name="Lucía", picture="pictures/0a.webp")
    missing = Speaker(name="Ana María Ruiz", picture="pictures/ff.webp")
    site.discuss(
        message(1, author=author, pictures=(Picture(url="pictures/0b.webp"),)),
        message(2, author=missing),
    )
    log = site.build("--fatal", "errors")
    folder = site.output / "discussion" / "pictures"
    assert sorted(file.name for file in folder.iterdir()) == ["0a.webp", "0b.webp", "notes.txt"]
    assert (folder / "0a.webp").read_bytes() == data
    assert "ff.webp is missing" in log
    assert site.section().find_all(class_="message__picture")[1].get_text() == "AM"
    site.discuss(message(1, author=author))
    site.build("--fatal", "errors")
    assert sorted(file.name for file in folder.iterdir()) == ["0a.webp", "notes.txt"]


def test_no_page_is_written_before_the_pictures_on_it(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path, "PLUGIN_PATHS = ['witnesses']\nPLUGINS = [*PLUGINS, 'witness']\n")
    site.write(
        "witnesses/witness.py",
        "from pathlib import Path\n"
        "from pelican import signals\n"
        "def look(path, context):\n"
        "    there = (Path(context['OUTPUT_PATH']) / 'discussion/pictures/0a.webp').exists()\n"
        "    print('WITNESS', there)\n"
        "def register():\n"
        "    signals.content_written.connect(look)\n",
    )
    site.picture("pictures/0a.webp")
    site.discuss(message(1, author=Speaker(name="Lucía", picture="pictures/0a.webp")))
    log = site.build("--fatal", "errors")
    assert "WITNESS True" in log
    assert "WITNESS False" not in log


@pytest.mark.parametrize("name", ["../../secret.webp", "pictures/../x.webp", "/etc/passwd"])
def test_a_picture_elsewhere_is_refused(site: SiteFolder, name: str) -> None:
    site.discuss(message(1, author=Speaker(name="Lucía", picture=name)))
    log = site.build()
    assert "index.json: items[0].attributedTo.icon.url: is not a picture of" in log
    assert "discussion" not in site.html()


def test_a_corrupt_document_is_an_error_and_its_page_is_built_without_discussion(
    site: SiteFolder,
) -> None:
    file = site.discuss(message(1, html="<p>a secret</p>"))
    site.article("otro")
    site.discuss(message(2), page="/otro/")
    file.write_bytes(file.read_bytes().replace(b'"2026-11-21', b'"A secret date'))
    log = site.build()
    assert "discussion/pages/frenos/index.json: items[0].published: is not a date" in log
    assert log.count("items[0].published") == 1
    assert "secret" not in log
    assert "secret" not in site.html()
    assert site.page().find(id="discussion") is None
    assert "words of 2" in site.html("otro/index.html")
    assert pelican(site.folder, "--fatal", "errors").returncode != 0


@pytest.mark.parametrize("damage", ["half", "foreign", "future"])
def test_no_word_of_a_document_that_is_not_whole_is_shown(site: SiteFolder, damage: str) -> None:
    file = site.discuss(message(1), message(2))
    data = file.read_bytes()
    file.write_bytes(
        {
            "half": data[: len(data) // 2],
            "foreign": data.replace(b'"/frenos/"', b'"/otro/"'),
            "future": data.replace(b'"tertulia:version": 1', b'"tertulia:version": 2'),
        }[damage]
    )
    assert "The page is built without its discussion" in site.build()
    assert "words of" not in site.html()


def test_a_process_that_stays_sees_a_changed_document_without_being_told(site: SiteFolder) -> None:
    folder = site.folder / "discussion"
    documents = Documents(folder, site.folder / "cache")
    assert documents.discussion("/frenos/") is None
    file = site.discuss(*(message(n) for n in range(501)))
    first = documents.discussion("/frenos/")
    assert first is not None
    assert documents.discussion("/frenos/") is first
    second = file.with_name("index.2.json")
    replace_file(second, second.read_bytes().replace(b"words of 500", b"words of ten"))
    again = documents.discussion("/frenos/")
    assert again is not None
    assert again.messages[-1].html == "<p>words of ten</p>"
    documents.forget()
    assert documents.discussion("/frenos/") is not again
    assert documents.discussion("/../frenos/") is None
    for number in range(KEPT + 9):
        site.discuss(message(number), page=f"/{number}/")
        documents.discussion(f"/{number}/")
    assert len(documents._kept) == KEPT


def test_the_number_of_messages_is_known_of_documents_that_left_the_memory(
    site: SiteFolder,
) -> None:
    documents = Documents(site.folder / "discussion", site.folder / "cache")
    site.discuss(message(1), message(2))
    facts = documents.facts("/frenos/")
    assert facts is not None
    assert (facts.count, facts.empty) == (2, False)
    for number in range(KEPT):
        site.discuss(message(number), page=f"/{number}/")
        documents.discussion(f"/{number}/")
    assert documents.facts("/frenos/") is facts
    site.discuss(message(1))
    changed = documents.facts("/frenos/")
    assert changed is not None
    assert changed.count == 1
    assert documents.facts("/none/") is None


def test_what_is_asked_of_most_pages_is_told_without_reading_documents_again(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = "pictures/abcdef.webp"
    edited = message(2, updated=WHEN + timedelta(hours=1), emojis={"blob": face})
    site.discuss(message(1), edited)
    site.discuss(message(3), page="/withdrawn/")
    first = Documents(site.folder / "discussion", site.folder / "cache")
    told = first.facts("/frenos/")
    assert told is not None
    assert (told.count, told.newest, told.pictures) == (2, WHEN + timedelta(hours=1), {face})
    assert first.facts("/withdrawn/") is not None
    first.keep()
    (site.folder / "discussion" / document_path("/withdrawn/")).unlink()

    monkeypatch.setattr(reading, "parse_discussion", pytest.fail)
    second = Documents(site.folder / "discussion", site.folder / "cache")
    again = second.facts("/frenos/")
    assert again is not None
    assert asdict(again) == asdict(told)
    assert second.facts("/withdrawn/") is None
    second.keep()
    (kept,) = (site.folder / "cache").iterdir()
    assert not re.search("withdrawn|Lucía|words of", kept.read_text())

    monkeypatch.undo()
    site.discuss(message(1, html="<p>other words</p>"), edited)
    changed = Documents(site.folder / "discussion", site.folder / "cache").facts("/frenos/")
    assert changed is not None
    assert (changed.digest, changed.revision) != (told.digest, told.revision)


def test_words_that_were_scrubbed_in_place_are_not_kept_whatever_the_file_says_of_its_age(
    site: SiteFolder,
) -> None:
    file = site.discuss(message(1))
    first = Documents(site.folder / "discussion", site.folder / "cache")
    told = first.facts("/frenos/")
    assert told is not None
    first.keep()
    before = file.stat()
    file.write_bytes(file.read_bytes().replace(b"words of 1", b"********* "))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    for documents in (first, Documents(site.folder / "discussion", site.folder / "cache")):
        now = documents.facts("/frenos/")
        assert now is not None
        assert now.digest != told.digest


def test_each_build_says_which_document_it_cannot_read(site: SiteFolder) -> None:
    site.discuss(message(1)).write_text("{", encoding="utf-8")
    assert "without its discussion" in site.build()
    assert "without its discussion" in site.build()


def test_an_edited_message_has_its_new_words_in_the_next_build(site: SiteFolder) -> None:
    site.discuss(message(1), message(2))
    site.build()
    site.discuss(message(1), message(2, html="<p>better words</p>"))
    site.build()
    assert "better words" in site.html()
    assert "words of 2" not in site.html()


def test_a_date_in_the_future_is_never_when_a_page_was_changed(site: SiteFolder) -> None:
    documents = Documents(site.folder / "discussion", site.folder / "cache")
    site.discuss(message(1), message(2, published=WHEN + timedelta(days=400)))
    view = DiscussionView(
        documents.facts("/frenos/"), lambda: documents.discussion("/frenos/"), pytest.fail
    )
    assert view.changed(WHEN + timedelta(days=1)) == WHEN
    assert view.changed(WHEN - timedelta(days=1)) is None
    assert view.changed(WHEN + timedelta(days=500)) == view.newest


def test_a_text_is_remembered_while_what_it_was_made_of_is_the_same() -> None:
    made: list[str] = []
    remembered = Made(10)

    def text(name: str, of: object, text: str) -> str:
        return remembered.text(name, of, lambda: made.append(text) or text)

    assert text("a", {"x": 1}, "12345") == text("a", {"x": 1}, "other") == "12345"
    assert text("a", {"x": 2}, "67890") == "67890"
    assert text("b", 0, "12345") == "12345"
    assert text("a", {"x": 2}, "other") == "67890"
    assert text("c", 0, "123") == "123"  # now "b" is the one that nobody asked for the longest
    assert text("a", {"x": 2}, "other") == "67890"
    assert text("b", 0, "again") == "again"
    assert text("d", 0, "longer than everything") == "longer than everything"
    assert text("d", 0, "anew") == "anew"
    assert made == ["12345", "67890", "12345", "123", "again", "longer than everything", "anew"]


def test_what_was_made_of_a_message_is_made_anew_when_anything_of_it_is_another(
    site: SiteFolder,
) -> None:
    folder = site.folder / "discussion"
    first, answer = (
        message(1),
        message(2, 1, author=Speaker(name="Eva", picture="pictures/0a.webp")),
    )
    place = Place(
        folder=folder, site=lambda: "", permalink="https://vencejo.example/frenos/", path="frenos/",
        title="Frenos", zone=UTC, texts=Texts("es"), open=True, made=Made(10_000),
    )  # fmt: skip

    def shown(said: Utterance, answered: Utterance, *of: object) -> str:
        view = MessageView(Branch(said), place, {answered.id: answered})
        return view.once("words", *of, caller=lambda: f"{view.author.picture} {view.in_reply_to}")

    moved = replace(first, url="https://social.example/@lucia/moved")
    before = shown(answer, first)
    assert before == f"None {first.url}"
    assert shown(replace(answer), replace(first)) is before
    assert shown(answer, moved) == f"None {moved.url}"
    site.picture("pictures/0a.webp")
    assert shown(answer, moved) == f"/discussion/pictures/0a.webp {moved.url}"
    seen = shown(answer, moved, "open")
    assert shown(answer, moved, "open") is seen
    assert shown(answer, moved, "closed") is not seen
    assert shown(replace(answer, html="<p>edited</p>"), moved, "closed") is not seen


def test_two_builds_are_byte_identical(site: SiteFolder) -> None:
    site.picture("pictures/0a.webp")
    author = Speaker(name="Lucía", picture="pictures/0a.webp")
    site.discuss(
        *(message(n, n // 3 if n else None, author=author) for n in range(501)),
        reactions={"repost": 1, "like": 2},
    )
    site.build("--output", "one")
    site.build("--output", "two")
    one, two = (
        {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file()
        }
        for folder in (site.folder / "one", site.folder / "two")
    )
    assert one == two
    assert "discussion/pictures/0a.webp" in one
