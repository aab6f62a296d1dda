"""Everything that a site has goes out in one file, and comes back into an empty installation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import func, select

from syndication.model import CopyState, Ref, Verdict
from syndication.steps.answer import answer
from syndication.steps.decide import undo
from syndication.steps.forget import forget_author, forget_message
from syndication.steps.publish import publish
from syndication.steps.reverify import reverify
from syndication.steps.send import send
from syndication.store import accounts, arrivals, comments, messages, persons, tables, watches
from tests.steps.test_importing import archived, bring
from tests.steps.town import START, Town
from tests.store.making import everything
from tests.test_docs_import import SCHEMA

HELLO = {"published": START + timedelta(minutes=-5)}


@pytest.fixture
def whole(town: Town) -> Town:
    """A town that has something of everything."""
    town.read_once()
    (copy,) = town.out(town.post("hello", **HELLO))
    assert copy.ref is not None
    ana = town.person("ana", name="Ana <b>", picture="https://memory.example/ana.png")
    first = ana.say("@brand Óxido & <aceite>", reply_to=copy.ref)
    town.decide_when_collected(first)
    answer(town.site, town.stored(first).id, "Gracias, Ana", by="ines")
    send(town.site)
    town.later(minutes=1)
    ana.edit(first, "@brand Óxido y aceite, corregido")
    town.collect()
    eve = town.person("eve")
    spam = eve.say("@brand Buy rust", reply_to=copy.ref)
    town.decide_when_collected(spam, Verdict.SPAM)
    undo(town.site, town.stored(spam).id, by="ines")
    erased = ana.say("@brand Erased words", reply_to=first)
    town.decide_when_collected(erased)
    forget_message(town.site, town.stored(erased).id, by="ines")
    mallory = town.person("mallory").say("@brand Mallory objects", reply_to=copy.ref)
    town.collect()
    forget_author(town.site, town.stored(mallory).id, by="ines")
    ana.say("@brand A secret", reply_to=first, visibility="direct")
    town.person("ben").say("@brand Under no page")
    town.person("ana").like(copy.ref)
    town.person("eve").like(copy.ref)
    town.later(hours=1)
    town.collect()
    reverify(town.site, "brand")
    _known_by_rows(town, town.stored(first).id)
    town.export()
    return town


def _known_by_rows(town: Town, message_id: int) -> None:
    """What other rooms would have stored: a watch, a person, a reaction, a consent."""
    with town.site.store.write() as tx:
        watches.add(tx, kind="words", query="vencejo", language="es", now=town.now)
        one, other = sorted(tx.execute(select(tables.authors.c.id)).scalars())[:2]
        persons.put(tx, one, other, "same", now=town.now, evidence="hand", by="ines")
        source = "https://noor.example/likes/1"
        hint = Ref(space="webmention", id=source, url=source, local="https://brand.example/hello/")
        arrivals.keep(tx, "web", hint, host="noor.example", now=town.now)
        row = {"kind": "bookmark", "who": "https://noor.example/", "post_id": 1}
        tx.execute(tables.arrivals.update().values(**row))
        facts: dict[str, Any] = {"language": "es", "consent": "0123", "mail": ""}
        comments.add(tx, message_id, token="t", source="", now=town.now, **facts)
        messages.called(tx, message_id, ["https://ana.example/oxido"])


@pytest.fixture
def elsewhere(tmp_path: Path, whole: Town) -> Iterator[Town]:
    """The same site with an empty store, its account connected."""
    other = empty(tmp_path / "elsewhere", whole)
    yield other
    other.site.store.close()


def empty(folder: Path, whole: Town, url: str = "") -> Town:
    """The site of `whole` in another folder, of which only its articles are known."""
    folder.mkdir()
    other = Town(folder, url=url)
    other.server, other.now = whole.server, whole.now
    other.read_once(other.post("hello", **HELLO))
    with other.site.store.write() as tx:
        accounts.verified(tx, "brand", other.connect("brand").profile(), now=other.now)
    return other


def rows(town: Town, table: Any, *left_out: str) -> list[tuple[object, ...]]:
    """The rows of a table without what is this store's own."""
    columns = [c for c in table.c if c.name not in {"id", "message_id", *left_out}]
    with town.site.store.read() as tx:
        return sorted((tuple(row) for row in tx.execute(select(*columns))), key=repr)


