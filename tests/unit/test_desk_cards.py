"""Cards: what foreign text can do on them (nothing), and the files that they are kept in."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from syndication.desk import DeskError, generate
from syndication.desk.cards import fill
from syndication.desk.difference import COMPARED, difference
from syndication.desk.facts import Facts, gather
from syndication.model import Picture, Verdict, Words
from syndication.steps.decide import decide
from syndication.store import messages, posts
from syndication.store.queue import DECIDED_LATELY
from tests.unit.desk_site import ORIGIN, PICTURE, DeskSite, forms

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "<iframe src='https://evil.example'></iframe>",
    "<a href='javascript:alert(1)'>here</a>",
    "<form action='https://evil.example'><button>Approve</button></form>",
    '<tertulia-form action="approve"></tertulia-form>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<style>body{display:none}</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "</article></li></ol></main><h1>Forged</h1>",
    "{{ 7*7 }}{% raw %}",
    "<!--><script>alert(1)</script>-->",
    "\u202egnp.exe\x00",
]


class Inspector(HTMLParser):
    """Collects what a browser would run, load, or send somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.offences: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("src", "srcset", "style", "background"):
                self.offences.append(f"{tag} {name}={value}")
            if name == "href" and urlsplit(value or "").scheme not in ("", "http", "https"):
                self.offences.append(f"{tag} {name}={value}")
            if name == "action":
                self.targets.append(value or "")


def inspect(html: str) -> Inspector:
    found = Inspector()
    found.feed(html)
    found.close()
    return found


@pytest.fixture
def desk(tmp_path: Path) -> DeskSite:
    return DeskSite(tmp_path)


def facts_of(desk: DeskSite, message_id: int) -> Facts:
    with desk.store.read() as tx:
        return gather(desk.site, tx, [message_id])[0]


@pytest.mark.parametrize("evil", HOSTILE)
def test_nothing_that_people_write_runs_loads_or_sends(desk: DeskSite, evil: str):
    plain = desk.says("<p>plain</p>", by="Pau", handle="pau@plaza.example")
    said = desk.says(
        evil,
        by=evil.replace("\x00", ""),
        handle=evil.replace("\x00", ""),
        html=evil,
        text=evil,
        language=evil,
        warning=evil,
        pictures=(Picture(url=evil, alt=evil), Picture(url="javascript:alert(1)", alt="x")),
    )
    desk.says("<p>and</p>", under=desk.name_of(said), by="Luis", handle="luis@plaza.example")
    desk.edits(said, evil, html=f"{evil} more", text=f"{evil} more", warning=evil)
    with desk.store.write() as tx:
        tx.exec_driver_sql("update messages set shown = 1 where id = ?", (said,))
        tx.exec_driver_sql("update messages set url = 'javascript:alert(1)'")
    client = desk.client()
    for path in ("/inbox", f"/message/{said}"):
        page = client.get(path, base_url=ORIGIN)
        found = inspect(page.text)
        forbidden = {"script", "img", "svg", "iframe", "style", "object", "embed", "base"}
        assert page.status_code == 200
        assert not forbidden & set(found.elements)
        assert not found.offences
        assert all(target.startswith("/") for target in found.targets)
        assert "tertulia-form" not in found.elements
        assert found.elements.count("link") == 2
        assert found.elements.count("meta") == 4
        assert found.elements.count("h1") == 1
    page = client.get("/inbox", base_url=ORIGIN)
    assert inspect(page.text).elements.count("article") == 3
    mine = [action for action in forms(page) if action.startswith(f"/message/{said}/")]
    assert len(mine) == 4
    assert f"/message/{plain}/approve" in forms(page)


def test_a_marker_in_somebodys_words_becomes_no_form(desk: DeskSite):
    marker = '<tertulia-form action="approve"></tertulia-form>'
    said = desk.says(
        marker, by=marker, visibility="direct", html=marker, text=marker, warning=marker
    )
    page = desk.client().get("/inbox", base_url=ORIGIN)
    assert f"/message/{said}/approve" not in forms(page)
    assert fill(f"a {marker} b", lambda action: f"[{action}]") == "a [approve] b"


