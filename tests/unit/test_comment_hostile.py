"""Comments of people who mean harm, and of people whose browser plays tricks on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import update

from syndication.model import Verdict
from syndication.rules.addresses import is_mail
from syndication.rules.spam.lists import Lists
from syndication.steps.forget import tidy
from syndication.steps.letters import MOST_ASKED, post_letters
from syndication.steps.report import report, settle
from syndication.steps.report_letters import post_report_letters
from syndication.steps.site import Site
from syndication.steps.visiting import MOST_IN_MINUTES
from syndication.steps.visitor import MOST_WORDINGS
from syndication.store import Store, StoreError, Transaction, messages, tables
from tests.store.making import everything
from tests.unit.comments_site import CommentsSite

TRAPS = [
    "=?utf-8?q?=0a?=@trap.example",
    "=?utf-8?q?a=0d=0aBcc=3a_x=40y.example?=@trap.example",
    "=?utf-8?b?YQpi?=@trap.example",
    "a\x00b@trap.example",
    "a\u200b@trap.example",
    "\ud800@trap.example",
]


class Mailbox:
    """A mail server that takes everything that can be sent."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []

    def __call__(self, letter: EmailMessage) -> None:
        letter.as_bytes()
        self.got.append(letter)

    @property
    def asked(self) -> list[str]:
        return [str(letter["To"]) for letter in self.got]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def here(tmp_path: Path, mailbox: Mailbox) -> CommentsSite:
    return CommentsSite(tmp_path, mail=mailbox)


@pytest.mark.parametrize("address", TRAPS, ids=range(len(TRAPS)))
def test_what_reads_differently_in_a_letter_is_no_mail_address(address: str):
    assert not is_mail(address)


@pytest.mark.parametrize("address", ["ana@a.example", "o'hara+x@a-b.example", "josé@a.example"])
def test_peoples_addresses_are_mail_addresses(address: str):
    assert is_mail(address)


def test_one_letter_that_cannot_be_written_keeps_no_other_from_leaving(
    here: CommentsSite, mailbox: Mailbox
):
    browser = here.browser()
    here.commented(browser, mail="ana@a.example", text="First.")
    _as_before(here.site, TRAPS[0])
    here.commented(browser, mail="bea@b.example", text="Second.")
    assert post_letters(here.site) == 1
    assert mailbox.asked == ["bea@b.example"]
    here.wait(minutes=10)
    assert post_letters(here.site) == 0


def _as_before(site: Site, address: str) -> None:
    """An address that was kept when more was taken for one."""
    with site.store.write() as tx:
        tx.execute(update(tables.comments).values(mail=address))
        tx.execute(update(tables.reports).values(mail=address))


def test_what_advertising_gives_as_its_address_gets_no_letter(here: CommentsSite, mailbox: Mailbox):
    here.commented(here.browser(), mail="victim@v.example", subject="Buy")
    assert here.comments[0].verdict == Verdict.SPAM
    post_letters(here.site)
    assert mailbox.asked == []
    here.wait(minutes=1)
    here.decide(Verdict.APPROVE)
    post_letters(here.site)
    assert mailbox.asked == ["victim@v.example"]
    post_letters(here.site)
    assert mailbox.asked == ["victim@v.example"]


def test_who_asks_a_person_to_read_is_asked_to_confirm_then(here: CommentsSite, mailbox: Mailbox):
    browser = here.browser()
    mine = here.commented(browser, mail="ana@a.example", subject="x")
    browser.post(f"{mine}/appeal")
    post_letters(here.site)
    assert mailbox.asked == ["ana@a.example"]


def test_back_changed_and_sent_again_the_new_words_are_kept(here: CommentsSite):
    browser = here.browser()
    shown = here.preview(browser, text="Does it clim?")
    first, again = here.send(browser, shown), here.send(browser, shown, text="Does it climb?")
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["Location"] == first.headers["Location"]
    (only,) = here.comments
    assert only.revision == 2
    assert "Does it climb?" in browser.get(again.headers["Location"]).text


