"""Whoever answers a comment reads above the form what they answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from syndication.model import Verdict
from syndication.steps.answer import answer
from syndication.steps.send import send
from syndication.store import copies
from tests.unit.comments_site import PAGE, CommentsSite


@pytest.fixture
def here(tmp_path: Path) -> CommentsSite:
    return CommentsSite(tmp_path)


def above(client: FlaskClient, ref_id: str) -> list[str]:
    """What the form quotes for whoever answers this."""
    form = client.get("/comment", query_string={"page": PAGE, "reply_to": ref_id})
    assert form.status_code == 200
    quotes = BeautifulSoup(form.text, "html.parser").select("main blockquote")
    return [" ".join(quote.get_text().split()) for quote in quotes]


def test_who_said_it_and_the_words_stand_above_the_form_and_the_preview(here: CommentsSite) -> None:
    client = here.browser()
    here.commented(client, name="Ana & Co", text="Does 1 < 2 climb? " + "Tell me. " * 60)
    here.decide(Verdict.APPROVE)
    parent = here.comments[0].ref_id
    (quoted,) = above(client, parent)
    assert quoted.startswith("Ana & Co Does 1 < 2 climb? Tell me. Tell")
    assert quoted.endswith("…")
    assert len(quoted) < 300
    preview = here.preview(client, reply_to=parent, text="It does.").text
    assert "Does 1 &lt; 2 climb?" in preview


def test_words_that_no_page_shows_are_not_told_to_whoever_asks(here: CommentsSite) -> None:
    client = here.browser()
    here.commented(client, text="Not approved")
    waiting = here.comments[0].ref_id
    assert above(client, waiting) == above(client, "urn:uuid:of-nothing") == above(client, "") == []
    here.decide(Verdict.REJECT)
    assert above(client, waiting) == []


def test_an_answer_of_ours_is_answered_under_our_name(here: CommentsSite) -> None:
    client = here.browser()
    here.commented(client, text="Does it climb?")
    here.decide(Verdict.APPROVE)
    answer(here.site, here.comments[0].id, "It does, with ease.", by="Marta")
    send(here.site, "comments")
    with here.desk.store.read() as tx:
        (ours,) = [c for c in copies.of_posts(tx, [here.desk.post_id]) if c.answers_id]
    assert ours.ref is not None
    assert above(client, ours.ref.id) == ["Vencejo It does, with ease."]