def test_a_card_tells_what_is_needed_to_decide(desk: DeskSite):
    desk.says("<p>My first words</p>", written=desk.now - timedelta(days=2))
    said = desk.says(
        "<p>¿Cabe una <b>perra</b>?</p>", language="es", warning="dogs", pictures=(PICTURE,)
    )
    with desk.store.write() as tx:
        tx.exec_driver_sql(
            "insert into watches (id, kind, query, language, created_at)"
            " values (4, 'hashtag', 'bicis', '', '2026-11-01')"
        )
        messages.sighted(tx, [(said, None)], account="plaza", via="search:4", now=desk.now)
        posts.refresh(tx, desk.post_id, desk.article(comments="closed"), now=desk.now)
    page = desk.client().get("/inbox", base_url=ORIGIN).text
    card = page.partition(f'id="message-{said}"')[2]
    for told in (
        "Ana Ruiz",
        "anaruiz@plaza.example",
        "Mastodon",
        'href="https://plaza.example/said/2"',
        "A bicycle for carrying children",
        "(19 Nov 2026)",
        "comments are closed there",
        "found by <bdi>#bicis</bdi>",
        'dir="auto" lang="es"><p>¿Cabe una <b>perra</b>?</p>',
        "Content warning:",
        "<bdi>dogs</bdi>",
        "<bdi>A red bicycle</bdi>",
        "Written 22 Nov 2026, 13:53 UTC",
        "reached us 22 Nov 2026, 14:03 UTC",
        "My first words",
        "20 Nov 2026 · waiting",
    ):
        assert told in card, told


def test_comments_open_until_a_day_are_open_on_it(desk: DeskSite):
    said = desk.says()
    for until, closed in (("2026-11-22", False), ("2026-11-21", True), ("open", False)):
        with desk.store.write() as tx:
            posts.refresh(tx, desk.post_id, desk.article(comments=until), now=desk.now)
        assert facts_of(desk, said).closed is closed


def test_the_last_three_earlier_messages_are_recalled_newest_first(desk: DeskSite):
    for number in range(5):
        desk.says(f"<p>words {number}</p>")
        desk.says("<p>noise</p>", by="Luis")
    said = desk.says("<p>now</p>")
    earlier = [one.text for one in facts_of(desk, said).earlier]
    assert earlier == ["words 4", "words 3", "words 2"]


def test_dates_and_texts_of_a_card_are_spanish_for_who_reads_spanish(desk: DeskSite):
    desk.says()
    page = desk.client(desk.member(language="es")).get("/inbox", base_url=ORIGIN).text
    assert '<html lang="es">' in page
    assert "Escrito el 22 nov 2026, 13:53 UTC" in page
    assert "Aprobar" in page


def test_cards_are_readable_by_their_owner_alone(desk: DeskSite):
    said = desk.says()
    desk.member()
    assert generate(desk.site, desk.desk).written == 1
    card = desk.desk / "en" / "messages" / f"{said}.html"
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [desk.desk, *desk.desk.rglob("*")]}
    assert modes.pop(card) == 0o600
    assert set(modes.values()) == {0o700}
    assert not (desk.folder / "output").exists()


def test_a_folder_that_others_could_look_into_is_closed(desk: DeskSite):
    desk.desk.mkdir(parents=True)
    desk.desk.chmod(0o755)
    generate(desk.site, desk.desk)
    assert stat.S_IMODE(desk.desk.stat().st_mode) == 0o700


def test_only_cards_whose_facts_changed_are_written(desk: DeskSite):
    first = desk.says()
    desk.says(by="Luis")
    desk.member(language="es")
    assert generate(desk.site, desk.desk).written == 2
    assert generate(desk.site, desk.desk).written == 0
    desk.edits(first, "<p>other words</p>")
    assert generate(desk.site, desk.desk).written == 1
    with desk.store.write() as tx:
        posts.refresh(tx, desk.post_id, desk.article(title="Another title"), now=desk.now)
    assert generate(desk.site, desk.desk).written == 2


def test_a_language_is_generated_while_somebody_of_the_staff_reads_it(desk: DeskSite):
    desk.says()
    assert generate(desk.site, desk.desk).written == 0
    desk.member("Marta", language="es")
    desk.member("Luis", language="en")
    assert generate(desk.site, desk.desk).written == 2
    with desk.store.write() as tx:
        tx.exec_driver_sql("delete from staff where name = 'Luis'")
    assert generate(desk.site, desk.desk).removed == 1
    assert not list(desk.desk.glob("en/messages/*"))


