"""Short untitled notes: on the demonstration site, and on small sites of other make."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.short_notes.naming import LONGEST_TITLE, slug_of, title_of

from syndication.exchange import parse_outbox
from syndication.rules.compose import DEFAULT_LIMITS, compose
from tests.servers.pelican import minimal_site, pelican

SITE = "https://vencejo.example"
SETTINGS = (
    'PLUGINS = ["pelican.plugins.short_notes"]\nARTICLE_URL = ARTICLE_SAVE_AS = "{slug}.html"\n'
)
PLACES = """
NOTE_URL = "notes/{slug}/"
NOTE_SAVE_AS = "notes/{slug}/index.html"
NOTES_URL = "notes/"
NOTES_SAVE_AS = "notes/index.html"
"""


@pytest.fixture(scope="module")
def output(whole_site: Path) -> Path:
    return whole_site


def page(output: Path, path: str) -> BeautifulSoup:
    return BeautifulSoup((output / path / "index.html").read_text(encoding="utf-8"), "html.parser")


def site_of_notes(folder: Path, settings: str = "", *notes: str) -> Path:
    minimal_site(folder, SETTINGS + settings, articles=1)
    for number, text in enumerate(notes):
        (folder / "content" / f"note-{number}.md").write_text(text, encoding="utf-8")
    return folder


def built(folder: Path) -> str:
    done = pelican(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return re.sub(r"\s+", " ", done.stdout + done.stderr)


def test_a_note_is_an_entry_without_a_name(output: Path) -> None:
    note = page(output, "notes/2026-11-05-1015")
    entry = note.select_one("main > article.h-entry")
    assert entry is not None
    assert not entry.select(".p-name:not(.p-author .p-name)")
    assert "ice cream" in entry.select_one(".e-content").get_text()
    assert entry.select_one("time.dt-published")["datetime"].startswith("2026-11-05T10:15:00")
    assert entry.select_one(".entry__meta a.u-url")["href"] == f"{SITE}/notes/2026-11-05-1015/"
    assert [h.get_text() for h in note.select("h1")] == ["Note · 5 November 2026"]
    assert note.title.get_text().startswith("Question of the week, from a six-year-old")


def test_notes_stand_among_the_articles_and_have_a_list_of_their_own(output: Path) -> None:
    stream = page(output, "").select(".cards > *")
    assert {"note", "card"} <= {name for each in stream for name in each["class"]}
    for path, count in (("notes", 3), ("es/notas", 3)):
        listed = page(output, path).select(".h-feed .h-entry")
        assert len(listed) == count
        assert all("note" in each["class"] for each in listed)
        assert not page(output, path).select(".h-feed .p-name:not(.p-author .p-name)")
    link = page(output, "es").select_one('.menu a[href$="/es/notas/"]')
    assert link.get_text() == "Notas"


def test_the_largest_place_is_an_article_s(output: Path) -> None:
    for path in ("", "es"):
        assert page(output, path).select_one(".card--lead .card__title") is not None


def test_the_list_and_the_notes_lead_to_their_translations(output: Path) -> None:
    def other(path: str) -> str:
        return page(output, path).select_one(".languages a")["href"].removeprefix(SITE)

    assert other("notes") == "/es/notas/"
    assert other("es/notas") == "/notes/"
    assert other("notes/2026-11-17-0840") == "/es/notas/2026-11-17-0840/"
    assert other("es/notas/2026-10-29-1905") == "/", "it was said in Spanish alone"


def test_a_note_s_archive_line_is_no_name(output: Path) -> None:
    line = page(output, "archive").select_one('a[href$="/notes/2026-11-05-1015/"]')
    assert "p-name" not in line["class"]


def test_a_copy_of_a_note_says_all_of_it_and_nothing_twice(output: Path) -> None:
    outbox = parse_outbox((output / "outbox.json").read_bytes())
    (note,) = (post for post in outbox.posts if post.url.endswith("/2026-11-05-1015/"))
    (draft,) = compose(note, "mastodon", DEFAULT_LIMITS["mastodon"])
    assert draft.text.startswith("Question of the week, from a six-year-old at the counter: “If a")
    assert "the good ones do.\n\nhttps://vencejo.example/notes/" in draft.text
    assert draft.text.count("Question of the week") == 1


def test_any_theme_can_show_notes(tmp_path: Path) -> None:
    built(site_of_notes(tmp_path, "", "Date: 2026-10-05 09:30\nKind: note\n\nOnly *words*.\n"))
    html = (tmp_path / "output" / "2026-10-05-0930.html").read_text(encoding="utf-8")
    assert "Only <em>words</em>." in html
    assert re.search(r"<title>[^<]*Only words\.", html)
    assert "2026-10-05-0930.html" in (tmp_path / "output" / "index.html").read_text("utf-8")
    assert not (tmp_path / "output" / "notes").exists(), "the theme has no list of notes"


def test_a_site_of_one_language_has_one_list_in_pages(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir(parents=True)
    (tmp_path / "templates" / "notes.html").write_text(
        "{% for each in articles_page.object_list %}[{{ each.slug }}]{% endfor %}"
    )
    notes = [f"Date: 2026-10-0{day} 09:30\nKind: note\n\nDay {day}.\n" for day in range(1, 4)]
    settings = PLACES + (
        'THEME_TEMPLATES_OVERRIDES = ["templates"]\n'
        'PAGINATED_TEMPLATES = {"index": 9, "category": 9, "author": 9, "tag": 9, "notes": 2}\n'
        'PAGINATION_PATTERNS = [(1, "{url}", "{save_as}"),'
        ' (2, "{base_name}/{number}/", "{base_name}/{number}/index.html")]\n'
    )
    built(site_of_notes(tmp_path, settings, *notes))
    folder = tmp_path / "output" / "notes"
    assert (folder / "index.html").read_text() == "[2026-10-03-0930][2026-10-02-0930]"
    assert (folder / "2" / "index.html").read_text() == "[2026-10-01-0930]"
    assert (folder / "2026-10-01-0930" / "index.html").is_file()


def test_a_draft_of_a_note_stays_among_the_drafts(tmp_path: Path) -> None:
    draft = "Date: 2026-10-05 09:30\nKind: note\nStatus: draft\n\nNot yet.\n"
    built(site_of_notes(tmp_path, PLACES, draft))
    assert not (tmp_path / "output" / "notes").exists()
    assert [p.name for p in (tmp_path / "output" / "drafts").iterdir()] == ["2026-10-05-0930.html"]


@pytest.mark.parametrize(
    ("kind", "hint"), [("nots", "is note meant?"), ("poem", "known are article, note")]
)
def test_a_kind_that_nobody_knows_is_named_with_its_line(
    tmp_path: Path, kind: str, hint: str
) -> None:
    note = f"Title: T\nDate: 2026-10-05\nKind: {kind}\n\nO.\n"
    said = built(site_of_notes(tmp_path, "", note))
    assert f"content/note-0.md:3: Kind: '{kind}' is not known; {hint}" in said


def test_a_note_may_have_a_title_and_a_slug_of_its_own(tmp_path: Path) -> None:
    note = "Title: Named\nSlug: own\nDate: 2026-10-05\nKind: Note\n\nWords.\n"
    built(site_of_notes(tmp_path, PLACES, note))
    html = (tmp_path / "output" / "notes" / "own" / "index.html").read_text(encoding="utf-8")
    assert re.search(r"<title>[^<]*Named", html)


def test_a_note_without_words_goes_by_its_day(tmp_path: Path) -> None:
    built(site_of_notes(tmp_path, "", "Date: 2026-10-05 09:30\nKind: note\n\n"))
    html = (tmp_path / "output" / "2026-10-05-0930.html").read_text(encoding="utf-8")
    assert re.search(r"<title>[^<]*2026-10-05-0930", html)


def test_a_slug_is_the_minute() -> None:
    assert slug_of(datetime(2026, 1, 2, 3, 4, 5)) == "2026-01-02-0304"  # noqa: DTZ001


def test_a_title_is_cut_between_words_and_escaped() -> None:
    assert title_of("<p>Tom &amp; <b>Jerry</b></p>") == "Tom &amp; Jerry"
    assert title_of("<p>" + "word, " * 30 + "</p>").endswith("word…")
    assert title_of("<p>" + "x" * 200 + "</p>") == "x" * LONGEST_TITLE + "…"


@given(st.text(max_size=300))
def test_no_words_make_a_title_that_breaks_a_page(words: str) -> None:
    title = title_of(words)
    assert not set("<>\"'") & set(title)
    assert len(BeautifulSoup(f"<p>{title}</p>", "html.parser").get_text()) <= LONGEST_TITLE + 1
