"""Import and archive: what other systems said comes to its article once, and goes out whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from syndication.archives import Archive, ArchiveError, open_archive
from syndication.archives.writing import json_lines
from syndication.archives.writing_wxr import wxr
from syndication.exchange import Discussion
from syndication.model import Ref, Verdict
from syndication.rules import markup
from syndication.steps.answer import answer
from syndication.steps.archiving import records
from syndication.steps.forget import forget_author, forget_message
from syndication.steps.importing import Imported, NoArticles, import_archive, reading_of
from syndication.steps.send import send
from syndication.store import accounts, messages, tables
from tests.golden.test_archives import opened
from tests.steps.town import START, Town
from tests.store.making import everything


def bring(town: Town, path: Path, *, dry_run: bool = False) -> Imported:
    reading = reading_of(town.site, dry_run=dry_run)
    return import_archive(town.site, open_archive(path, reading), dry_run=dry_run)


def golden(town: Town, name: str) -> Archive:
    """A golden file, read for this town."""
    (town.folder / "comments.db").unlink(missing_ok=True)
    path = opened(name, town.folder).path
    return open_archive(path, reading_of(town.site))


def lines(folder: Path, *notes: dict[str, object]) -> Path:
    """An archive of our own, written by hand."""
    usual = {"type": "Note", "context": "/hello/", "published": "2020-02-01T10:00:00Z"}
    whole = [{"type": "tertulia:Archive", "tertulia:version": 1}]
    whole += [
        {**usual, "id": f"old:{n}", "content": f"Words {n}", "tertulia:verdict": "approve", **note}
        for n, note in enumerate(notes, 1)
    ]
    path = folder / "archive.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in whole), encoding="utf-8")
    return path


@pytest.fixture
def hello(town: Town) -> Town:
    """A town with one article."""
    town.read_once(town.post("hello"))
    return town


# --- in --------------------------------------------------------------------------------------


def test_comments_of_a_wordpress_stand_under_their_article(town: Town):
    town.read_once(town.post("zapatas", language="es"))
    done = import_archive(town.site, golden(town, "wordpress.xml"))
    assert dict(done.verdicts) == {"approve": 3, "spam": 1, "reject": 1}
    town.export()
    shown = town.discussion("/zapatas/").messages
    assert [(m.author.name, m.kind, m.reply_to, m.network) for m in shown] == [
        ("Amparo", "comment", None, "site"),
        ("Marta", "comment", "https://taller.example/#comment-34", "site"),
        ("Rueda Libre", "mention", None, "site"),
    ]
    assert shown[0].published.isoformat() == "2019-05-02T10:30:00+00:00"
    assert "mala palabra" not in town.everything_public()
    assert "Buy pads" not in town.everything_public()


def test_comments_of_a_disqus_keep_their_thread_around_what_was_deleted(town: Town):
    town.read_once(town.post("frenos", aliases=("/brakes.html",)))
    done = import_archive(town.site, golden(town, "disqus.xml"))
    assert done.counts["deleted there"] == 1
    town.export()
    shown = town.discussion("/frenos/").messages
    assert [(m.author.name, m.reply_to) for m in shown] == [
        ("Noor", None),
        ("Tom", "disqus:9001"),
    ]
    assert "wish I had not" not in everything(town.site.store)


def test_comments_of_an_isso_are_found_by_their_path(town: Town):
    town.read_once(town.post("rain"))
    done = import_archive(town.site, golden(town, "isso.sql"))
    assert [(o.address, o.entries) for o in done.orphans] == [("/gone/", 1)]
    assert done.counts["without an article"] == 1
    assert town.shown("/rain/") == [
        "I wear a cape.\n\nand boots",
        "Capes catch the wind, honest.",
    ]
    (held,) = [m for m in town.messages() if m.verdict == Verdict.HOLD]
    assert held.ref_id.endswith("#isso-3")


@pytest.mark.parametrize(("language", "name"), [("es", "Anónimo"), ("en", "Anonymous")])
def test_who_gave_no_name_is_anonymous_in_the_language_of_the_page(
    town: Town, language: str, name: str
):
    town.read_once(town.post("rain", language=language))
    import_archive(town.site, golden(town, "isso.sql"))
    town.export()
    assert [m.author.name for m in town.discussion("/rain/").messages] == ["Lena", name]


def test_the_desk_reads_by_which_rule_it_was_decided(hello: Town):
    bring(hello, lines(hello.folder, {}, {"tertulia:verdict": "hold"}))
    with hello.site.store.read() as tx:
        rows = tx.execute(select(tables.decisions)).all()
    assert [(row.verdict, row.by, row.rule) for row in rows] == [
        ("approve", "rules", "import"),
        ("hold", "rules", "import"),
    ]
    assert ("desk", None) in hello.woken
    assert ("export", None) in hello.woken


@pytest.mark.parametrize("name", ["wordpress.xml", "disqus.xml", "isso.sql", "archive.jsonl"])
def test_importing_again_adds_nothing(town: Town, name: str):
    town.read_once(*(town.post(slug) for slug in ("zapatas", "brakes", "rain", "frenos")))
    first = import_archive(town.site, golden(town, name))
    before = everything(town.site.store)
    town.later(days=1)
    again = import_archive(town.site, golden(town, name))
    assert first.new > 0
    assert again.new == 0
    assert again.counts["known before"] == first.new
    assert everything(town.site.store) == before


def test_an_orphan_finds_its_place_when_its_article_claims_the_address(town: Town):
    path = lines(town.folder, {"context": "https://old.example/2012/rust.php"})
    town.read_once(town.post("hello"))
    assert bring(town, path).orphans[0].address == "https://old.example/2012/rust.php"
    town.read_once(town.post("hello"), town.post("oxide", aliases=("/2012/rust.php",)))
    done = bring(town, path)
    assert (done.new, done.orphans) == (1, [])
    assert town.shown("/oxide/") == ["Words 1"]


def test_a_site_without_articles_is_told_what_to_do_first(town: Town):
    with pytest.raises(NoArticles, match="tertulia publish"):
        bring(town, lines(town.folder, {}))


def test_a_dry_run_tells_the_same_and_stores_nothing(hello: Town):
    path = lines(hello.folder, {}, {"content": " "}, {"context": "/nowhere/"}, {"inReplyTo": "x"})
    before = everything(hello.site.store)
    told = bring(hello, path, dry_run=True)
    assert everything(hello.site.store) == before
    assert told == bring(hello, path)
    assert told.new == 2


def test_misplaced_answers_are_told_and_kept(hello: Town):
    path = lines(
        hello.folder,
        {"inReplyTo": "old:2"},
        {"inReplyTo": "old:1"},
        {"inReplyTo": "old:99"},
        {"id": "old:1", "content": "There twice"},
    )
    done = bring(hello, path)
    assert done.misplaced == {
        "old:1": "it answers itself, by way of others",
        "old:3": "what it answers is not in the file",
    }
    assert done.counts["there twice"] == 1
    assert hello.shown() == ["Words 1", "Words 2", "Words 3"]


def test_an_answer_finds_its_place_when_what_it_answers_comes_with_a_later_file(hello: Town):
    bring(hello, lines(hello.folder, {"id": "old:2", "inReplyTo": "old:1"}))
    hello.export()
    assert [m.reply_to for m in hello.discussion().messages] == [None]
    bring(hello, lines(hello.folder, {"id": "old:1"}))
    hello.export()
    assert {m.id: m.reply_to for m in hello.discussion().messages} == {
        "old:1": None,
        "old:2": "old:1",
    }


def test_one_article_under_two_of_its_addresses_is_one_page(town: Town):
    town.read_once(town.post("oxide", aliases=("/2012/rust.php",)))
    path = lines(
        town.folder,
        {"context": "https://old.example/2012/rust.php"},
        {"context": "/oxide/", "inReplyTo": "old:1"},
    )
    assert bring(town, path).misplaced == {}
    assert [m.reply_to for m in town.messages()] == [None, "old:1"]


def test_an_import_that_was_interrupted_is_begun_again(hello: Town, monkeypatch):
    monkeypatch.setattr("syndication.steps.importing.take.BATCH", 2)
    path = lines(hello.folder, {}, {"inReplyTo": "old:1"}, {"inReplyTo": "old:2"})
    broken = path.with_name("broken.jsonl")
    text = path.read_text(encoding="utf-8")
    broken.write_text(text.replace('"content": "Words 3"', '"content": 3'), encoding="utf-8")
    with pytest.raises(ArchiveError, match="line 4: content"):
        bring(hello, broken)
    bring(hello, path)
    assert [m.reply_to for m in hello.messages()] == [None, "old:1", "old:2"]


def test_no_address_of_a_commenter_is_stored(town: Town):
    town.read_once(*(town.post(slug) for slug in ("zapatas", "brakes", "rain", "frenos")))
    for name in ("wordpress.xml", "disqus.xml", "isso.sql", "archive.jsonl"):
        import_archive(town.site, golden(town, name))
    kept = everything(town.site.store).lower()
    assert "amparo" in kept
    assert [a for a in ("amparo@", "tom@", "lena@", "nuria@", "203.0.") if a in kept] == []


def test_one_address_is_one_person_and_no_address_is_nobody_else(town: Town):
    town.read_once(town.post("rain"), town.post("gone"))
    import_archive(town.site, golden(town, "isso.sql"))
    by_id = {m.ref_id.rpartition("-")[2]: m.author_id for m in town.messages()}
    assert by_id["1"] == by_id["5"]
    assert len(set(by_id.values())) == 3


def test_another_site_gives_other_pseudonyms(tmp_path: Path, town: Town):
    (tmp_path / "other").mkdir()
    other = Town(tmp_path / "other")
    one, two = (reading_of(t.site).pseudonym("mailto:ana@mail.example") for t in (town, other))
    other.site.store.close()
    assert one != two
    assert one == reading_of(town.site).pseudonym("mailto:ana@mail.example")


def test_what_was_erased_does_not_return(hello: Town):
    path = lines(hello.folder, {}, {"attributedTo": {"id": "old:ana", "name": "Ana"}}, {})
    bring(hello, path)
    first, second, _ = hello.messages()
    forget_message(hello.site, first.id, by="ines")
    forget_author(hello.site, second.author_id, by="ines")
    again = bring(hello, path)
    assert again.counts["erased here before"] == 2
    assert hello.shown() == ["Words 3"]


def test_a_known_face_is_not_overwritten_by_an_older_one(town: Town):
    ref = town.speak()
    reply = town.person("ana", name="Ana now").say("@brand Hi", reply_to=ref)
    town.decide_when_collected(reply)
    author = town.server.statuses[reply.id].message.author
    path = lines(
        town.folder,
        {
            "attributedTo": {"id": author.ref.id, "name": "Ana then"},
            "tertulia:space": reply.space,
            "tertulia:network": "memory",
        },
    )
    bring(town, path)
    town.export()
    assert {m.author.name for m in town.discussion().messages} == {"Ana now"}


# --- out, and in again -----------------------------------------------------------------------


def archived(town: Town, format_: str = "json") -> Path:
    """Everything of a town in a file."""
    path = town.folder / f"out.{format_}"
    with town.site.store.read() as tx:
        found = records(town.site, tx)
        made = (
            json_lines(found, site=town.site.url, made=town.now)
            if format_ == "json"
            else wxr(found, site=town.site.url, name="Brand & co", made=town.now)
        )
        path.write_bytes(b"".join(made))
    return path


@pytest.fixture
def lively(town: Town) -> Town:
    """A town with a conversation: replies, an answer of ours, an edit, and words nobody sees."""
    town.read_once()
    (copy,) = town.out(town.post("hello", published=START + timedelta(minutes=-5)))
    ana = town.person("ana", name="Ana <b>", picture="https://memory.example/ana.png")
    first = ana.say("@brand Óxido & <aceite>\n\n«sí»", reply_to=copy.ref)
    town.decide_when_collected(first)
    answer(town.site, town.stored(first).id, "Gracias, Ana", by="ines")
    send(town.site)
    bring(town, lines(town.folder, {"content": "<p>From 2020</p>"}, {"inReplyTo": "old:1"}))
    second = ana.say("@brand Rejected words", reply_to=first)
    town.decide_when_collected(second, Verdict.REJECT)
    ana.say("@brand A secret", reply_to=first, visibility="direct")
    erased = ana.say("@brand Erased words", reply_to=first)
    town.collect()
    forget_message(town.site, town.stored(erased).id, by="ines")
    town.export()
    return town


@pytest.fixture
def elsewhere(tmp_path: Path, lively: Town) -> Iterator[Town]:
    """The same site with an empty store, its account connected."""
    (tmp_path / "elsewhere").mkdir()
    other = Town(tmp_path / "elsewhere")
    other.server = lively.server
    other.now = lively.now
    other.read_once(other.post("hello", published=START + timedelta(minutes=-5)))
    with other.site.store.write() as tx:
        accounts.verified(tx, "brand", other.connect("brand").profile(), now=other.now)
    yield other
    other.site.store.close()


def test_an_archive_brings_the_same_conversation_into_an_empty_store(lively: Town, elsewhere: Town):
    bring(elsewhere, archived(lively))
    elsewhere.export()
    before, after = lively.discussion(), elsewhere.discussion()
    assert [markup.plain(m.html) for m in before.messages] == [
        "From 2020",
        "Words 2",
        "@brand Óxido & <aceite>\n\n«sí»",
        "Gracias, Ana",
    ]
    assert after.messages == before.messages


def test_an_archive_that_is_archived_again_is_the_same(lively: Town, elsewhere: Town):
    path = archived(lively)
    bring(elsewhere, path)
    elsewhere.now = lively.now
    assert archived(elsewhere).read_text().splitlines() == path.read_text().splitlines()


def test_wxr_brings_the_same_words_threads_and_dates(lively: Town, elsewhere: Town):
    bring(elsewhere, archived(lively, "wxr"))
    elsewhere.export()
    assert said_in(elsewhere.discussion()) == said_in(lively.discussion())


def said_in(discussion: Discussion) -> list[tuple[object, ...]]:
    """What WordPress has a word for."""
    return [
        (m.id, m.author.name, m.html, m.published.replace(microsecond=0), m.reply_to, m.kind)
        for m in discussion.messages
    ]


@pytest.mark.parametrize("format_", ["json", "wxr"])
def test_an_archive_adds_nothing_where_it_was_made(lively: Town, format_: str):
    before = everything(lively.site.store)
    done = bring(lively, archived(lively, format_))
    assert done.new == 0
    assert everything(lively.site.store) == before


@pytest.mark.parametrize("format_", ["json", "wxr"])
def test_an_archive_has_no_private_and_no_erased_words(lively: Town, format_: str):
    text = archived(lively, format_).read_text(encoding="utf-8")
    assert "Rejected words" in text
    assert "secret" not in text
    assert "Erased" not in text


def test_answers_to_what_is_gone_keep_their_place(lively: Town, elsewhere: Town):
    found = {m.ref_id: m for m in lively.messages()}
    bring(lively, lines(lively.folder, *({"id": f"x:{n}", "inReplyTo": "old:2"} for n in (1, 2))))
    forget_message(lively.site, found["old:2"].id, by="ines")
    lively.export()
    done = bring(elsewhere, archived(lively))
    elsewhere.export()
    assert done.misplaced == {}
    assert {m.reply_to for m in elsewhere.discussion().messages if m.id.startswith("x")} == {
        "old:1"
    }
    assert elsewhere.discussion().messages == lively.discussion().messages


def test_what_was_erased_before_an_archive_is_not_wanted_after_it(lively: Town, elsewhere: Town):
    bring(elsewhere, archived(lively))
    town = elsewhere
    assert any("Erased words" in s.message.words.text for s in town.server.statuses.values())
    town.later(minutes=5)
    town.collect()
    assert "Erased words" not in everything(town.site.store)


def test_what_came_from_a_network_is_still_looked_after(lively: Town, elsewhere: Town):
    bring(elsewhere, archived(lively))
    (ana,) = [m for m in elsewhere.messages() if m.shown and m.network == "memory"][:1]
    with elsewhere.site.store.read() as tx:
        seen = messages.seen_by(tx, ana.id)
        local = messages.ref_for(tx, ana, "brand").local
    assert ("brand", "import") in seen
    assert local == lively.server.statuses[ana.ref_id].message.ref.local
    elsewhere.person("ana").delete(Ref(space=ana.space, id=ana.ref_id))
    elsewhere.reverify(days=2)
    assert "aceite" not in "".join(elsewhere.shown())


@pytest.mark.parametrize("name", ["wordpress.xml", "disqus.xml", "isso.sql", "archive.jsonl"])
def test_postgresql_is_told_the_same(tmp_path: Path, postgresql: str, name: str):
    (tmp_path / "sqlite").mkdir()
    towns = [Town(tmp_path / "sqlite"), Town(tmp_path, url=postgresql)]
    told = []
    for town in towns:
        town.read_once(*(town.post(slug) for slug in ("zapatas", "brakes", "rain", "frenos")))
        done = [import_archive(town.site, golden(town, name)) for _ in range(2)]
        town.export()
        told.append((done, town.everything_public()))
        town.site.store.close()
    assert told[0] == told[1]
    assert told[0][0][1].new == 0
