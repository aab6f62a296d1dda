"""Deciding and answering through the desk's own forms."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from syndication.desk.tokens import LASTS
from syndication.model import WITHHELD, Limits, Profile, Upstream, Verdict
from syndication.steps.decide import decide
from syndication.store import accounts, context, copies, hidings, messages
from syndication.store.copies import Copy
from tests.unit.desk_site import ORIGIN, DeskSite, forms, press


@pytest.fixture
def desk(tmp_path: Path) -> DeskSite:
    return DeskSite(tmp_path)


def answers(desk: DeskSite, message_id: int) -> list[Copy]:
    with desk.store.read() as tx:
        return context.answers_to(tx, [message_id]).get(message_id, [])


@pytest.mark.parametrize("action", ["approve", "reject", "spam"])
def test_a_decision_holds_and_leads_back_with_a_notice(desk: DeskSite, action: str):
    said, other = desk.says(), desk.says(by="Luis")
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    answer = press(client, page, f"/message/{said}/{action}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/inbox?done={said}#notice"
    back = client.get(answer.headers["Location"], base_url=ORIGIN)
    assert desk.stored(said).verdict == action
    assert f'id="message-{said}"' not in back.text
    assert back.text.index('id="notice"') < back.text.index(f'id="message-{other}"')
    assert ("export", None) in desk.woken
    with desk.store.read() as tx:
        assert context.last_decisions(tx, [said])[said].by == "Marta"


def test_the_notice_undoes_what_was_just_done(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    done = press(client, client.get("/inbox", base_url=ORIGIN), f"/message/{said}/approve")
    back = client.get(done.headers["Location"], base_url=ORIGIN)
    undone = press(client, back, f"/message/{said}/undo")
    assert desk.stored(said).verdict == "hold"
    assert desk.stored(said).shown is None
    again = client.get(undone.headers["Location"], base_url=ORIGIN)
    assert "Taken back" in again.text
    assert f'id="message-{said}"' in again.text


def test_a_notice_is_told_by_the_database_and_by_no_address(desk: DeskSite):
    said = desk.says()
    page = desk.client().get(f"/inbox?done={said}", base_url=ORIGIN)
    assert 'id="notice"' not in page.text
    other = desk.client(desk.member("Luis"))
    press(other, other.get("/inbox", base_url=ORIGIN), f"/message/{said}/approve")
    client = desk.client(desk.member("Rosa"))
    assert 'id="notice"' not in client.get(f"/inbox?done={said}", base_url=ORIGIN).text


def test_words_that_changed_since_they_were_read_are_shown_again(desk: DeskSite):
    said = desk.says("<p>Lovely bicycle</p>")
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    desk.edits(said, "<p>Terrible bicycle</p>")
    answer = press(client, page, f"/message/{said}/approve")
    assert answer.status_code == 409
    assert "edited after you read them" in answer.text
    assert "Terrible bicycle" in answer.text
    assert desk.stored(said).shown is None
    press(client, answer, f"/message/{said}/approve")
    assert desk.stored(said).shown == 2


def test_an_edit_brings_an_approved_message_back_with_the_difference(desk: DeskSite):
    said = desk.says("<p>Two children fit well</p>")
    client = desk.client()
    press(client, client.get("/inbox", base_url=ORIGIN), f"/message/{said}/approve")
    desk.edits(said, "<p>Two adults fit well</p>")
    page = client.get("/inbox", base_url=ORIGIN)
    assert desk.stored(said).shown == 1
    assert '<del><span class="unseen">removed: </span>children</del>' in page.text
    assert '<ins><span class="unseen">added: </span>adults</ins>' in page.text
    assert "edited after approval" in page.text
    press(client, page, f"/message/{said}/approve")
    assert desk.stored(said).shown == 2


def test_what_a_colleague_decided_meanwhile_is_not_overruled_unread(desk: DeskSite):
    said = desk.says()
    marta, luis = desk.client(), desk.client(desk.member("Luis"))
    page = marta.get("/inbox", base_url=ORIGIN)
    press(luis, luis.get("/inbox", base_url=ORIGIN), f"/message/{said}/approve")
    answer = press(marta, page, f"/message/{said}/spam")
    assert answer.status_code == 409
    assert "Luis decided about this" in answer.text
    assert desk.stored(said).verdict == "approve"


def test_a_second_click_is_as_good_as_one(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    assert press(client, page, f"/message/{said}/approve").status_code == 303
    assert press(client, page, f"/message/{said}/approve").status_code == 303
    with desk.store.read() as tx:
        made = tx.exec_driver_sql("select count(*) from decisions where by <> 'rules'").scalar()
    assert made == 1


def test_a_message_that_vanished_is_said_to_have_vanished(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    with desk.store.write() as tx:
        stored = messages.get(tx, said)
        assert stored is not None
        messages.erase(tx, stored, now=desk.now)
    answer = press(client, page, f"/message/{said}/answer", text="Of course, Ana!")
    assert answer.status_code == 409
    assert "not there any more" in answer.text
    assert "Of course, Ana!" in answer.text
    assert client.get(f"/message/{said}", base_url=ORIGIN).status_code == 404


def test_a_form_that_stood_open_for_days_is_read_again(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    desk.now += LASTS + timedelta(minutes=1)
    answer = press(client, page, f"/message/{said}/answer", text="It does, Ana.")
    assert answer.status_code == 403
    assert "open for too long" in answer.text
    assert ">\nIt does, Ana.</textarea>" in answer.text
    assert not answers(desk, said)
    assert press(client, answer, f"/message/{said}/answer", text="It does.").status_code == 303


def test_private_words_have_no_form_that_shows_them_and_no_way_around_it(desk: DeskSite):
    said, open_ = desk.says(visibility="direct"), desk.says(by="Luis")
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    assert "Written to us in private" in page.text
    assert f"/message/{said}/approve" not in forms(page)
    assert f"/message/{said}/answer" not in forms(page)
    stolen = forms(page)[f"/message/{open_}/approve"]
    assert client.post(f"/message/{said}/approve", data=stolen, base_url=ORIGIN).status_code == 403
    press(client, page, f"/message/{said}/reject")
    assert desk.stored(said).verdict == "reject"


def test_words_that_became_private_cannot_be_approved_any_more(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    with desk.store.write() as tx:
        messages.set_visibility(tx, said, "direct")
    answer = press(client, page, f"/message/{said}/approve")
    assert answer.status_code == 409
    assert "in private" in answer.text
    assert desk.stored(said).shown is None


def test_withheld_words_can_be_answered_and_have_no_form_that_shows_them(desk: DeskSite):
    said = desk.says(visibility=WITHHELD)
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    assert "keeps this off public pages" in page.text
    assert "Written to us in private" not in page.text
    assert f"/message/{said}/approve" not in forms(page)
    press(client, page, f"/message/{said}/answer", text="Until two.")
    assert [copy.draft.text for copy in answers(desk, said)] == [
        "@anaruiz@plaza.example Until two."
    ]


def test_words_that_were_withheld_meanwhile_cannot_be_approved_until_they_are_not(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    with desk.store.write() as tx:
        messages.set_visibility(tx, said, WITHHELD)
    answer = press(client, page, f"/message/{said}/approve")
    assert answer.status_code == 409
    assert "keeps this off public pages" in answer.text
    assert "in private" not in answer.text
    with desk.store.write() as tx:
        messages.set_visibility(tx, said, "public")
    press(client, page, f"/message/{said}/approve")
    assert desk.stored(said).shown == 1


def test_what_no_page_would_show_is_filed_away(desk: DeskSite):
    said = desk.says(on_post=False, under="", via="search:1")
    client = desk.client()
    page = client.get("/found", base_url=ORIGIN)
    assert f"/message/{said}/approve" not in forms(page)
    assert "File away" in page.text
    done = press(client, page, f"/message/{said}/reject")
    assert done.headers["Location"] == f"/found?done={said}#notice"
    assert "Filed away" in client.get(done.headers["Location"], base_url=ORIGIN).text


def test_what_was_undone_to_an_older_decision_can_be_decided_again(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    press(client, client.get("/inbox", base_url=ORIGIN), f"/message/{said}/approve")
    decide(desk.site, said, 1, Verdict.SPAM, by="Luis")
    press(client, client.get("/decided", base_url=ORIGIN), f"/message/{said}/undo")
    assert desk.stored(said).verdict == "approve"
    page = client.get("/decided", base_url=ORIGIN)
    assert f"/message/{said}/undo" not in forms(page)
    assert f"/message/{said}/approve" not in forms(page)
    press(client, page, f"/message/{said}/reject")
    assert (desk.stored(said).verdict, desk.stored(said).shown) == ("reject", None)


def test_what_we_hid_upstream_ourselves_is_offered_for_approval_after_an_edit(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    press(client, client.get("/inbox", base_url=ORIGIN), f"/message/{said}/reject")
    with desk.store.write() as tx:
        hidings.want(tx, said, "plaza", hide=True, now=desk.now)
        messages.set_visibility(tx, said, WITHHELD)
    page = client.get("/decided", base_url=ORIGIN)
    assert "Rejected" in page.text
    assert "Filed away" not in page.text
    assert "kept off pages" not in page.text
    desk.edits(said, "<p>I am sorry</p>")
    page = client.get(f"/message/{said}", base_url=ORIGIN)
    answer = press(client, page, f"/message/{said}/approve")
    assert answer.status_code == 303
    assert desk.stored(said).verdict == "approve"


def test_an_answer_is_stored_with_its_greeting_and_who_wrote_it(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    assert "@anaruiz@plaza.example" in page.text
    assert "477 characters" in page.text
    done = press(client, page, f"/message/{said}/answer", text="It does.\r\nTwo of them.")
    copy = answers(desk, said)[0]
    assert copy.draft.text == "@anaruiz@plaza.example It does.\nTwo of them."
    assert copy.written_by == "Marta"
    assert copy.draft.reply_to is not None
    assert copy.draft.reply_to.id == desk.stored(said).ref_id
    assert ("send", "plaza") in desk.woken
    back = client.get(done.headers["Location"], base_url=ORIGIN)
    assert "on its way" in back.text
    assert desk.stored(said).verdict == "hold"


def test_an_answer_clicked_twice_is_sent_once(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    for _ in range(2):
        sent = press(client, page, f"/message/{said}/answer", text="It does.")
        assert sent.status_code == 303
    assert len(answers(desk, said)) == 1


@pytest.mark.parametrize(
    ("text", "told"), [("  \n", "Write something first"), ("a" * 478, "501 characters long")]
)
def test_an_answer_that_cannot_be_sent_is_given_back_with_the_reason(
    desk: DeskSite, text: str, told: str
):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    answer = press(client, page, f"/message/{said}/answer", text=text)
    assert answer.status_code == 422
    assert told in answer.text
    assert f">\n{text.strip()}</textarea>" in answer.text
    assert not answers(desk, said)


def test_an_answer_with_too_many_bytes_is_given_back_with_the_reason(desk: DeskSite):
    said = desk.says()
    with desk.store.write() as tx:
        limits = Limits(characters=300, bytes=3000)
        profile = Profile(ref=desk.ref("@vencejo"), handle="vencejo", name="V", limits=limits)
        accounts.verified(tx, "plaza", profile, now=desk.now)
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    answer = press(client, page, f"/message/{said}/answer", text="👨‍👩‍👧‍👦" * 125)
    assert answer.status_code == 422
    assert re.search(r"takes 3\d+ bytes with its greeting; Mastodon takes 3000", answer.text)
    assert not answers(desk, said)


def test_an_answer_to_words_that_changed_waits_for_another_look(desk: DeskSite):
    said = desk.says("<p>I love it</p>")
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    desk.edits(said, "<p>I hate it</p>")
    answer = press(client, page, f"/message/{said}/answer", text="So glad, Ana!")
    assert answer.status_code == 409
    assert "So glad, Ana!" in answer.text
    assert not answers(desk, said)


def test_answers_tell_where_they_stand_and_why_one_failed(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    press(client, page, f"/message/{said}/answer", text="It does.")
    listed = client.get("/answers", base_url=ORIGIN)
    assert "on its way" in listed.text
    assert "<bdi>@vencejo@plaza.example</bdi>" in listed.text
    with desk.store.write() as tx:
        tx.exec_driver_sql(
            "update copies set state = 'failed', error = 'They <b>blocked</b> us'"
            " where answers_id is not null"
        )
    listed = client.get("/answers", base_url=ORIGIN)
    assert "could not be sent" in listed.text
    assert "They &lt;b&gt;blocked&lt;/b&gt; us" in listed.text
    assert f'href="/message/{said}"' in listed.text
    assert press(client, page, f"/message/{said}/answer", text="It does.").status_code == 303
    assert len(answers(desk, said)) == 2


def test_missing_upstream_is_said_before_somebody_decides(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    with desk.store.write() as tx:
        messages.went_missing(tx, said, now=desk.now)
    assert desk.stored(said).upstream == Upstream.MISSING
    assert "does not have this message any more" in client.get("/inbox", base_url=ORIGIN).text


def test_the_page_of_a_message_shows_the_whole_conversation(desk: DeskSite):
    first = desk.says("<p>Does it fit two?</p>")
    second = desk.says("<p>It does!</p>", by="Luis", under=desk.name_of(first))
    desk.says("<p>Thank you</p>", under=desk.name_of(second))
    desk.says("<p>Nice colour</p>", by="Pau")
    page = desk.client().get(f"/message/{second}", base_url=ORIGIN)
    conversation = page.text.partition('<section class="conversation">')[2]
    order = ["The Nido is here", "Does it fit two?", "It does!", "Thank you", "Nice colour"]
    places = [conversation.index(words) for words in order]
    assert places == sorted(places)
    assert [conversation.count(f'class="voice depth-{depth}') for depth in range(5)] == [
        1,
        2,
        1,
        1,
        0,
    ]
    assert conversation.count('aria-current="true"') == 1


def test_a_circle_of_replies_ends(desk: DeskSite):
    first = desk.says("<p>one</p>", on_post=False, under="said/2")
    second = desk.says("<p>two</p>", on_post=False, under="said/1")
    client = desk.client()
    assert client.get("/inbox", base_url=ORIGIN).status_code == 200
    for said in (first, second):
        page = client.get(f"/message/{said}", base_url=ORIGIN)
        conversation = page.text.partition('<section class="conversation">')[2]
        assert conversation.index("one") < conversation.index("two")
        assert conversation.count("<li class=") == 2


def test_a_published_answer_of_ours_stands_in_the_thread_as_ours(desk: DeskSite):
    said = desk.says("<p>Does it fit two?</p>")
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    press(client, page, f"/message/{said}/answer", text="It does.")
    with desk.store.write() as tx:
        copies.published(tx, answers(desk, said)[0], desk.ref("ours/2"), now=desk.now)
    desk.says("<p>Good</p>", by="Vencejo", under="ours/2")
    page = client.get("/inbox", base_url=ORIGIN)
    card = page.text.partition('id="message-2"')[2]
    assert card.count('<li class="voice ours">') == 2
    assert "It does." in card
    assert "ours" not in card.partition('<div class="words"')[2].partition("</article>")[0]
