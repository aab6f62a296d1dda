"""Letters through a real mail server on loopback: asked first, told once, ended with one click."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from sqlalchemy import select

from syndication.model import Verdict
from syndication.networks.contract import Rejected, Unavailable
from syndication.networks.smtp import Postbox
from syndication.steps.forget import tidy
from syndication.steps.letters import MOST_ASKED, MOST_TRIES, post_letters
from syndication.steps.report import settle
from syndication.steps.report_letters import post_report_letters
from syndication.store import StoreError, Transaction, comments, tables
from syndication.store import letters as stored_letters
from tests.unit.comments_site import PUBLIC, CommentsSite


class Letters(Sink):
    """Keeps what it is given; refuses whoever is called nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[EmailMessage] = []
        self.raw: list[bytes] = []  # as they went over the wire

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.got.append(letter)
        self.raw.append(envelope.content)
        return "250 OK"


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def postbox(letters: Letters) -> Iterator[Postbox]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(letters, hostname="127.0.0.1", port=port)
    server.start()
    yield Postbox(host="127.0.0.1", port=port, sender="Vencejo <talk@vencejo.example>")
    server.stop()


@pytest.fixture
def here(tmp_path: Path, postbox: Postbox) -> CommentsSite:
    return CommentsSite(tmp_path, mail=postbox)


def link_in(letter: EmailMessage, ending: str = "") -> str:
    found = re.search(rf"{PUBLIC}(/comment/mail/\d+/[\w-]+{ending})\s", letter.get_content())
    assert found, letter.get_content()
    return found[1]


def answered(here: CommentsSite) -> None:
    """Bea answers the first comment, and Marta approves it."""
    first = here.comments[0]
    here.commented(here.browser(), name="Bea", text="It does.", reply_to=first.ref_id)
    here.decide(Verdict.APPROVE)


def subscribed(here: CommentsSite, letters: Letters, language: str = "en") -> str:
    """Ana comments, confirms her address, and is approved; the path of her private page."""
    client = here.browser()
    mine = here.commented(client, mail="ana@example.org", language=language)
    here.decide(Verdict.APPROVE)
    post_letters(here.site)
    assert client.post(link_in(letters.got[0])).status_code == 200
    return mine


def test_nobody_is_told_anything_before_they_confirmed(here: CommentsSite, letters: Letters):
    client = here.browser()
    here.commented(client, mail="ana@example.org")
    here.decide(Verdict.APPROVE)
    answered(here)
    assert post_letters(here.site) == 1
    (asking,) = letters.got
    assert asking["To"] == "ana@example.org"
    assert asking["From"] == "Vencejo <talk@vencejo.example>"
    assert "confirm it here" in asking.get_content().replace("\n", " ")
    assert post_letters(here.site) == 0
    # Programs that open links in mail confirm nothing.
    assert "Yes, tell me" in client.get(link_in(asking)).text
    assert post_letters(here.site) == 0


def test_an_answer_is_told_once_in_the_language_of_the_form(here: CommentsSite, letters: Letters):
    subscribed(here, letters, language="es")
    answered(here)
    assert post_letters(here.site) == 1
    assert post_letters(here.site) == 0
    letter = letters.got[-1]
    assert letter["Subject"].startswith("Una respuesta a tu comentario")
    assert "> It does." in letter.get_content()
    assert "Bea ha respondido" in letter.get_content()


