"""What visitors write and report, and what the filter learns of it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from syndication.model import Verdict
from syndication.rules.spam.submission import Submission
from syndication.steps.consult import consult
from syndication.steps.forget import tidy
from syndication.steps.learn import learn
from syndication.steps.report import settle
from syndication.steps.report_letters import post_report_letters
from syndication.store import comments, letters, queue, reports, spamwords, tables, tallies
from tests.unit.comments_site import PUBLIC, CommentsSite


@pytest.fixture
def here(url: str, tmp_path: Path) -> Iterator[CommentsSite]:
    site = CommentsSite(tmp_path, database=url, mail=lambda letter: None)
    yield site
    site.desk.store.close()


def test_comments_are_counted_learnt_answered_and_forgotten(here: CommentsSite):
    client = here.browser()
    here.commented(client, mail="ana@example.org")
    here.decide(Verdict.APPROVE)
    first = here.comments[0]
    here.commented(client, name="Bea", text="It does.", reply_to=first.ref_id)
    here.decide(Verdict.APPROVE)
    with here.desk.store.write() as tx:
        assert letters.unasked(tx) == {first.id: ["confirm"]}
        assert letters.write(tx, first.id, ["confirm"], now=here.desk.now) == 1
        assert letters.unasked(tx) == {}
        (asking,) = letters.due(tx, now=here.desk.now, limit=9)
        letters.sent(tx, asking, now=here.desk.now)
        comments.set_mail(tx, first.id, comments.CONFIRMED)
        assert letters.answered(tx) == {first.id: [f"message:{here.comments[1].id}"]}
        assert tallies.count_since(tx, tallies.COMMENT, here.desk.now - timedelta(hours=1)) == 2
    assert learn(here.site) == 2
    here.decide(Verdict.SPAM)
    assert learn(here.site) == 1
    with here.desk.store.read() as tx:
        assert spamwords.texts(tx) == (1, 1)
    here.wait(hours=25)
    tidy(here.site)
    with here.desk.store.read() as tx:
        kept = comments.among_messages(tx, [first.id])[first.id]
        assert tallies.count_since(tx, tallies.COMMENT, here.desk.now - timedelta(days=9)) == 0
    assert (kept.source, kept.mail) == (None, "ana@example.org")


def test_a_tally_is_counted_by_kind_and_mailbox_cleared_and_forgotten(here: CommentsSite):
    now = here.desk.now
    week_ago = now - timedelta(weeks=1)
    with here.desk.store.write() as tx:
        for kind, who in ((tallies.ASKED, "a"), (tallies.ASKED, "b"), (tallies.COMMENT, "a")):
            tallies.add(tx, kind, who, now=now)
        assert tallies.count_since(tx, tallies.ASKED, week_ago, who="a") == 1
        assert tallies.count_since(tx, tallies.ASKED, now) == 0
        tallies.clear(tx, tallies.ASKED, "a")
        assert tallies.count_since(tx, tallies.ASKED, week_ago, who="a") == 0
        assert tallies.count_since(tx, tallies.COMMENT, week_ago, who="a") == 1
    here.wait(days=6)
    tidy(here.site)
    with here.desk.store.read() as tx:
        assert tallies.count_since(tx, tallies.COMMENT, week_ago) == 0
        assert tallies.count_since(tx, tallies.ASKED, week_ago) == 1
    here.wait(days=2)
    tidy(here.site)
    with here.desk.store.read() as tx:
        assert tallies.count_since(tx, tallies.ASKED, week_ago) == 0


def test_what_was_sorted_out_and_reported_is_counted_until_it_is_settled(here: CommentsSite):
    client = here.browser()
    here.send(client, here.preview(client, subject="x"))
    here.commented(client, text="Another")
    here.decide(Verdict.APPROVE)
    said = {"message": here.comments[1].ref_id, "reason": "No."}
    token = client.post("/report", data=said).headers["Location"].removeprefix(f"{PUBLIC}/report/")
    with here.desk.store.read() as tx:
        assert queue.attention(tx) == {"sorted": 1, "reported": 1}
        (entry,) = queue.sorted_out(tx, limit=9)
    assert entry.message_id == here.comments[0].id
    settle(here.site, here.comments[1].id, 1, removed=False, answer="Yes.", by="Marta")
    with here.desk.store.write() as tx:
        assert queue.attention(tx)["reported"] == 0
        reports.forget_old(tx, before=here.desk.now + timedelta(days=1))
        assert reports.of_token(tx, token) is None


class Service:
    """Takes what speaks of casinos for advertising."""

    name = "Akismet"

    def __init__(self) -> None:
        self.told: list[tuple[str, bool]] = []

    def verify(self) -> None:
        """Whoever asks may."""

    def is_spam(self, comment: Submission) -> bool:
        return "casino" in comment.text

    def tell(self, comment: Submission, *, spam: bool) -> None:
        self.told.append((comment.text, spam))


def test_what_a_service_says_is_kept_told_and_forgotten(here: CommentsSite):
    here.service = service = Service()
    client = here.browser()
    here.commented(client, text="casino")
    here.commented(client, text="Does it climb?")
    assert consult(here.site) == 2
    assert [one.verdict for one in here.comments] == [Verdict.SPAM, Verdict.HOLD]
    here.decide(Verdict.SPAM)
    assert consult(here.site) == 1
    assert consult(here.site) == 0
    assert service.told == [("Does it climb?", True)]
    here.wait(hours=25)
    tidy(here.site)
    with here.desk.store.read() as tx:
        kept = tx.execute(tables.opinions.select()).all()
    assert [row.address for row in kept] == [None, None]


def test_an_address_that_a_report_gave_goes_with_its_letter(here: CommentsSite):
    client = here.browser()
    here.commented(client)
    here.decide(Verdict.APPROVE)
    said = {"message": here.comments[0].ref_id, "reason": "No.", "mail": "bea@example.org"}
    client.post("/report", data=said)
    settle(here.site, here.comments[0].id, 1, removed=False, answer="It stays.", by="Marta")
    assert post_report_letters(here.site) == 1
    with here.desk.store.read() as tx:
        assert reports.to_tell(tx, now=here.desk.now, limit=9) == []
        assert tx.execute(tables.reports.select()).one().mail is None


@pytest.mark.parametrize("keep", [None, timedelta(days=365)], ids=["for ever", "a year"])
def test_an_address_of_a_report_that_nobody_answers_is_kept_for_ninety_days(
    here: CommentsSite, keep: timedelta | None
):
    client = here.browser()
    here.commented(client)
    here.decide(Verdict.APPROVE)
    said = {"message": here.comments[0].ref_id, "reason": "No.", "mail": "bea@example.org"}
    client.post("/report", data=said)

    def address() -> str | None:
        tidy(replace(here.site, keep_unapproved=keep))
        with here.desk.store.read() as tx:
            return tx.execute(tables.reports.select()).one().mail

    here.wait(days=89)
    assert address() == "bea@example.org"
    here.wait(days=2)
    assert address() is None
    settle(here.site, here.comments[0].id, 1, removed=False, answer="It stays.", by="Marta")
    assert post_report_letters(here.site) == 0