def test_back_changed_and_sent_too_late_says_so(here: CommentsSite):
    browser = here.browser()
    shown = here.preview(browser, text="Does it climb?")
    here.send(browser, shown)
    here.wait(minutes=20)
    again = here.send(browser, shown, text="Something else.")
    assert again.status_code == 422
    assert "cannot be changed any more" in again.text
    assert "Something else." in again.text
    assert here.comments[0].revision == 1


def test_an_address_that_confirms_nothing_is_asked_three_times_a_week(
    here: CommentsSite, mailbox: Mailbox
):
    for turn in range(5):
        where = f"192.0.{turn}.1"
        here.commented(here.browser(), ip=where, mail="victim@v.example", text=f"Words {turn}.")
        post_letters(here.site)
    assert mailbox.asked == ["victim@v.example"] * 3
    here.commented(here.browser(), mail="bea@b.example", text="Mine.")
    post_letters(here.site)
    assert mailbox.asked[3:] == ["bea@b.example"]


def _withdrawn(here: CommentsSite, path: str) -> None:
    here.browser().post(f"{path}/withdraw", data={"sure": "yes"})
    assert here.comments == []


def test_what_was_withdrawn_counts_among_what_a_sender_brought(here: CommentsSite):
    for turn in range(MOST_IN_MINUTES):
        _withdrawn(here, here.commented(here.browser(), text=f"Words {turn}."))
    shown = here.preview(here.browser(), text="One more")
    assert here.send(here.browser(), shown).status_code == 429
    here.wait(minutes=10)
    here.commented(here.browser(), text="Later")


def test_an_address_is_asked_three_times_a_week_though_the_comments_are_withdrawn(
    here: CommentsSite, mailbox: Mailbox
):
    spellings = ["victim@v.example", "Victim@V.example", "victim+a@v.example", "VICTIM@v.example"]
    for turn, mail in enumerate(spellings):
        mine = here.commented(here.browser(), ip=f"192.0.{turn}.1", mail=mail, text=f"No. {turn}")
        post_letters(here.site)
        _withdrawn(here, mine)
    assert mailbox.asked == spellings[:MOST_ASKED]
    here.wait(days=8)
    tidy(here.site)
    here.commented(here.browser(), mail="victim@v.example", text="A week later.")
    post_letters(here.site)
    assert len(mailbox.asked) == MOST_ASKED + 1


def test_nothing_of_an_address_that_was_asked_can_be_read_once_its_comment_is_withdrawn(
    here: CommentsSite,
):
    mine = here.commented(here.browser(), ip="198.51.100.7", mail="victim@v.example")
    post_letters(here.site)
    _withdrawn(here, mine)
    kept = everything(here.desk.store)
    assert "tallies" in kept
    assert "victim" not in kept
    assert "198.51.100" not in kept


def test_an_answer_to_a_report_that_cannot_be_written_keeps_no_other_from_leaving(
    here: CommentsSite, mailbox: Mailbox
):
    browser = here.browser()
    here.commented(browser)
    here.decide(Verdict.APPROVE)
    (stored,) = here.comments
    report(here.site, stored.ref_id, "It is rude.", sender="one", mail="ana@a.example")
    _as_before(here.site, TRAPS[0])
    report(here.site, stored.ref_id, "It is wrong.", sender="two", mail="bea@b.example")
    settle(here.site, stored.id, 1, removed=False, answer="It stays.", by="Marta")
    assert post_report_letters(here.site) == 1
    assert mailbox.asked == ["bea@b.example"]
    assert post_report_letters(here.site) == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Best Casino"},
        {"text": "Try the cas\u200bino."},
        {"text": "Try the \uff43\uff41\uff53\uff49\uff4e\uff4f."},
        {"text": "Try the cas**ino**."},
        {"text": "Look [here](ht&#116;ps://slots.example/now)."},
    ],
    ids=["name", "invisible", "wide", "emphasis", "entity"],
)
def test_a_listed_word_is_found_however_it_is_written(here: CommentsSite, typed: dict[str, str]):
    here.lists = Lists(frozenset({"casino"}), frozenset({"slots.example"}))
    here.commented(here.browser(), **typed)
    assert here.comments[0].verdict == Verdict.SPAM


