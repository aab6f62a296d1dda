"""What the open web asks of the store, on both databases: known hosts, what answers what."""

from __future__ import annotations

import pytest

from syndication.model import Ref
from syndication.store import Store, arrivals, copies, hosts, messages
from tests.store.making import (
    APPROVED,
    HELD,
    NOW,
    SPACE,
    a_draft,
    a_message,
    a_ref,
    add_copy,
    add_messages,
    add_post,
    the_copy,
    the_message,
)


def knows(store: Store, host: str) -> bool:
    with store.read() as tx:
        return hosts.knows(tx, "plaza", "mastodon", host)


@pytest.mark.parametrize(
    "host", ["plaza.example.org", "aza.example", "plaza_example", "example", "plaza%", "www"]
)
def test_a_host_is_known_by_words_that_stand_there_and_by_its_whole_name(store: Store, host: str):
    with store.write() as tx:
        add_messages(tx, a_message(), post_id=add_post(tx), decision=APPROVED)
    assert knows(store, "plaza.example")
    assert not knows(store, host)


def test_words_that_nobody_approved_make_no_host_known(store: Store):
    with store.write() as tx:
        add_messages(tx, a_message(), post_id=add_post(tx), decision=HELD)
    assert not knows(store, "plaza.example")


def test_a_host_is_known_by_a_link_of_an_article_and_not_by_what_it_answers(store: Store):
    with store.write() as tx:
        post = add_post(tx)
        add_copy(tx, source=f"post:{post}", part="http://www.ben.example:8080/a", post_id=post)
        add_copy(tx, source="answer:1", part="https://eve.example/", post_id=post)
    assert knows(store, "ben.example")
    assert not knows(store, "eve.example")


def test_what_answered_one_message_answers_its_heir(store: Store):
    with store.write() as tx:
        post = add_post(tx)
        page, heir = add_messages(tx, a_message("page"), a_message("heir"), post_id=post)
        above = Ref(space=SPACE, id=page.ref_id)
        (below,) = add_messages(tx, a_message("below", reply_to=above), post_id=post)
        draft = a_draft(reply_to=a_ref("statuses/page", local="https://ana.example/re"))
        answer = add_copy(tx, source="answer:1", draft=draft, answers_id=page.id)
        messages.dissolve(tx, page)
        messages.inherit(tx, page, heir)
        assert the_message(tx, below.id).reply_to == heir.ref_id
        ours = the_copy(tx, answer)
    assert ours.answers_id == heir.id
    assert ours.draft.reply_to is not None
    assert (ours.draft.reply_to.id, ours.draft.reply_to.local) == (
        heir.ref_id,
        "https://ana.example/re",
    )


def test_words_are_found_by_their_name_before_somebody_else_who_claims_their_address(store: Store):
    with store.write() as tx:
        post, other = add_post(tx), add_post(tx, "/other/")
        url = "https://ana.example/re"
        ref = a_ref("claims", url=url)
        (claims,) = add_messages(tx, a_message("1", ref=ref), post_id=post)
        assert messages.standing_at(tx, post, {url, f"{url}#x"}, url) == claims
        true = Ref(space=SPACE, id=f"{url}#x", url=url)
        (said,) = add_messages(tx, a_message("2", ref=true), post_id=post)
        assert messages.standing_at(tx, post, {url, f"{url}#x"}, url) == said
        assert messages.standing_at(tx, other, {url}, url) is None


def test_only_links_of_articles_are_counted_as_such(store: Store):
    with store.write() as tx:
        add_copy(tx, source="post:1", part="https://ben.example/")
        add_copy(tx, source="answer:1", part="1")
        assert copies.states_of(tx, ["plaza"]) == {"ready": 1}


def test_what_waits_is_counted_with_all_hosts_below_a_domain(store: Store):
    hosts_told = ["evil.example", "a.evil.example", "b.a.evil.example", "notevil.example", "e.org"]
    with store.write() as tx:
        for host in hosts_told:
            hint = Ref(space="web", id=f"https://{host}/", local="https://vencejo.example/swifts/")
            arrivals.keep(tx, "web", hint, host=host, now=NOW)
        assert arrivals.waiting_below(tx, "evil.example") == (3, 5)
        assert arrivals.waiting_below(tx, "%.example") == (0, 5)
        (claimed,) = arrivals.claim(tx, "web", now=NOW, limit=1, of_one_host=1)
        arrivals.done(tx, claimed)
        assert arrivals.waiting_below(tx, "evil.example") == (2, 4)
