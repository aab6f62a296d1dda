"""Archives: hostile and broken files, which article is meant, who answers whom."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.archives import (
    Archive,
    ArchiveError,
    Deleted,
    Entry,
    Page,
    Reading,
    open_archive,
    wording,
)
from syndication.archives.matching import Articles
from syndication.archives.mending import Mended
from syndication.archives.threading import ELSEWHERE, MISSING, RING, Threads
from syndication.model import Verdict

HEAD = (
    '<?xml version="1.0" encoding="{encoding}"?>\n'
    '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
    "<wp:base_site_url>https://old.example</wp:base_site_url>"
    "<item><title>Óxido</title><link>https://old.example/oxido/</link>"
)
COMMENT = (
    "<wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author>Ana</wp:comment_author>"
    "<wp:comment_date_gmt>2019-05-02 10:30:00</wp:comment_date_gmt>"
    "<wp:comment_content>{words}</wp:comment_content>"
    "<wp:comment_approved>1</wp:comment_approved></wp:comment>"
)
TAIL = "</item></channel></rss>"


def wxr(words: str = "Óxido", *, encoding: str = "UTF-8") -> str:
    return HEAD.format(encoding=encoding) + COMMENT.format(id=1, words=words) + TAIL


def archive(folder: Path, data: bytes | str, format_: str = "") -> Archive:
    path = folder / "file"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    reading = Reading(home="https://brand.example", pseudonym=lambda known_by: "somebody")
    return open_archive(path, reading, format_)


def entry_of(found: Archive) -> Entry:
    (only,) = [record for record in found.records() if isinstance(record, Entry)]
    return only


# --- broken and hostile files ----------------------------------------------------------------


def test_a_file_says_what_it_is_by_its_beginning(tmp_path: Path):
    assert archive(tmp_path, "\ufeff" + wxr()).format == "wxr"
    assert archive(tmp_path, '<?xml version="1.0"?>\n<disqus xmlns="http://d.example">').format == (
        "disqus"
    )
    assert archive(tmp_path, wxr(encoding="UTF-16").encode("utf-16")).format == "wxr"
    with pytest.raises(ArchiveError, match="name one with --format"):
        archive(tmp_path, "comment,author\n")


ENTITIES = [
    '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><rss>&b;</rss>',
    '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>',
    '<!DOCTYPE rss SYSTEM "https://evil.example/rss.dtd"><rss/>',
    '<!DOCTYPE rss [<!ENTITY % p SYSTEM "https://evil.example/x">%p;]><rss/>',
]


@pytest.mark.parametrize("xml", ENTITIES)
@pytest.mark.parametrize("format_", ["wxr", "disqus"])
def test_document_types_and_entities_are_not_read(xml: str, format_: str, tmp_path: Path):
    with pytest.raises(ArchiveError, match="document type or entities"):
        list(archive(tmp_path, xml, format_).records())


def test_a_packed_file_is_read_as_it_is(tmp_path: Path):
    packed = gzip.compress(wxr().encode())
    assert entry_of(archive(tmp_path, packed)).message().words.text == "Óxido"
    with pytest.raises(ArchiveError, match="is not whole; get it once more"):
        list(archive(tmp_path, packed[:-20], "wxr").records())


def test_elements_without_end_are_refused(tmp_path: Path):
    deep = "<rss>" + "<a>" * 100_000
    with pytest.raises(ArchiveError, match="more than 50 deep"):
        list(archive(tmp_path, deep, "wxr").records())


def test_a_cut_file_is_named_with_its_place(tmp_path: Path):
    with pytest.raises(ArchiveError, match=r"file: line 2, column \d+: this is no whole XML"):
        list(archive(tmp_path, wxr()[:-30]).records())


@pytest.mark.parametrize(
    ("declared", "written"),
    [("UTF-8", "utf-8"), ("UTF-8", "cp1252"), ("ISO-8859-1", "latin-1"), ("UTF-16", "utf-16")],
)
def test_words_are_read_whatever_the_encoding_is(declared: str, written: str, tmp_path: Path):
    found = archive(tmp_path, wxr("¡Óxido «rojo»!", encoding=declared).encode(written))
    assert entry_of(found).message().words.text == "¡Óxido «rojo»!"
    assert bool(found.reading.counts["mended"]) == (written == "cp1252")


def test_an_encoding_that_nobody_knows_is_said(tmp_path: Path):
    with pytest.raises(ArchiveError, match="encoding"):
        list(archive(tmp_path, wxr(encoding="EBCDIC-KLINGON")).records())


def test_control_characters_are_left_out_and_counted(tmp_path: Path):
    found = archive(tmp_path, wxr("rust\x0b and\x00 oil"))
    assert entry_of(found).message().words.text == "rust and oil"
    assert found.reading.counts["mended"] == 2


@given(st.text(), st.integers(1, 9))
def test_what_is_utf8_passes_as_it_is(text: str, size: int):
    clean = "".join(c for c in text if c >= " " and c not in "\ufffe\uffff")
    counts: Counter[str] = Counter()
    file = Mended(io.BytesIO(clean.encode()), counts)
    assert b"".join(iter(lambda: file.read(size), b"")).decode() == clean
    assert not counts


@given(st.binary(max_size=300))
def test_whatever_bytes_come_the_parser_is_given_utf8(data: bytes):
    file = Mended(io.BytesIO(data), Counter())
    read = b"".join(iter(lambda: file.read(7), b""))
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        read.decode()


def test_a_comment_without_number_or_date_is_named(tmp_path: Path):
    with pytest.raises(ArchiveError, match=r"item 1: a comment has no wp:comment_id"):
        list(archive(tmp_path, wxr().replace("comment_id", "comment_no")).records())
    with pytest.raises(ArchiveError, match="comment 1: has no date"):
        list(archive(tmp_path, wxr().replace("2019-05", "May")).records())


def test_a_database_of_something_else_is_no_isso(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "file")) as database:
        database.execute("CREATE TABLE notes (id)")
    reading = Reading(home="https://brand.example", pseudonym=str)
    with pytest.raises(ArchiveError, match="no database of Isso"):
        list(open_archive(tmp_path / "file", reading).records())


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2.*is not whole JSON"),
        ('{"type": "Dance"}', "line 2: type: must be Article or Page"),
        ('{"type": "Note"}', "line 2: published: is missing"),
        (
            '{"type": "Note", "id": "a", "context": "/a/", "published": "2020-01-01"}',
            "line 2: published: is a date without a time zone",
        ),
        (
            '{"type": "Note", "id": "a", "context": "/a/", "published": "2020-01-01T00:00:00Z",'
            ' "tertulia:verdict": "adore"}',
            "line 2: tertulia:verdict: must be",
        ),
        ('{"type": "Note", "x": ' + "[" * 100_000 + "}", "nested too deeply"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, complaint: str, tmp_path: Path):
    head = '{"type": "tertulia:Archive", "tertulia:version": 1}\n'
    with pytest.raises(ArchiveError, match=complaint):
        list(archive(tmp_path, head + line + "\n").records())


def test_an_archive_of_another_release_is_not_read(tmp_path: Path):
    with pytest.raises(ArchiveError, match="bring both halves to one release"):
        list(archive(tmp_path, '{"type": "tertulia:Archive", "tertulia:version": 9}').records())


def test_a_private_message_in_an_archive_is_refused(tmp_path: Path):
    found = archive(
        tmp_path,
        '{"type": "tertulia:Archive", "tertulia:version": 1}\n'
        '{"type": "Note", "id": "a", "context": "/a/", "published": "2020-01-01T00:00:00Z",'
        ' "content": "psst", "tertulia:visibility": "direct"}',
    )
    with pytest.raises(Exception, match=r"tertulia:visibility: must be"):
        entry_of(found).message()


def test_a_large_file_is_not_held(tmp_path: Path):
    words = "Una zapata gastada chilla. " * 40
    path = tmp_path / "large.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD.format(encoding="UTF-8"))
        for number in range(5000):
            file.write(COMMENT.format(id=number + 1, words=words))
        file.write(TAIL)
    reading = Reading(home="https://brand.example", pseudonym=str)
    tracemalloc.start()
    count = sum(isinstance(r, Entry) for r in open_archive(path, reading).records())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 5000
    assert path.stat().st_size > 5_000_000
    assert peak < 1_500_000


# --- words -----------------------------------------------------------------------------------


def test_lines_of_wordpress_are_lines():
    words = wording.from_lines("One\r\ntwo\n\n\nthree <em>four</em> & five")
    assert words.html == "<p>One<br>two</p><p>three <em>four</em> &amp; five</p>"
    assert wording.from_lines("<p>As\nit is</p>").html == "<p>As it is</p>"


def test_plain_text_has_no_markup():
    assert wording.from_text("1 < 2 <b>really</b>").text == "1 < 2 <b>really</b>"


@pytest.mark.parametrize("read", [wording.from_markdown, wording.from_lines, wording.from_html])
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>Hi",
        '<img src=x onerror="alert(1)">Hi',
        '<a href="javascript:alert(1)">Hi</a>',
        "<iframe src='https://evil.example'></iframe>Hi",
        '<p style="position:fixed" onclick="x()">Hi</p>',
    ],
)
def test_hostile_words_become_harmless(read, hostile: str):
    said = read(hostile)
    assert said.text == "Hi"
    assert not any(sign in said.html for sign in ("alert", "evil", "on", "style", "javascript"))


def test_a_detour_that_leads_nowhere_good_is_left():
    detour = "https://disq.us/url?url=javascript%3Aalert(1)%3Akey"
    assert wording.straight(detour) == detour


# --- which article ---------------------------------------------------------------------------

PATHS = {
    "/": 1,
    "/blog/zapatas/": 2,
    "/2019/05/frenos.html": 2,
    "/blog/lluvia/": 3,
    "/blog/año-nuevo/": 4,
    "/es/hola/": 5,
    "/en/hola/": 6,
}


@pytest.mark.parametrize(
    ("page", "post"),
    [
        (Page(key="", urls=("https://brand.example/blog/zapatas/",)), 2),
        (Page(key="", urls=("http://www.old.example/blog/zapatas?utm_source=x#c",)), 2),
        (Page(key="", urls=("/blog/zapatas/index.html",)), 2),
        (Page(key="", urls=("http://old.example/2019/05/Frenos",)), 2),
        (Page(key="", urls=("/blog/a%C3%B1o-nuevo",)), 4),
        (Page(key="", urls=("https://old.example/",)), 1),
        (Page(key="", urls=("https://old.example/?p=12",)), None),
        (Page(key="", urls=("https://old.example/?p=12", "/blog/lluvia/")), 3),
        (Page(key="", urls=("https://old.example/?p=12",), slug="lluvia"), 3),
        (Page(key="", urls=("https://old.example/2020/01/lluvia.php",)), 3),
        (Page(key="", urls=("https://old.example/hola/",)), None),
        (Page(key="", urls=("https://[broken/",), slug="frenos"), 2),
        (Page(key="", urls=(), title="Zapatas"), None),
    ],
)
def test_a_page_is_matched_by_address_alias_and_short_name(page: Page, post: int | None):
    assert Articles(PATHS, "https://brand.example").find(page) == post


def test_a_site_below_a_folder_is_matched_with_and_without_it():
    articles = Articles({"/shop/blog/rain/": 1}, "https://brand.example/shop")
    assert articles.find(Page(key="", urls=("/blog/rain/",))) == 1
    assert articles.find(Page(key="", urls=("/shop/blog/rain/",))) == 1


# --- who answers whom ------------------------------------------------------------------------


def said(id_: str, parent: str | None = None, page: str = "p") -> Entry:
    return Entry(
        id=id_,
        page=page,
        parent=parent,
        written=datetime(2019, 5, 2, tzinfo=UTC),
        verdict=Verdict.APPROVE,
        message=lambda: pytest.fail("threads ask nobody for words"),
    )


def threads(*records: Entry | Deleted) -> Threads:
    made = Threads()
    for record in records:
        made.add(record)
    return made


def test_answers_keep_their_places_whatever_the_order():
    parents, wrong = threads(said("c", "b"), said("b", "a"), said("a")).settle()
    assert parents == {"c": "b", "b": "a"}
    assert wrong == {}


def test_an_answer_to_what_is_missing_is_told_and_waits_for_it():
    parents, wrong = threads(said("b", "a"), said("c", "b")).settle()
    assert parents == {"b": "a", "c": "b"}
    assert wrong == {"b": MISSING}


def test_an_answer_to_what_we_know_already_is_in_place():
    assert threads(said("b", "a")).settle(known=["a"]) == ({"b": "a"}, {})


def test_an_answer_across_pages_is_told():
    assert threads(said("a"), said("b", "a", page="q")).settle() == ({}, {"b": ELSEWHERE})


def test_a_ring_is_opened_at_its_first_entry():
    parents, wrong = threads(
        said("x", "b"), said("a", "c"), said("b", "a"), said("c", "b")
    ).settle()
    assert parents == {"x": "b", "b": "a", "c": "b"}
    assert wrong == {"a": RING}


def test_what_answers_itself_begins():
    assert threads(said("a", "a")).settle() == ({}, {"a": RING})


def test_what_answers_something_deleted_hangs_on_what_is_above():
    parents, wrong = threads(
        said("a"),
        Deleted(id="b", page="p", parent="a"),
        Deleted(id="c", page="p", parent="b"),
        said("d", "c"),
        said("e", "c"),
        Deleted(id="f", page="p"),
        said("g", "f"),
    ).settle()
    assert parents == {"d": "a", "e": "a"}
    assert wrong == {}


def test_a_ring_of_deleted_ones_ends():
    parents, _ = threads(
        Deleted(id="a", page="p", parent="b"), Deleted(id="b", page="p", parent="a"), said("c", "b")
    ).settle()
    assert parents == {}


def test_the_first_entry_of_an_id_counts():
    made = Threads()
    assert made.add(said("a"))
    assert not made.add(said("a", "b"))


@st.composite
def skeletons(draw: st.DrawFn) -> list[Entry | Deleted]:
    names = [str(n) for n in range(draw(st.integers(1, 12)))]
    found: list[Entry | Deleted] = []
    for name in names:
        parent = draw(st.none() | st.sampled_from([*names, "missing"]))
        page = draw(st.sampled_from("pq"))
        if draw(st.booleans()):
            found.append(said(name, parent, page))
        else:
            found.append(Deleted(id=name, page=page, parent=parent))
    return found


@given(skeletons())
def test_settled_threads_are_trees_of_entries_on_one_page(records: list[Entry | Deleted]):
    parents, wrong = threads(*records).settle()
    entries = {record.id: record for record in records if isinstance(record, Entry)}
    assert parents.keys() | wrong.keys() <= entries.keys()
    waiting = {id_ for id_, why in wrong.items() if why == MISSING}
    assert parents.keys() & wrong.keys() == waiting
    assert {parents[id_] for id_ in waiting} <= {"missing"}
    for id_ in parents.keys() - waiting:
        assert entries[parents[id_]].page == entries[id_].page
        assert id_ not in above(id_, parents)


def above(id_: str, parents: dict[str, str]) -> Iterator[str]:
    """Everything over an entry; ends, for no way up is longer than there are entries."""
    at = parents.get(id_)
    for _ in range(len(parents) + 1):
        if at is None:
            return
        yield at
        at = parents.get(at)
    pytest.fail("a ring is left")