def records_of(path: Path, kind: str) -> list[dict[str, Any]]:
    found = map(json.loads, path.read_text("utf-8").splitlines())
    return [record for record in found if record["type"] == kind]


def test_the_page_is_the_same_byte_for_byte(whole: Town, elsewhere: Town):
    done = bring(elsewhere, archived(whole))
    elsewhere.export()
    assert elsewhere.file().read_bytes() == whole.file().read_bytes()
    shown = elsewhere.discussion()
    assert shown.reactions == {"like": 2, "bookmark": 1}
    assert [copy.url for copy in shown.copies] == [whole.copies()[0].ref.url]  # type: ignore[union-attr]
    assert done.facts == {"copies": 1, "reactions": 1, "watches": 1, "people": 1}


def test_postgresql_shows_the_same_page(tmp_path: Path, whole: Town, postgresql: str):
    path = archived(whole)
    there = empty(tmp_path / "postgresql", whole, postgresql)
    bring(there, path)
    there.export()
    assert there.file().read_bytes() == whole.file().read_bytes()
    assert archived(there).read_text().splitlines() == path.read_text().splitlines()
    there.site.store.close()


def test_every_wording_and_every_decision_is_there_with_who_and_when(whole: Town, elsewhere: Town):
    bring(elsewhere, archived(whole))
    public = [m for m in whole.messages() if m.visibility != "direct"]
    assert len(public) == 3
    for mine in public:
        theirs = elsewhere.stored(Ref(space=mine.space, id=mine.ref_id))
        for name in ("revision", "shown", "verdict", "first_seen", "written"):
            assert getattr(theirs, name) == getattr(mine, name), (mine.ref_id, name)
    texts = [row[0] for row in rows(elsewhere, tables.revisions)]
    assert "Óxido & <aceite>" in str(rows(elsewhere, tables.revisions))
    assert len(texts) == len(public) + 2  # one was edited, and we answered once
    decided = {row[1:4] for row in rows(elsewhere, tables.decisions)}
    assert ("spam", "ines", "person") in decided
    assert ("hold", "ines", "undo") in decided
    assert ("hold", "rules", "edited") in decided


def test_what_nobody_said_is_there_too(whole: Town, elsewhere: Town):
    bring(elsewhere, archived(whole))
    for table, left_out in (
        (tables.watches, ("created_at",)),
        (tables.names, ()),
        (tables.tombstones, ("at",)),
        (tables.comments, ("source", "learnt")),
        (tables.arrivals, ("due_at",)),
        (tables.identities, ("first_id", "second_id", "check_at")),
    ):
        assert rows(elsewhere, table, *left_out) == rows(whole, table, *left_out), table.name
    with elsewhere.site.store.read() as tx:
        assert comments.of_token(tx, "t") is not None, "the private page opens again"


def test_again_it_adds_nothing_and_archives_the_same(whole: Town, elsewhere: Town):
    path = archived(whole)
    bring(elsewhere, path)
    before = everything(elsewhere.site.store)
    again = bring(elsewhere, path)
    assert (again.new, +again.facts) == (0, {})
    assert everything(elsewhere.site.store) == before
    assert archived(elsewhere).read_text().splitlines() == path.read_text().splitlines()


def test_where_it_was_made_it_adds_nothing(whole: Town):
    bring(whole, archived(whole))  # makes the key that tells people of archives apart
    before = everything(whole.site.store)
    done = bring(whole, archived(whole))
    assert (done.new, +done.facts) == (0, {})
    assert everything(whole.site.store) == before


def test_a_dry_run_tells_the_same_and_stores_nothing(whole: Town, elsewhere: Town):
    path = archived(whole)
    before = everything(elsewhere.site.store)
    told = bring(elsewhere, path, dry_run=True)
    assert everything(elsewhere.site.store) == before
    done = bring(elsewhere, path)
    assert (told.verdicts, told.facts["copies"]) == (done.verdicts, done.facts["copies"])