def test_what_is_erased_or_decided_long_ago_stays_in_no_file(desk: DeskSite):
    erased, old = desk.says("<p>erase me</p>"), desk.says("<p>old words</p>", by="Luis")
    desk.member()
    decide(desk.site, old, 1, Verdict.REJECT, by="Marta")
    generate(desk.site, desk.desk)
    with desk.store.write() as tx:
        messages.erase(tx, desk.stored(erased), now=desk.now)
    desk.now += DECIDED_LATELY + timedelta(seconds=1)
    assert generate(desk.site, desk.desk).removed == 2
    assert not [path for path in desk.desk.rglob("*") if path.is_file()]


def test_words_of_an_erased_ancestor_leave_the_cards_below_it(desk: DeskSite):
    parent = desk.says("<p>take me away</p>")
    child = desk.says("<p>agreed</p>", by="Luis", under=desk.name_of(parent))
    desk.says("<p>me too</p>", by="Pau", under=desk.name_of(child))
    client = desk.client()
    generate(desk.site, desk.desk)
    with desk.store.write() as tx:
        messages.erase(tx, desk.stored(parent), now=desk.now)
    assert "take me away" not in client.get("/inbox", base_url=ORIGIN).text
    generate(desk.site, desk.desk)
    files = [path.read_text() for path in desk.desk.rglob("*.html")]
    assert len(files) == 2
    assert not any("take me away" in text for text in files)


def test_a_card_that_is_stale_or_torn_is_made_anew_when_served(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    generate(desk.site, desk.desk)
    card = desk.desk / "en" / "messages" / f"{said}.html"
    for damaged in (b"", b"\xff\xfe", b"<!-- other -->\n<p>old</p>"):
        card.write_bytes(damaged)
        assert "Does it fit two children?" in client.get("/inbox", base_url=ORIGIN).text
    assert stat.S_IMODE(card.stat().st_mode) == 0o600


def test_what_a_killed_writer_left_behind_is_removed_after_a_while(desk: DeskSite):
    desk.says()
    desk.member()
    generate(desk.site, desk.desk)
    old, new = (desk.desk / "en" / "messages" / name for name in (".old.tmp", ".new.tmp"))
    for path in (old, new):
        path.write_text("somebody's words")
    os.utime(old, (0, 0))
    generate(desk.site, desk.desk)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_folder_that_cannot_be_made_is_said_with_what_to_do(desk: DeskSite):
    (desk.folder / "var").write_text("a file in the way")
    with pytest.raises(DeskError, match="cannot be written"):
        generate(desk.site, desk.desk)


def test_a_current_card_is_served_from_its_file(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    generate(desk.site, desk.desk)
    card = desk.desk / "en" / "messages" / f"{said}.html"
    card.write_text(card.read_text().replace("Does it fit", "Would it fit"))
    assert "Would it fit two children?" in client.get("/inbox", base_url=ORIGIN).text


def words(html: str, text: str, **more: object) -> Words:
    return Words(html=html, text=text, **more)  # type: ignore[arg-type]


def test_a_difference_shows_words_that_came_and_went():
    pieces = difference(words("", "the red bike"), words("", "the blue bike"))
    assert [tuple(piece) for piece in pieces] == [
        ("same", "the "),
        ("del", "red"),
        ("same", " "),
        ("ins", "blue"),
        ("same", " "),
        ("same", "bike"),
    ]


def test_a_link_that_leads_elsewhere_is_a_difference():
    old = words('<p><a href="https://a.example/">here</a></p>', "here")
    new = words('<p><a href="https://b.example/">here</a></p>', "here")
    changed = {kind: text for kind, text in difference(old, new) if kind != "same"}
    assert changed == {"del": "https://a.example/", "ins": "https://b.example/"}


def test_another_warning_or_picture_is_a_difference():
    changed = difference(words("", "look"), words("", "look", warning="blood", pictures=(PICTURE,)))
    assert [piece.text.strip() for piece in changed if piece.kind == "ins"] == [
        "[blood]",
        "▣ A red bicycle",
    ]


def test_words_that_only_look_different_are_said_to_be_the_same(desk: DeskSite):
    said = desk.says("<p>two children</p>")
    decide(desk.site, said, 1, Verdict.APPROVE, by="Marta")
    desk.edits(said, "<p>two <b>children</b></p>")
    page = desk.client().get("/inbox", base_url=ORIGIN)
    assert "only their formatting or their language changed" in page.text
    assert "<ins>" not in page.text


def test_endless_texts_are_shown_whole_and_not_compared():
    old, new = "a " * (COMPARED + 1), "b " * 3
    pieces = difference(words("", old), words("", new))
    assert [piece.kind for piece in pieces] == ["del", "ins"]