def test_one_click_in_the_mail_program_ends_it_and_forgets_the_address(
    here: CommentsSite, letters: Letters
):
    subscribed(here, letters)
    answered(here)
    post_letters(here.site)
    letter = letters.got[-1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = letter["List-Unsubscribe"].strip("<>").removeprefix(PUBLIC)
    # In one piece and not encoded, or mail programs show no button.
    assert f"\r\nList-Unsubscribe: <{PUBLIC}{stop}>\r\n".encode() in letters.raw[-1]
    client = here.browser()
    assert "no more letters" in client.get(stop).text
    done = client.post(stop, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    answered(here)
    assert post_letters(here.site) == 0
    with here.desk.store.read() as tx:
        kept = comments.of_message(tx, here.comments[0].id)
    assert kept is not None
    assert kept.mail is None


def test_a_letter_opens_neither_the_comment_nor_anothers_letters(
    here: CommentsSite, letters: Letters
):
    mine = subscribed(here, letters)
    link = link_in(letters.got[0])
    assert link.rpartition("/")[2] != mine.rpartition("/")[2]
    client = here.browser()
    number = here.comments[0].id
    assert client.post(link.replace(f"/{number}/", f"/{number + 1}/")).status_code == 404


def test_a_mail_server_that_is_down_is_tried_again(here: CommentsSite, letters: Letters):
    postbox = here.mail
    here.mail = Postbox(host="127.0.0.1", port=9, sender="talk@vencejo.example")
    here.commented(here.browser(), mail="ana@example.org")
    assert post_letters(here.site) == 0
    here.mail = postbox
    assert post_letters(here.site) == 0
    here.wait(minutes=5)
    assert post_letters(here.site) == 1
    assert len(letters.got) == 1


def full(*args: object, **named: object) -> None:
    raise StoreError("the disk is full")


def test_a_letter_does_not_leave_each_minute_while_nobody_can_store_that_it_left(
    here: CommentsSite, letters: Letters, monkeypatch: pytest.MonkeyPatch
):
    here.commented(here.browser(), mail="ana@example.org")
    with monkeypatch.context() as broken:
        broken.setattr("syndication.store.letters.sent", full)
        with pytest.raises(StoreError):
            post_letters(here.site)
        here.wait(minutes=4)
        assert post_letters(here.site) == 0
    assert len(letters.got) == 1
    here.wait(minutes=1)
    assert post_letters(here.site) == 1  # whether it left nobody can tell
    here.wait(days=1)
    assert post_letters(here.site) == 0


def test_a_letter_of_which_nobody_can_store_that_it_left_does_not_leave_for_ever(
    here: CommentsSite, letters: Letters, monkeypatch: pytest.MonkeyPatch
):
    here.commented(here.browser(), mail="ana@example.org")
    monkeypatch.setattr("syndication.store.letters.sent", full)
    for _ in range(2 * MOST_TRIES):
        with suppress(StoreError):
            post_letters(here.site)
        here.wait(days=2)
    assert len(letters.got) == MOST_TRIES + 1


def test_no_letter_leaves_that_nobody_can_store_before(
    here: CommentsSite, letters: Letters, monkeypatch: pytest.MonkeyPatch
):
    here.commented(here.browser(), mail="ana@example.org")
    monkeypatch.setattr("syndication.store.letters.claim", full)
    with pytest.raises(StoreError):
        post_letters(here.site)
    assert letters.got == []


def test_a_letter_that_another_process_takes_is_not_sent_twice(
    here: CommentsSite, letters: Letters, monkeypatch: pytest.MonkeyPatch
):
    here.commented(here.browser(), mail="ana@example.org")
    due = stored_letters.due

    def both(tx: Transaction, **how: Any) -> list[Any]:
        return due(tx, **how) * 2  # as two see it at once

    monkeypatch.setattr(stored_letters, "due", both)
    assert post_letters(here.site) == 1
    assert len(letters.got) == 1


def test_a_mail_server_that_stays_down_is_given_up(here: CommentsSite, letters: Letters):
    postbox = here.mail
    here.mail = Postbox(host="127.0.0.1", port=9, sender="talk@vencejo.example")
    here.commented(here.browser(), mail="ana@example.org")
    for _ in range(MOST_TRIES + 1):
        assert post_letters(here.site) == 0
        here.wait(days=2)
    here.mail = postbox
    assert post_letters(here.site) == 0
    assert letters.got == []


def test_an_address_that_does_not_exist_is_given_up_and_forgotten(here: CommentsSite):
    here.commented(here.browser(), mail="nobody@example.org")
    assert post_letters(here.site) == 0
    here.wait(days=1)
    assert post_letters(here.site) == 0
    with here.desk.store.read() as tx:
        kept = comments.of_message(tx, here.comments[0].id)
    assert kept is not None
    assert (kept.mail, kept.mail_state) == (None, "")


def test_an_address_that_nobody_confirms_is_forgotten_within_a_week(here: CommentsSite):
    here.commented(here.browser(), mail="ana@example.org")
    here.wait(days=8)
    tidy(here.site)
    assert b"ana@example.org" not in (here.folder / "tertulia.db").read_bytes()
    assert post_letters(here.site) == 0


def test_who_confirms_each_time_is_asked_as_often_as_they_comment(
    here: CommentsSite, letters: Letters
):
    for turn in range(MOST_ASKED + 2):
        here.commented(here.browser(), mail="ana@example.org", text=f"Words {turn}.")
        assert post_letters(here.site) == 1
        here.browser().post(link_in(letters.got[-1]))


def reported(here: CommentsSite, mail: str, language: str = "en") -> str:
    """Somebody reports the first comment; the path of their page."""
    said = {"message": here.comments[0].ref_id, "reason": f"This insults {mail or 'people'}."}
    sent = here.browser().post("/report", data=said | {"mail": mail, "language": language})
    assert sent.status_code == 303, sent.text
    return sent.headers["Location"].removeprefix(PUBLIC)


def addresses(here: CommentsSite) -> list[str | None]:
    with here.desk.store.read() as tx:
        return list(tx.execute(select(tables.reports.c.mail)).scalars())


@pytest.mark.parametrize(
    ("removed", "language", "said"),
    [
        (True, "en", "The message does not stand on our pages any more."),
        (False, "es", "Hemos vuelto a leer el mensaje, y se queda."),
    ],
)
def test_whoever_reported_a_message_gets_one_letter_with_the_answer(
    here: CommentsSite, letters: Letters, removed: bool, language: str, said: str
):
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    reported(here, "bea@example.org", language)
    assert post_report_letters(here.site) == 0
    settle(here.site, here.comments[0].id, 1, removed=removed, answer="So be it.", by="Marta")
    assert post_report_letters(here.site) == 1
    assert post_report_letters(here.site) == 0
    (letter,) = letters.got
    assert letter["To"] == "bea@example.org"
    assert said in letter.get_content()
    assert "> So be it." in letter.get_content()
    assert "insults" not in letter.get_content()
    assert addresses(here) == [None]


def test_whoever_reported_what_its_writer_withdrew_is_told_too(
    here: CommentsSite, letters: Letters
):
    mine = here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    reported(here, "bea@example.org")
    here.browser().post(f"{mine}/withdraw", data={"sure": "yes"})
    assert post_report_letters(here.site) == 1
    assert "does not stand on our pages any more" in letters.got[0].get_content()


def test_a_report_without_an_address_or_with_none_that_exists_gets_no_letter(here: CommentsSite):
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    reported(here, "")
    reported(here, "nobody@example.org")
    settle(here.site, here.comments[0].id, 1, removed=True, answer="", by="Marta")
    assert post_report_letters(here.site) == 0
    assert addresses(here) == [None, None]


def test_an_answer_to_a_report_waits_for_the_mail_server(here: CommentsSite, letters: Letters):
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    reported(here, "bea@example.org")
    settle(here.site, here.comments[0].id, 1, removed=True, answer="", by="Marta")
    postbox = here.mail
    here.mail = Postbox(host="127.0.0.1", port=9, sender="talk@vencejo.example")
    assert post_report_letters(here.site) == 0
    here.mail = postbox
    assert post_report_letters(here.site) == 0
    here.wait(minutes=5)
    assert post_report_letters(here.site) == 1


def test_an_answer_to_a_report_leaves_once_though_nobody_can_store_that_it_left(
    here: CommentsSite, letters: Letters, monkeypatch: pytest.MonkeyPatch
):
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    reported(here, "bea@example.org")
    settle(here.site, here.comments[0].id, 1, removed=True, answer="", by="Marta")
    monkeypatch.setattr("syndication.store.reports.told", full)
    with pytest.raises(StoreError):
        post_report_letters(here.site)
    assert post_report_letters(here.site) == 0
    assert len(letters.got) == 1


def test_an_answer_to_a_report_does_not_leave_for_ever(
    here: CommentsSite, letters: Letters, monkeypatch: pytest.MonkeyPatch
):
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    reported(here, "bea@example.org")
    settle(here.site, here.comments[0].id, 1, removed=True, answer="", by="Marta")
    with monkeypatch.context() as broken:
        broken.setattr("syndication.store.reports.told", full)
        for _ in range(MOST_TRIES + 1):
            with pytest.raises(StoreError):
                post_report_letters(here.site)
            here.wait(days=2)
    assert post_report_letters(here.site) == 0
    assert len(letters.got) == MOST_TRIES + 1
    with here.site.store.read() as tx:
        assert tx.execute(select(tables.reports.c.mail)).scalars().all() == [None]


def test_a_report_says_what_is_wrong_with_its_address(here: CommentsSite):
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    said = {"message": here.comments[0].ref_id, "reason": "This insults people.", "mail": "bea@"}
    refused = here.browser().post("/report", data=said)
    assert refused.status_code == 422
    assert "no mail address" in refused.text
    assert 'value="bea@"' in refused.text


def test_without_a_mail_server_reports_ask_for_no_address(here: CommentsSite):
    here.mail = None
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    form = here.browser().get("/report", query_string={"message": here.comments[0].ref_id})
    assert 'name="mail"' not in form.text
    reported(here, "bea@example.org")
    assert addresses(here) == [None]


def test_letters_say_usted_where_the_site_does(here: CommentsSite, letters: Letters):
    here.spoken = {"es": "es@usted"}
    subscribed(here, letters, language="es")
    answered(here)
    post_letters(here.site)
    asking, telling = letters.got
    assert "Si fue usted, confírmelo aquí" in asking.get_content().replace("\n", " ")
    assert telling["Subject"].startswith("Una respuesta a su comentario")


def test_without_a_mail_server_no_address_is_kept(here: CommentsSite):
    here.mail = None
    here.commented(here.browser(), mail="ana@example.org")
    with here.desk.store.read() as tx:
        kept = comments.of_message(tx, here.comments[0].id)
    assert kept is not None
    assert kept.mail is None


def test_what_the_mail_server_says_becomes_what_to_do(postbox: Postbox):
    letter = EmailMessage()
    letter["To"] = "nobody@example.org"
    letter.set_content("Hello")
    with pytest.raises(Rejected):
        postbox(letter)
    letter = EmailMessage()
    letter["To"] = "ana@example.org"
    letter.set_content("Hello")
    with pytest.raises(Unavailable, match="SMTPNotSupportedError"):
        Postbox(host="127.0.0.1", port=postbox.port, sender="x@y.example", user="x", password="p")(
            letter
        )
