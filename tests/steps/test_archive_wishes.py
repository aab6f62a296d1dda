"""What people of the open web said travels in an archive, and what they took back never does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from syndication.archives import open_archive
from syndication.cli.archive import WRITERS
from syndication.exchange import document_path
from syndication.model import Verdict
from syndication.steps.answer import answer
from syndication.steps.archiving import records
from syndication.steps.collect import collect
from syndication.steps.export import export
from syndication.steps.forget import forget_author
from syndication.steps.importing import Imported, import_archive, reading_of
from syndication.steps.send import send
from syndication.store.messages import StoredMessage
from tests.servers.pages import Pages
from tests.steps.corner import START, TALK, Corner

OURS = '¿Qué tal, “Carla”? It\'s <here> & "there"\nand\n\nhttps://brand.example/x?a=1&b=2'
COMMENTS = '[accounts.comments]\nnetwork = "site"\n'


@pytest.fixture
def corner(tmp_path: Path, home: Pages) -> Iterator[Corner]:
    yield from _corner(tmp_path / "here", home)


@pytest.fixture
def elsewhere(tmp_path: Path, home: Pages) -> Iterator[Corner]:
    """An empty installation of the same site."""
    yield from _corner(tmp_path / "elsewhere", home)


@pytest.fixture
def not_run_yet(tmp_path: Path, home: Pages) -> Iterator[Corner]:
    """An empty installation whose daemon was never started."""
    yield from _corner(tmp_path / "not-run", home, run=False)


def _corner(folder: Path, home: Pages, *, run: bool = True) -> Iterator[Corner]:
    folder.mkdir()
    made = Corner(folder, home, options=COMMENTS)
    made.build(made.post("hello", published=START - timedelta(days=1)))
    for name in made.site.accounts if run else ():
        collect(made.site, name)
    yield made
    made.site.store.close()


@dataclass
class Visitor:
    """Somebody in a browser, at the comment form."""

    corner: Corner

    def says(self, text: str, *, name: str = "Bea", to: str = "") -> tuple[str, StoredMessage]:
        """(their private page, their comment once it was approved)"""
        client = self.corner.client
        page = f"{self.corner.home.url}/hello/"
        typed = {"page": page, "name": name, "text": text, "reply_to": to, "language": "es"}
        preview = client.post("/comment", data=typed).text
        found = re.findall(r'name="(token|agree)" value="([^"]*)"', preview)
        hidden = {field: unescape(value) for field, value in found}
        self.corner.later(seconds=30)
        sent = client.post("/comment", data=typed | hidden | {"action": "send"})
        assert sent.status_code == 303, sent.text
        stored = self.corner.messages()[-1]
        self.corner.decide_one(stored)
        return sent.headers["Location"].removeprefix(TALK).partition("?")[0], stored


def entry(corner: Corner, words: str, *, how: str = "u-in-reply-to", name: str = "Ana") -> str:
    return (
        f'<html lang="es"><div class="h-entry"><a class="p-author h-card" href="/">{name}</a>'
        f'<a class="{how}" href="{corner.home.url}/hello/">x</a>'
        f'<div class="e-content">{words}</div></div>'
    )


def document(corner: Corner) -> bytes:
    """What the page's document says, but for the moment when its words became so."""
    export(corner.site)
    whole = (corner.site.discussion / document_path("/hello/")).read_bytes()
    return re.sub(rb',\n "updated": "[^"]+"', b"", whole)


def archived(corner: Corner, format_: str = "json") -> Path:
    path = corner.folder / f"conversations.{format_}"
    with corner.site.store.read() as tx:
        path.write_bytes(b"".join(WRITERS[format_](corner.site, records(corner.site, tx))))
    return path


def bring(corner: Corner, path: Path) -> Imported:
    return import_archive(corner.site, open_archive(path, reading_of(corner.site)))


@pytest.fixture
def spoken(corner: Corner, ana: Pages) -> Corner:
    """Ana by webmention, Bea and Carla by the form, our answer, a like; something withdrawn."""
    corner.told(ana.show("/re", entry(corner, "Qué <b>bien</b> &amp; más")))
    said = corner.messages()[-1]
    corner.decide_one(said)
    corner.told(ana.show("/like", entry(corner, "", how="u-like-of")))
    visitor = Visitor(corner)
    gone, middle = visitor.says("Words of *Bea*, withdrawn", to=said.ref_id)
    _, below = visitor.says("Carla <b>stays</b> \U0001f6b2", name="Carla “C”", to=middle.ref_id)
    answer(corner.site, below.id, OURS, by="marta")
    send(corner.site)
    corner.client.post(f"{gone}/withdraw", data={"sure": "yes"})
    mine, _ = visitor.says("First wording", name="Dora")
    corner.client.post(f"{mine}/edit", data={"text": "Second **wording**"})
    corner.decide_one(corner.messages()[-1])
    return corner


def test_the_page_is_the_same_byte_for_byte(spoken: Corner, elsewhere: Corner):
    before = document(spoken)
    bring(elsewhere, archived(spoken))
    assert document(elsewhere) == before
    assert b"withdrawn" not in before
    assert "Second" in before.decode()


def test_our_answers_are_ours_before_the_daemon_ran(spoken: Corner, not_run_yet: Corner):
    before = document(spoken)
    bring(not_run_yet, archived(spoken))
    assert document(not_run_yet) == before


def test_who_withdrew_is_in_no_archive(spoken: Corner):
    for format_ in WRITERS:
        assert "withdrawn" not in archived(spoken, format_).read_text("utf-8")


@pytest.mark.parametrize("format_", WRITERS)
def test_an_archive_of_before_brings_nothing_back(corner: Corner, ana: Pages, format_: str):
    """Withdrawn, and objected to, since it was made."""
    corner.told(ana.show("/re", entry(corner, "Objected words")))
    corner.decide()
    corner.told(ana.show("/like", entry(corner, "", how="u-like-of")))
    mine, _ = Visitor(corner).says("Withdrawn words")
    path = archived(corner, format_)
    corner.client.post(f"{mine}/withdraw", data={"sure": "yes"})
    forget_author(corner.site, corner.message().id, by="marta")
    assert corner.discussion().empty
    done = bring(corner, path)
    assert (done.new, +done.facts) == (0, {})
    assert corner.messages() == []
    assert corner.discussion().reactions == {}


def test_a_private_link_opens_elsewhere_and_withdraws_there(spoken: Corner, elsewhere: Corner):
    mine, _ = Visitor(spoken).says("Mine alone", name="Eva")
    path = archived(spoken)
    bring(elsewhere, path)
    assert "Mine alone" in elsewhere.client.get(mine).text
    elsewhere.client.post(f"{mine}/withdraw", data={"sure": "yes"})
    assert "Mine alone" not in document(elsewhere).decode()
    bring(elsewhere, path)
    assert "Mine alone" not in document(elsewhere).decode()
    assert elsewhere.client.get(mine).status_code == 404


def test_what_was_erased_where_an_archive_was_made_goes_here_too(spoken: Corner, elsewhere: Corner):
    mine, _ = Visitor(spoken).says("Shown in both places", name="Eva")
    bring(elsewhere, archived(spoken))
    assert "Shown in both places" in document(elsewhere).decode()
    spoken.client.post(f"{mine}/withdraw", data={"sure": "yes"})
    bring(elsewhere, archived(spoken))
    assert "Shown in both places" not in document(elsewhere).decode()
    assert all(m.verdict == Verdict.APPROVE for m in elsewhere.messages())