def test_a_comment_is_not_reworded_without_end(here: CommentsSite):
    browser = here.browser()
    mine = here.commented(browser)
    answers = [
        browser.post(f"{mine}/edit", data={"text": f"Wording {turn}."}).status_code
        for turn in range(MOST_WORDINGS + 1)
    ]
    assert answers == [303] * (MOST_WORDINGS - 1) + [422] * 2
    assert here.comments[0].revision == MOST_WORDINGS


NOTHING_TO_SEE = ["\u200b\u2060", "\u3164", "\u2800", "\u115f", "\ufe0f\u034f", "\u00ad"]


@pytest.mark.parametrize("typed", NOTHING_TO_SEE, ids=range(len(NOTHING_TO_SEE)))
@pytest.mark.parametrize("field", ["name", "text"])
def test_what_nobody_can_see_is_neither_a_name_nor_words(
    here: CommentsSite, field: str, typed: str
):
    answer = here.preview(here.browser(), **{field: typed})
    assert answer.status_code == 422
    assert ("Write a name" if field == "name" else "Write something") in answer.text


@pytest.mark.parametrize("name", ["🦜", "李", "O", "ש"])
def test_a_name_may_be_one_sign(here: CommentsSite, name: str):
    assert here.preview(here.browser(), name=name).status_code == 200


def test_a_tower_of_accents_is_drawn_over_nothing(here: CommentsSite):
    here.commented(here.browser(), text="Z" + "\u0301" * 3000 + " é ที่ בְּרֵאשִׁ֖ית")
    with here.desk.store.read() as tx:
        stored = here.comments[0]
        said = messages.words(tx, [(stored.id, 1)])[stored.id, 1]
    assert said.text == "Z" + "\u0301" * 16 + " é ที่ בְּרֵאשִׁ֖ית"
    assert "\u0301" * 17 not in said.html


@pytest.mark.parametrize(
    ("spoken", "formal", "said"),
    [
        ("en", False, "send it again"),
        ("es", False, "lo que escribiste"),
        ("es", True, "lo que escribió"),
    ],
    ids=["English", "tú", "usted"],
)
def test_while_the_database_is_away_visitors_are_told_so_in_their_language(
    here: CommentsSite, monkeypatch: pytest.MonkeyPatch, spoken: str, formal: bool, said: str
):
    here.spoken = {"es": "es@usted"} if formal else None
    browser = here.browser()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = spoken
    shown = here.preview(browser, language=spoken)

    @contextmanager
    def away(self: Store, **how: bool) -> Iterator[Transaction]:
        raise StoreError("no space left")
        yield

    monkeypatch.setattr(Store, "write", away)
    answer = here.send(browser, shown)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert said in answer.text
    assert f'<html lang="{spoken}"' in answer.text


def test_a_form_that_is_far_too_large_says_so(here: CommentsSite):
    answer = here.preview(here.browser(), text="a" * 70_000)
    assert answer.status_code == 413
    assert "too long" in answer.text


def test_two_readers_of_one_network_who_say_the_same_get_a_letter_each(
    here: CommentsSite, mailbox: Mailbox
):
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    (stored,) = here.comments
    for reader in ("ana@a.example", "bea@b.example", "ana@a.example"):
        report(here.site, stored.ref_id, "Spam.", sender="one", mail=reader)
    settle(here.site, stored.id, 1, removed=False, answer="It stays.", by="Marta")
    post_report_letters(here.site)
    assert mailbox.asked == ["ana@a.example", "bea@b.example"]