def test_nothing_is_said_again_and_nothing_edited(whole: Town, elsewhere: Town):
    said = whole.said()
    bring(elsewhere, archived(whole))
    (copy,) = [c for c in elsewhere.copies() if c.source.startswith("post:")]
    assert copy.state == CopyState.PUBLISHED
    elsewhere.later(hours=1)
    publish(elsewhere.site)
    send(elsewhere.site)
    assert elsewhere.said() == said


def test_threads_are_looked_after_as_before(whole: Town, elsewhere: Town):
    bring(elsewhere, archived(whole))
    copy = next(c for c in elsewhere.copies() if c.source.startswith("post:"))
    assert copy.ref is not None
    elsewhere.person("carla").say("@brand News", reply_to=copy.ref)
    elsewhere.later(hours=1)
    elsewhere.collect()
    elsewhere.reverify()
    assert any("News" in text for text in map(str, rows(elsewhere, tables.revisions)))


def test_erased_and_private_words_and_those_who_object_are_not_in_it(whole: Town, elsewhere: Town):
    path = archived(whole)
    text = path.read_text("utf-8")
    assert "Under no page" in text
    assert [word for word in ("Erased", "secret", "Mallory", "mallory") if word in text] == []
    bring(elsewhere, path)
    elsewhere.later(minutes=5)
    elsewhere.collect()
    kept = everything(elsewhere.site.store)
    assert [word for word in ("Erased words", "Mallory objects") if word in kept] == []


def test_words_of_no_page_come_back_to_no_page(whole: Town, elsewhere: Town):
    bring(elsewhere, archived(whole))
    with elsewhere.site.store.read() as tx:
        table = tables.messages
        alone = select(func.count()).select_from(table).where(table.c.post_id.is_(None))
        assert tx.execute(alone).scalar_one() == 1


def test_a_copy_of_an_account_that_is_not_connected_is_told_and_left_out(
    whole: Town, elsewhere: Town
):
    path = archived(whole)
    ours, gone = '"tertulia:account": "brand"', '"tertulia:account": "gone"'
    path.write_text(path.read_text("utf-8").replace(ours, gone), encoding="utf-8")
    done = bring(elsewhere, path)
    assert done.counts["of an account that is not connected"] == 1
    assert done.facts["copies"] == 0


def test_wordpress_gets_what_it_can_carry(whole: Town, elsewhere: Town):
    path = archived(whole, "wxr")
    text = path.read_text("utf-8")
    assert "Under no page" not in text
    assert "bookmark" not in text
    bring(elsewhere, path)
    assert elsewhere.shown() == whole.shown()


def test_every_line_fits_the_schema(whole: Town):
    path = archived(whole)
    for line in path.read_text("utf-8").splitlines():
        Draft202012Validator(SCHEMA).validate(json.loads(line))
    kinds = ("Copy", "Reaction", "Watch", "Relation")
    assert [len(records_of(path, f"tertulia:{kind}")) for kind in kinds] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("tertulia:shown", 9, "shown: is no version of this note"),
        ("tertulia:decisions", [], "needs a version and a decision"),
    ],
)
def test_a_history_that_cannot_be_is_refused_with_its_line(
    whole: Town, elsewhere: Town, field: str, value: object, complaint: str
):
    path = archived(whole)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    number = next(n for n, line in enumerate(lines) if "tertulia:versions" in line)
    lines[number][field] = value
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    with pytest.raises(Exception, match=f"line {number + 1}.*{complaint}"):
        bring(elsewhere, path)


def test_our_answer_to_words_that_are_withheld_stays_withheld(whole: Town, tmp_path: Path):
    """It stands on no page here, and the file must not bring it onto one there."""
    (copy,) = (c for c in whole.copies() if c.source.startswith("post:"))
    rude = whole.person("rita").say("@brand Rude words", reply_to=copy.ref)
    whole.collect()
    answer(whole.site, whole.stored(rude).id, "Please be kind", by="ines")
    send(whole.site)
    whole.decide(rude, Verdict.REJECT)
    whole.export()
    assert b"Please be kind" not in whole.file().read_bytes()
    other = empty(tmp_path / "there", whole)
    bring(other, archived(whole))
    other.export()
    assert other.file().read_bytes() == whole.file().read_bytes()
    other.site.store.close()
