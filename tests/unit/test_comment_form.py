"""The comment form from the first preview to the end, as a browser without JavaScript sees it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from syndication.catalogues import Catalogues
from syndication.model import Message, Verdict
from syndication.rules import notice
from syndication.rules.spam.lists import Lists
from syndication.steps.answer import answer
from syndication.steps.collect import collect
from syndication.steps.conversation import conversation_of
from syndication.steps.forget import tidy
from syndication.steps.learn import learn
from syndication.steps.report import settle
from syndication.steps.send import send
from syndication.steps.take_in import take_in
from syndication.store import comments, posts, spamwords, tables
from syndication.store.context import last_decisions
from syndication.web.public import create_public_app
from tests.unit.comments_site import PAGE, PUBLIC, CommentsSite, fields_of
from tests.unit.desk_site import ORIGIN, press


@pytest.fixture
def here(tmp_path: Path) -> CommentsSite:
    return CommentsSite(tmp_path)


def test_what_the_static_form_posts_is_shown_and_not_kept(here: CommentsSite):
    shown = here.preview(here.browser(), text="Does it *climb*? <script>alert(1)</script>")
    assert shown.status_code == 200
    assert "<em>climb</em>" in shown.text
    assert "<script" not in shown.text
    assert here.comments == []


def test_what_was_seen_and_agreed_to_is_kept_and_waits_for_a_person(here: CommentsSite):
    client = here.browser()
    mine = here.commented(client, website="ana.example", language="es")
    (stored,) = here.comments
    assert (stored.verdict, stored.kind, stored.network) == (Verdict.HOLD, "comment", "site")
    assert stored.post_id == here.desk.post_id
    page = client.get(mine)
    assert page.status_code == 200
    assert "Una persona de las nuestras lee cada comentario" in page.text
    with here.desk.store.read() as tx:
        kept = comments.of_message(tx, stored.id)
    assert kept is not None
    assert kept.consent == notice.version(Catalogues().get("es").gettext, letters=False)
    assert kept.consent != notice.version(Catalogues().get("en").gettext, letters=False)


def test_the_notice_speaks_of_mail_addresses_where_one_can_be_left(tmp_path: Path):
    silent, writing = (
        CommentsSite(tmp_path / name, mail=mail)
        for name, mail in (("silent", None), ("writing", lambda letter: None))
    )
    assert "Your mail address" not in silent.preview(silent.browser()).text
    assert "Your mail address is only used" in writing.preview(writing.browser()).text


def test_a_visitor_is_spoken_to_as_the_site_speaks(here: CommentsSite):
    here.spoken = {"es": "es@usted"}
    client = here.browser()
    shown = here.preview(client, language="es")
    assert "Guardamos su nombre, sus palabras" in shown.text
    mine = here.send(client, shown).headers["Location"].removeprefix(PUBLIC).partition("?")[0]
    assert "No tiene que hacer nada." in client.get(mine).text
    assert here.staff().get("/inbox", base_url=ORIGIN).status_code == 200
    # The notice of tú is another one: whoever read it did not agree to this one.
    here.spoken = None
    familiar = here.preview(here.browser(), language="es")
    assert "Guardamos tu nombre" in familiar.text
    assert here.send(client, familiar).status_code == 422


def test_no_answer_sets_a_cookie_or_names_its_reader_elsewhere(here: CommentsSite):
    client = here.browser()
    mine = here.commented(client)
    for page in (here.preview(client), client.get(mine), client.get("/comment/style.css")):
        assert "Set-Cookie" not in page.headers
    assert client.get(mine).headers["Referrer-Policy"] == "no-referrer"
    assert client.get(mine).headers["Cache-Control"] == "no-store"


def test_the_same_form_sent_twice_is_one_comment(here: CommentsSite):
    client = here.browser()
    shown = here.preview(client)
    first, second = here.send(client, shown), here.send(client, shown)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(here.comments) == 1


def test_without_agreement_nothing_is_kept_and_nothing_typed_is_lost(here: CommentsSite):
    client = here.browser()
    sent = here.send(client, here.preview(client, text="Long words"), agree="")
    assert sent.status_code == 422
    assert "Tick the box" in sent.text
    assert fields_of(sent)["text"] == "Long words"
    assert here.comments == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Write a name"),
        ({"text": "\n\n"}, "Write something"),
        ({"text": ">> - >"}, "Write something"),
        ({"text": "x" * 5001}, "too long"),
        ({"website": "javascript:alert(1)"}, "no web address"),
        ({"mail": "ana@"}, "no mail address"),
        ({"page": "https://elsewhere.example/"}, "nothing here that could be commented"),
    ],
)
def test_what_is_wrong_is_said_where_it_was_typed(here: CommentsSite, typed: dict, said: str):
    shown = here.preview(here.browser(), **typed)
    assert shown.status_code == 422
    assert said in shown.text


def test_a_page_that_is_not_ours_and_a_path_that_is_not_there_take_no_comment(here: CommentsSite):
    shown = here.preview(here.browser(), page="/not-there/")
    assert shown.status_code == 422
    assert "nothing here that could be commented" in shown.text


@pytest.mark.parametrize("rule", ["closed", "2026-11-21"])
def test_a_closed_conversation_says_so(here: CommentsSite, rule: str):
    with here.desk.store.write() as tx:
        tx.execute(tables.posts.update().values(comments=rule))
    client = here.browser()
    assert "This conversation is closed" in here.preview(client).text
    assert client.get("/comment?page=/nido/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "seconds", "rule"),
    [
        ({"subject": "Mr"}, 20, "honeypot"),
        ({}, 1, "time_trap"),
        ({"text": "See [this](https://pills.example/x)"}, 20, "word_list"),
    ],
)
def test_advertising_is_sorted_out_with_its_reason_and_a_person_can_be_asked(
    here: CommentsSite, typed: dict, seconds: float, rule: str
):
    here.lists = Lists(domains=frozenset({"pills.example"}))
    client = here.browser()
    sent = here.send(client, here.preview(client, **typed), seconds=seconds)
    mine = sent.headers["Location"].removeprefix(PUBLIC).partition("?")[0]
    (stored,) = here.comments
    assert stored.verdict == Verdict.SPAM
    with here.desk.store.read() as tx:
        assert last_decisions(tx, [stored.id])[stored.id].rule.startswith(rule)
    assert "Our filter took it for advertising" in client.get(mine).text
    client.post(f"{mine}/appeal")
    assert here.comments[0].verdict == Verdict.HOLD
    assert client.post(f"{mine}/appeal").status_code == 422


def test_what_people_say_on_networks_is_never_judged_by_the_forms_rules(here: CommentsSite):
    here.lists = Lists(words=frozenset({"pills"}))
    said = Message(
        ref=here.desk.ref("said/1"),
        kind="reply",
        author=here.desk.author("Ana Ruiz"),
        words=here.desk.words("<p>pills https://a.example https://b.example https://c.example</p>"),
        written=here.desk.now,
        reply_to=here.desk.ref("ours"),
    )
    with here.desk.store.write() as tx:
        take_in(here.site, tx, [said], account="plaza", via="poll")
        (decision,) = tx.execute(tables.decisions.select()).all()
    assert decision.verdict == Verdict.HOLD
    assert not any("word_list" in line for line in decision.trace)


def test_one_address_prefix_brings_five_in_ten_minutes_and_another_goes_on(here: CommentsSite):
    client = here.browser()
    for number in range(5):
        here.commented(client, text=f"Question {number}")
    sixth = here.send(client, here.preview(client, text="One more"), ip="192.0.2.77")
    assert sixth.status_code == 429
    assert "One more" in fields_of(sixth)["text"]
    here.commented(client, ip="2001:db8::1", text="From elsewhere")
    here.wait(minutes=10)
    here.commented(client, text="Later")


def test_where_a_comment_came_from_is_a_keyed_hash_and_forgotten_after_a_day(here: CommentsSite):
    here.commented(here.browser(), ip="198.51.100.7")

    def kept() -> tuple[list[str], str | None]:
        with here.desk.store.read() as tx:
            row = tx.execute(tables.comments.select()).one()
            return list(tx.execute(select(tables.tallies.c.who)).scalars()), row.source

    senders, source = kept()
    assert len(senders) == 1
    assert "198.51" not in senders[0]
    assert source
    here.wait(hours=25)
    tidy(here.site)
    assert kept() == ([], None)


def test_a_comment_can_be_changed_for_fifteen_minutes_and_is_read_again(here: CommentsSite):
    client = here.browser()
    mine = here.commented(client, text="Does it *clmb*?")
    here.decide(Verdict.APPROVE)
    assert "Does it *clmb*?" in client.get(mine).text
    assert client.post(f"{mine}/edit", data={"text": "Does it *climb*?"}).status_code == 303
    (stored,) = here.comments
    assert (stored.revision, stored.verdict, stored.shown) == (2, Verdict.HOLD, 1)
    here.wait(minutes=16)
    late = client.post(f"{mine}/edit", data={"text": "Never mind"})
    assert late.status_code == 422
    assert here.comments[0].revision == 2


def test_once_somebody_answered_it_stays_as_it_was_said(here: CommentsSite):
    client = here.browser()
    mine = here.commented(client)
    here.decide(Verdict.APPROVE)
    here.commented(client, text="It does.", name="Bea", reply_to=here.comments[0].ref_id)
    assert client.post(f"{mine}/edit", data={"text": "Changed"}).status_code == 422


def test_withdrawn_is_erased_for_ever(here: CommentsSite):
    client = here.browser()
    shown = here.preview(client, text="Words that I regret")
    mine = here.send(client, shown).headers["Location"].removeprefix(PUBLIC).partition("?")[0]
    here.decide(Verdict.APPROVE)
    asked = client.post(f"{mine}/withdraw")
    assert "Withdraw it for ever?" in asked.text
    assert len(here.comments) == 1
    client.post(f"{mine}/withdraw", data={"sure": "yes"})
    assert here.comments == []
    assert client.get(mine).status_code == 404
    assert here.send(client, shown).status_code == 422
    assert here.comments == []
    here.desk.store.sweep()
    assert b"I regret" not in (here.folder / "tertulia.db").read_bytes()


def test_a_reply_hangs_under_what_it_answers_and_answers_only_what_is_shown(here: CommentsSite):
    client = here.browser()
    here.commented(client, text="Does it climb?")
    here.decide(Verdict.APPROVE)
    parent = here.comments[0].ref_id
    form = client.get("/comment", query_string={"page": PAGE, "reply_to": parent})
    assert "as an answer to a comment there" in form.text
    here.commented(client, text="It does.", name="Bea", reply_to=parent)
    here.commented(client, text="Sure.", name="Eve", reply_to="urn:uuid:of-nothing")
    assert [m.reply_to for m in here.comments] == [None, parent, None]


def test_approved_words_stand_in_the_pages_document_under_their_writers_name(here: CommentsSite):
    here.commented(here.browser(), website="https://ana.example/", text="Does it **climb**?")
    here.decide(Verdict.APPROVE)
    with here.desk.store.read() as tx:
        post = posts.by_id(tx, [here.desk.post_id])[here.desk.post_id]
        (said,) = conversation_of(here.site, tx, post).discussion.messages
    assert (said.author.name, said.author.url) == ("Ana", "https://ana.example/")
    assert said.html == "<p>Does it <strong>climb</strong>?</p>"
    assert said.network == "site"


def test_staff_see_where_a_name_would_lead_before_they_decide(here: CommentsSite):
    here.commented(here.browser(), website="https://ana.example/", name="Ana")
    here.commented(here.browser(), name="Bea", ip="198.51.100.7")
    cards = here.staff().get("/inbox", base_url=ORIGIN).text.split("<article")[1:]
    assert ['href="https://ana.example/"' in card for card in cards] == [True, False]
    assert all('<p class="meta">This site' in card for card in cards)


def test_who_was_rejected_reads_why(here: CommentsSite):
    client = here.browser()
    mine = here.commented(client)
    here.decide(Verdict.REJECT, reason="This is about another shop.")
    page = client.get(mine).text
    assert "A person read it, and we do not show it here." in page
    assert "This is about another shop." in page


def test_a_form_of_a_day_before_is_shown_once_more_and_a_forged_one_too(here: CommentsSite):
    client = here.browser()
    shown = here.preview(client)
    assert here.send(client, shown, seconds=25 * 3600).status_code == 200
    assert here.send(client, here.preview(client), token="forged").status_code == 200
    assert here.comments == []


def test_under_attack_the_preview_asks_browsers_for_work(
    here: CommentsSite, monkeypatch: pytest.MonkeyPatch
):
    client = here.browser()
    assert "data-challenge" not in here.preview(client).text
    monkeypatch.setattr("syndication.steps.comment.ATTACK", 1)
    here.commented(client)
    shown = here.preview(client)
    assert re.search(r'data-challenge="[0-9a-f]{64}"', shown.text)
    assert "script-src 'self'" in shown.headers["Content-Security-Policy"]
    # Whoever has no JavaScript and writes like a person is heard all the same.
    here.send(client, shown, text="Without any link")
    assert here.comments[-1].verdict == Verdict.HOLD


def test_the_filter_follows_what_people_decide_and_forgets_what_they_take_back(here: CommentsSite):
    client = here.browser()
    here.commented(client, text="casino bonus")
    here.decide(Verdict.SPAM)
    assert learn(here.site) == 1
    assert learn(here.site) == 0
    with here.desk.store.read() as tx:
        assert spamwords.texts(tx) == (0, 1)
        assert "casino" not in str(tx.execute(tables.spam_tokens.select()).all())
    here.decide(Verdict.APPROVE)
    assert learn(here.site) == 1
    with here.desk.store.read() as tx:
        assert spamwords.texts(tx) == (1, 0)
        assert {row.bad for row in tx.execute(tables.spam_tokens.select())} == {0}


def test_a_reader_reports_a_message_and_learns_what_became_of_it(here: CommentsSite):
    client = here.browser()
    here.commented(client, text="You are all stupid")
    ref_id = here.comments[0].ref_id
    assert client.get("/report", query_string={"message": ref_id}).status_code == 404
    here.decide(Verdict.APPROVE)
    form = client.get("/report", query_string={"message": ref_id})
    assert "You are all stupid" in form.text
    empty = client.post("/report", data={"message": ref_id, "reason": " "})
    assert empty.status_code == 422
    sent = client.post("/report", data={"message": ref_id, "reason": "This insults people."})
    report = sent.headers["Location"].removeprefix(PUBLIC)
    assert "A person will read it" in client.get(report).text
    marta = here.staff()
    card = marta.get("/reported", base_url=ORIGIN)
    assert "This insults people." in card.text
    press(marta, card, f"/message/{here.comments[0].id}/report", outcome="removed", text="Gone.")
    assert here.comments[0].verdict == Verdict.REJECT
    told = client.get(report).text
    assert "does not stand on our pages any more" in told
    assert "Gone." in told
    assert "This insults people." not in marta.get("/reported", base_url=ORIGIN).text


def test_a_report_can_be_answered_without_removing_anything(here: CommentsSite):
    client = here.browser()
    here.commented(client)
    here.decide(Verdict.APPROVE)
    said = {"message": here.comments[0].ref_id, "reason": "I disagree."}
    report = client.post("/report", data=said).headers["Location"].removeprefix(PUBLIC)
    marta = here.staff()
    card = marta.get("/reported", base_url=ORIGIN)
    path = f"/message/{here.comments[0].id}/report"
    done = press(marta, card, path, outcome="stays", text="So be it.")
    told = marta.get(done.headers["Location"], base_url=ORIGIN).text
    assert "The words of Ana stay." in told
    assert "Approved: the words" not in told
    assert here.comments[0].verdict == Verdict.APPROVE
    assert "it stays" in client.get(report).text


def test_a_settled_report_is_kept_no_longer_than_words_that_stand_on_no_page(here: CommentsSite):
    client = here.browser()
    here.commented(client)
    here.decide(Verdict.APPROVE)
    said = {"message": here.comments[0].ref_id, "reason": "I disagree."}
    report = client.post("/report", data=said).headers["Location"].removeprefix(PUBLIC)
    settle(here.site, here.comments[0].id, 1, removed=False, answer="So be it.", by="Marta")
    here.wait(days=366)
    tidy(replace(here.site, keep_unapproved=timedelta(days=365)))
    assert client.get(report).status_code == 404


def test_staff_reject_with_a_reason_and_see_what_the_filter_sorted_out(here: CommentsSite):
    client = here.browser()
    mine = here.commented(client)
    marta = here.staff()
    inbox = marta.get("/inbox", base_url=ORIGIN)
    press(marta, inbox, f"/message/{here.comments[0].id}/reject", reason="Not about bicycles.")
    assert "Not about bicycles." in client.get(mine).text
    here.send(client, here.preview(client, subject="x", text="Buy pills"))
    listed = marta.get("/sorted", base_url=ORIGIN).text
    assert "Buy pills" in listed
    assert "a field was filled in that people do not see <code>honeypot" in listed


def test_a_writer_reads_dates_in_the_sites_own_time_zone(tmp_path: Path):
    here = CommentsSite(tmp_path, zone=ZoneInfo("Europe/Madrid"))
    client = here.browser()
    page = client.get(here.commented(client)).text
    assert "CET" in page
    assert "UTC" not in page


def test_staff_answer_as_the_brand_and_read_how_their_words_go_out(here: CommentsSite):
    here.commented(here.browser())
    page = f"/message/{here.comments[0].id}"
    marta = here.staff("en")
    english = marta.get(page, base_url=ORIGIN).text
    spanish = here.staff("es").get(page, base_url=ORIGIN).text
    assert "Send as Vencejo" in english
    assert "without Markdown" in english
    assert '<p class="meta">Esta web' in spanish
    answer(here.site, here.comments[0].id, "It does.", by="Marta")
    assert "<bdi>Vencejo</bdi>" in marta.get("/answers", base_url=ORIGIN).text


def test_staff_answer_under_the_comment_on_the_site(here: CommentsSite):
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    collect(here.site, "comments")
    answer(here.site, here.comments[0].id, "It does, with ease.", by="Marta")
    send(here.site, "comments")
    with here.desk.store.read() as tx:
        post = posts.by_id(tx, [here.desk.post_id])[here.desk.post_id]
        said = conversation_of(here.site, tx, post).discussion.messages
    assert [(one.author.name, one.ours) for one in said] == [("Ana", False), ("Vencejo", True)]
    assert said[1].reply_to == here.comments[0].ref_id


def test_a_visitor_answers_from_their_own_server(here: CommentsSite):
    client = here.browser()
    copy = "https://plaza.example/ours"
    assert client.get("/comment/elsewhere", query_string={"copy": copy}).status_code == 200
    sent = client.post("/comment/elsewhere", data={"copy": copy, "server": "@ana@social.example"})
    there = "https://social.example/authorize_interaction?uri=https%3A%2F%2Fplaza.example%2Fours"
    assert sent.headers["Location"] == there
    for server in ("", "localhost", "a.example/x", "javascript:alert(1)", "a@b@", "x y.example"):
        refused = client.post("/comment/elsewhere", data={"copy": copy, "server": server})
        assert refused.status_code == 200
        assert "Write the name of your server" in refused.text


def test_who_reported_in_spanish_reads_what_became_of_it_in_spanish(here: CommentsSite):
    here.commented(here.browser())
    here.decide(Verdict.APPROVE)
    client = here.browser()
    said = {"message": here.comments[0].ref_id, "reason": "Insulta.", "language": "es"}
    sent = client.post("/report", data=said)
    page = client.get(sent.headers["Location"], headers={"Accept-Language": "en"}).text
    assert '<html lang="es"' in page
    assert "Tu aviso" in page


@pytest.mark.parametrize("path", ["/comment/none", "/report/none", "/comment/mail/7/none"])
def test_links_that_open_nothing_say_so(here: CommentsSite, path: str):
    client = here.browser()
    assert client.get(path).status_code == 404
    assert "<h1>" in client.get(path).text


def test_a_site_without_comments_has_none_of_this(here: CommentsSite):
    app = create_public_app(here.desk.site, url=PUBLIC).test_client()
    for path in ("/comment?page=/nido/", "/comment/none", "/report?message=x"):
        assert app.get(path).status_code == 404
