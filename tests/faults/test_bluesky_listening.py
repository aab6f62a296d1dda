"""How threads, notifications and look-ups of Bluesky mislead, on a real network.

Each trap that was met there is a test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from syndication.demo.bluesky_person import Person
from syndication.model import Ref, Watch
from syndication.networks.contract import (
    Absent,
    Found,
    Gone,
    RateLimited,
    Unavailable,
    Unreachable,
    Withheld,
)
from tests.faults.bluesky import POSTGATE, Ours, ours, ref
from tests.faults.scripted import Reply, Scripted
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import NOWHERE, connected, session_of
from tests.servers.unreliable import Unreliable
from tests.servers.waiting import HANGS

YEARS_AGO = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture
def us(bluesky: Bluesky) -> Iterator[Ours]:
    made = ours(bluesky)
    yield made
    made.connection.close()


@pytest.fixture
def bo(bluesky: Bluesky) -> Person:
    return bluesky.fresh("bo")


# --- conversations -----------------------------------------------------------------------------


def test_replies_come_at_any_depth_parents_first(us: Ours, ada: Person, bo: Person):
    root = us.says()
    last = root
    for number in range(12):
        last = (ada, bo)[number % 2].say(f"level {number}", reply_to=last, root=root)
    other = bo.say("beside", reply_to=root)
    messages = us.thread(root).messages
    order = [message.ref.id for message in messages]
    assert len(order) == 13
    assert other["uri"] in order
    for message in messages:
        assert message.reply_to is not None
        above = message.reply_to.id
        assert above == root["uri"] or order.index(above) < order.index(message.ref.id)


def test_our_own_answers_stand_in_the_conversation(us: Ours, ada: Person):
    root = us.says()
    asked = ada.say("Until when?", reply_to=root)
    us.me.say("Until two", reply_to=asked, root=root)
    assert us.heard(root) == ["Until when?", "Until two"]


def test_quotes_come_with_the_conversation_though_they_stand_in_none(us: Ours, ada: Person):
    root = us.says()
    ada.say("Look at this", quote=root)
    (quote,) = us.thread(root).messages
    assert (quote.kind, quote.quotes and quote.quotes.id) == ("quote", root["uri"])


def test_likes_and_reposts_are_counts(us: Ours, ada: Person, bo: Person):
    root = us.says()
    ada.like(root)
    bo.like(root)
    ada.repost(root)
    counts = {reaction.kind: reaction.count for reaction in us.thread(root).reactions}
    assert counts == {"like": 2, "repost": 1}


def test_a_reply_whose_root_is_another_thread_stands_in_neither(us: Ours, ada: Person):
    root, other = us.says(), us.says("Another")
    ada.say("Mismatched", reply_to=root, root=other)
    assert us.heard(root) == us.heard(other) == []
    (message,) = us.news().messages
    assert message.reply_to is not None
    assert message.reply_to.id == root["uri"]


def test_an_edit_is_the_same_post_in_other_words(us: Ours, ada: Person):
    root = us.says()
    said = ada.say("Until tow?", reply_to=root)
    (before,) = us.thread(root).messages
    ada.edit(said, "Until two?")
    (after,) = us.thread(root).messages
    assert before.ref.id == after.ref.id
    assert before.ref.local != after.ref.local
    assert (before.words.text, after.words.text) == ("Until tow?", "Until two?")


def test_the_count_of_replies_is_not_believed(us: Ours, ada: Person):
    root = us.says()
    ada.say("Here soon", reply_to=root)
    us.network.process()
    ada.deactivate()
    us.network.process()
    counted = us.me.thread(root["uri"])["post"]["replyCount"]
    assert (counted, us.heard(root)) == (1, [])


def test_a_copy_that_was_deleted_is_gone(us: Ours):
    root = us.says()
    us.me.delete(root)
    with pytest.raises(Gone):
        us.thread(root)


def test_a_copy_that_the_network_took_down_is_not_gone(us: Ours):
    root = us.says()
    us.network.takedown_record(root["uri"])
    with pytest.raises(Unavailable):
        us.thread(root)


def test_a_copy_that_the_appview_has_not_indexed_yet_is_not_gone(us: Ours):
    """Between a post and its index lie tens of milliseconds here, and minutes on a bad day."""
    assert us.connection.threader
    for _ in range(5):
        said = us.me.say("Just now")
        try:
            us.connection.threader.thread(ref(said))
        except Unavailable:
            break
        except Gone:
            pytest.fail("a post that is on its server is not gone")


# --- what is not in a conversation ---------------------------------------------------------------


def test_below_a_deleted_reply_all_vanishes_and_only_that_one_is_gone(
    us: Ours, ada: Person, bo: Person
):
    root = us.says()
    first = ada.say("first", reply_to=root)
    second = bo.say("second", reply_to=first, root=root)
    assert us.heard(root) == ["first", "second"]
    ada.delete(first)
    assert us.heard(root) == []
    assert us.look(first) == Absent()
    found = us.look(second)
    assert isinstance(found, Found)
    assert found.message.words.text == "second"


def test_the_words_of_a_deactivated_account_are_withheld_and_come_back(us: Ours, ada: Person):
    root = us.says()
    said = ada.say("until Monday", reply_to=root)
    ada.deactivate()
    assert us.heard(root) == []
    assert us.look(said) == Withheld("the account is deactivated")
    ada.reactivate()
    assert us.heard(root) == ["until Monday"]
    assert isinstance(us.look(said), Found)


def test_the_words_of_somebody_we_block_are_withheld_until_we_do_not(us: Ours, ada: Person):
    root = us.says()
    said = ada.say("rude", reply_to=root)
    block = us.me.block(ada.did)
    assert us.heard(root) == []
    assert isinstance(us.look(said), Withheld)
    us.me.delete(block)
    assert us.heard(root) == ["rude"]
    assert isinstance(us.look(said), Found)


def test_the_words_of_somebody_who_blocks_us_are_withheld(us: Ours, ada: Person):
    root = us.says()
    said = ada.say("goodbye", reply_to=root)
    ada.block(us.me.did)
    assert us.heard(root) == []
    assert isinstance(us.look(said), Withheld)


def test_a_reply_that_was_taken_down_is_withheld(us: Ours, ada: Person):
    root = us.says()
    said = ada.say("spam", reply_to=root)
    us.network.process()
    us.network.takedown_record(said["uri"])
    assert us.heard(root) == []
    assert isinstance(us.look(said), Withheld)


def test_the_words_of_an_account_that_was_taken_down_are_withheld(us: Ours, ada: Person):
    root = us.says()
    said = ada.say("spam", reply_to=root)
    us.network.process()
    us.network.takedown_account(ada.did)
    assert us.heard(root) == []
    assert isinstance(us.look(said), Withheld)


def test_the_words_of_an_account_that_was_deleted_are_gone(us: Ours, ada: Person):
    root = us.says()
    said = ada.say("farewell", reply_to=root)
    us.network.process()
    delete_account(ada)
    assert us.look(said) == Absent()


def delete_account(person: Person) -> None:
    """As the server's owner does it: whoever deletes themselves confirms a mail first."""
    answer = requests.post(
        f"{person.pds}/xrpc/com.atproto.admin.deleteAccount",
        json={"did": person.did},
        auth=("admin", "admin-pass"),
        timeout=HANGS,
    )
    answer.raise_for_status()


def test_a_post_of_nobody_is_not_said_to_be_deleted(us: Ours):
    nobody = {"uri": f"at://did:plc:{'x' * 24}/app.bsky.feed.post/3n2urdrs3ic2b", "cid": ""}
    assert isinstance(us.look(nobody), Unreachable)


def test_when_the_directory_is_down_nothing_is_said_to_be_deleted(bluesky: Bluesky, ada: Person):
    away = ours(bluesky, plc=NOWHERE)
    said = ada.say("deleted", reply_to=away.says())
    ada.delete(said)
    assert isinstance(away.look(said), Unreachable)


def test_forty_posts_are_looked_up_in_two_requests(us: Ours, ada: Person, bluesky: Bluesky):
    said = [ada.say(f"number {number}") for number in range(40)]
    bluesky.process()
    with Unreliable(bluesky.pds).running() as proxy:
        connection = connected(proxy.url, session_of(us.me))
        assert connection.reader
        found = connection.reader.fetch([ref(post) for post in said])
        assert proxy.count("GET") == 2
    assert all(isinstance(lookup, Found) for lookup in found.values())


# --- labels, and what was hidden -----------------------------------------------------------------


def test_a_label_withholds_words_while_it_stands(us: Ours, ada: Person):
    root = us.says()
    said = ada.say("hush", reply_to=root)
    us.network.process()
    us.network.label(said["uri"], "!hide", cid=said["cid"])
    assert us.shown(root)[said["uri"]].visibility == "withheld"
    us.network.label(said["uri"], "!hide", cid=said["cid"], negated=True)
    assert us.shown(root)[said["uri"]].visibility == "public"


def test_the_settings_name_more_labels(bluesky: Bluesky, ada: Person):
    strict = ours(bluesky, withhold_labels=["spam"])
    root = strict.says()
    said = ada.say("buy", reply_to=root)
    bluesky.process()
    bluesky.label(said["uri"], "spam", cid=said["cid"])
    assert strict.shown(root)[said["uri"]].visibility == "withheld"


def test_who_wants_to_be_seen_by_members_only_is_withheld(us: Ours, ada: Person):
    """The network gives their words to anybody all the same: it is a wish."""
    wish = {
        "$type": "com.atproto.label.defs#selfLabels",
        "values": [{"val": "!no-unauthenticated"}],
    }
    ada.put("app.bsky.actor.profile", "self", {"displayName": "Ada", "labels": wish})
    root = us.says()
    said = ada.say("among us", reply_to=root)
    assert us.shown(root)[said["uri"]].visibility == "withheld"
    ada.put("app.bsky.actor.profile", "self", {"displayName": "Ada"})
    assert us.shown(root)[said["uri"]].visibility == "public"


def test_a_reply_that_we_hid_there_is_hidden_here_in_threads_and_look_ups(us: Ours, ada: Person):
    """The thread still brings it: only the gate says that it is hidden."""
    root = us.says()
    said = ada.say("off topic", reply_to=root)
    us.network.process()
    us.hides(root, said)
    assert us.shown(root)[said["uri"]].visibility == "withheld"
    looked = us.look(said)
    assert isinstance(looked, Found)
    assert looked.message.visibility == "withheld"
    us.hides(root)
    assert us.shown(root)[said["uri"]].visibility == "public"


def test_a_reply_that_is_hidden_below_another_part_of_our_chain_is_hidden(us: Ours, ada: Person):
    root = us.says("1/2")
    second = us.me.say("2/2", reply_to=root)
    us.network.process()
    said = ada.say("off topic", reply_to=second, root=root)
    us.network.process()
    us.hides(root, said)
    assert us.shown(second)[said["uri"]].visibility == "withheld"


def test_nobody_hides_an_answer_in_a_thread_that_is_not_theirs(us: Ours, ada: Person, bo: Person):
    root = us.says()
    said = ada.say("fair question", reply_to=root)
    theirs = bo.say("mine")
    us.network.process()
    gate = {
        "post": theirs["uri"],
        "createdAt": "2026-11-22T10:00:00Z",
        "hiddenReplies": [said["uri"]],
    }
    bo.put("app.bsky.feed.threadgate", theirs["uri"].rsplit("/", 1)[1], gate)
    us.network.process()
    assert us.connection.reader
    looked = us.connection.reader.fetch([ref(said), ref(theirs)])[said["uri"]]
    assert isinstance(looked, Found)
    assert looked.message.visibility == "public"


def test_a_reply_that_the_gate_forbids_is_shown_to_nobody(us: Ours, ada: Person):
    """Its server takes it all the same."""
    root = us.says()
    gate = {"post": root["uri"], "createdAt": "2026-11-22T10:00:00Z", "allow": []}
    us.me.put("app.bsky.feed.threadgate", root["uri"].rsplit("/", 1)[1], gate)
    us.network.process()
    ada.say("all the same", reply_to=root)
    assert us.heard(root) == []
    assert us.news().messages == ()


def test_a_quote_out_of_which_we_took_our_post_is_withheld(us: Ours, ada: Person):
    root = us.says()
    quote = ada.say("mocking", quote=root)
    us.network.process()
    gate = {"post": root["uri"], "createdAt": "2026-11-22T10:00:00Z"}
    us.me.put(
        POSTGATE, root["uri"].rsplit("/", 1)[1], gate | {"detachedEmbeddingUris": [quote["uri"]]}
    )
    assert us.shown(root)[quote["uri"]].visibility == "withheld"


# --- people ----------------------------------------------------------------------------------


def test_a_new_handle_is_the_same_person(us: Ours, ada: Person):
    root = us.says()
    ada.say("hello", reply_to=root)
    (before,) = us.thread(root).messages
    ada.rename(f"new-{ada.handle}")
    (after,) = us.thread(root).messages
    assert before.author.ref == after.author.ref
    assert after.author.handle == ada.handle != before.author.handle


def test_html_in_a_display_name_is_text(us: Ours, bluesky: Bluesky):
    bob = bluesky.fresh("bob", display_name="Bob <b>B</b>")
    root = us.says()
    bob.say("hi", reply_to=root)
    assert us.thread(root).messages[0].author.name == "Bob <b>B</b>"


def test_a_profile_introduces_its_owner(us: Ours, bluesky: Bluesky):
    bob = bluesky.fresh(
        "bob", about="Bicycles. https://bob.example/about, https://mastodon.example/@bob"
    )
    bluesky.process()
    assert us.connection.introducer
    said = us.connection.introducer.introduce(Ref(space="atproto", id=bob.did))
    assert f"https://bsky.app/profile/{bob.handle}" in said.addresses
    assert f"https://{bob.handle}" in said.addresses
    assert said.links == ("https://bob.example/about", "https://mastodon.example/@bob")


def test_hostile_text_is_shown_as_text_and_without_controls(us: Ours, ada: Person):
    root = us.says()
    ada.say("<script>alert(1)</script> \u202edesrever\u202c <b>x</b>", reply_to=root)
    (message,) = us.thread(root).messages
    assert "<script" not in message.words.html
    assert "\u202e" not in message.words.text
    assert "<script>alert(1)</script>" in message.words.text


def test_a_post_with_a_nul_reaches_nobody(us: Ours, ada: Person):
    """Its server takes it, the AppView cannot store it; what follows is indexed all the same."""
    root = us.says()
    ada.say("nothing\x00ness", reply_to=root)
    ada.say("after it", reply_to=root)
    assert us.heard(root) == ["after it"]


# --- news --------------------------------------------------------------------------------------


def test_replies_quotes_and_mentions_are_news_oldest_first(us: Ours, ada: Person, bo: Person):
    root = us.says()
    ada.say("a reply", reply_to=root)
    us.network.process()
    bo.say("a quote", quote=root)
    us.network.process()
    ada.say(f"a mention of @{us.me.handle}")
    page = us.news()
    told = [(message.kind, message.words.text.split(" of ")[0]) for message in page.messages]
    assert told == [("reply", "a reply"), ("quote", "a quote"), ("mention", "a mention")]
    assert us.news(page.cursor).messages == ()


def test_likes_and_reposts_hint_at_our_post_once(us: Ours, ada: Person, bo: Person):
    root = us.says()
    start = us.news().cursor
    ada.like(root)
    bo.repost(root)
    page = us.news(start)
    assert [hint.id for hint in page.hints] == [root["uri"]]
    assert us.news(page.cursor).hints == ()


def test_a_quiet_poll_is_two_requests_however_much_was_said(
    us: Ours, ada: Person, bluesky: Bluesky
):
    root = us.says()
    for number in range(30):
        ada.say(f"number {number}", reply_to=root)
    bluesky.process()
    with Unreliable(bluesky.pds).running() as proxy:
        connection = connected(proxy.url, session_of(us.me))
        assert connection.collector
        first = connection.collector.collect(None)
        assert len(first.messages) == 30
        before = len(proxy.asked)
        assert connection.collector.collect(first.cursor).messages == ()
        assert len(proxy.asked) - before == 2
        anew = connected(proxy.url, session_of(us.me))  # after a restart
        assert anew.collector
        before = proxy.count("GET")
        assert anew.collector.collect(first.cursor).messages == ()
        assert proxy.count("GET") - before == 2


def test_what_could_not_be_stored_is_told_again(us: Ours, ada: Person):
    start = us.news().cursor
    ada.say(f"once @{us.me.handle}")
    lost = us.news(start)
    again = us.news(start)
    assert [m.words.text for m in again.messages] == [m.words.text for m in lost.messages] != []


def test_a_reply_dated_years_back_is_news_though_it_sorts_to_the_end(us: Ours, ada: Person):
    root = us.says()
    for number in range(5):
        ada.say(f"number {number}", reply_to=root)
    cursor = us.news().cursor
    ada.say("from long ago", reply_to=root, at=YEARS_AGO)
    assert [message.words.text for message in us.news(cursor).messages] == ["from long ago"]


def test_more_news_than_a_page_are_all_told(us: Ours, ada: Person):
    cursor = us.news().cursor
    root = us.says()
    for number in range(130):
        ada.say(f"number {number}", reply_to=root)
    page = us.news(cursor)
    told = [message.words.text for message in page.messages]
    assert told == [f"number {number}" for number in range(130)]
    assert us.news(page.cursor).messages == ()


def test_a_reply_to_a_quote_of_ours_is_no_news_and_one_that_mentions_us_too_is_one(
    us: Ours, ada: Person, bo: Person
):
    root = us.says()
    quote = ada.say("look", quote=root)
    us.network.process()
    bo.say("I see", reply_to=quote)
    bo.say(f"@{us.me.handle} really?", reply_to=root)
    told = [message.words.text for message in us.news().messages]
    assert sorted(told) == sorted(["look", f"@{us.me.handle} really?"])


def test_replies_to_what_is_not_indexed_yet_are_in_the_thread(us: Ours, ada: Person, bo: Person):
    """Their notifications are lost now and then: the thread is the truth."""
    root = us.says()
    first = ada.say("first", reply_to=root)
    bo.say("at once", reply_to=first, root=root)
    assert us.heard(root) == ["first", "at once"]


def test_the_news_of_somebody_we_mute_are_not_told_and_the_thread_has_them(us: Ours, ada: Person):
    root = us.says()
    us.me.call("app.bsky.graph.muteActor", actor=ada.did)
    ada.say("quietly", reply_to=root)
    assert us.news().messages == ()
    assert us.heard(root) == ["quietly"]


def test_news_that_were_deleted_meanwhile_are_none(us: Ours, ada: Person):
    cursor = us.news().cursor
    said = ada.say(f"@{us.me.handle} oh")
    us.network.process()
    ada.delete(said)
    assert us.news(cursor).messages == ()


# --- finding -------------------------------------------------------------------------------------


def finds(us: Ours, watch: Watch, cursor: str | None = None) -> list[str]:
    us.network.process()
    assert us.connection.searcher
    page = us.connection.searcher.search(watch, cursor)
    return [message.words.text for message in page.messages]


def test_words_of_strangers_are_found_once_and_ours_are_not(us: Ours, ada: Person):
    word = f"brakes{ada.did[-6:]}"
    watch = Watch(id=1, query=word, kind="words")
    ada.say(f"my {word} squeak")
    us.me.say(f"we mend {word}")
    us.network.process()
    assert us.connection.searcher
    page = us.connection.searcher.search(watch, None)
    assert [message.words.text for message in page.messages] == [f"my {word} squeak"]
    assert finds(us, watch, page.cursor) == []
    ada.say(f"still my {word}")
    assert finds(us, watch, page.cursor) == [f"still my {word}"]


def test_what_a_profile_says_comes_with_what_was_found(us: Ours, bluesky: Bluesky):
    shy = bluesky.fresh("shy", about="No machines please #nobot")
    word = f"chain{shy.did[-6:]}"
    shy.say(f"my {word} rusts")
    us.network.process()
    assert us.connection.searcher
    page = us.connection.searcher.search(Watch(id=1, query=word, kind="words"), None)
    assert [message.author.note for message in page.messages] == ["No machines please #nobot"]


def test_words_and_hashtags_can_be_watched(us: Ours):
    searcher = us.connection.searcher
    assert searcher
    assert searcher.supports(Watch(id=1, query="brakes", kind="words"))
    assert searcher.supports(Watch(id=1, query="#Bici", kind="hashtag"))
    assert not searcher.supports(Watch(id=1, query="!!!", kind="hashtag"))
    assert not searcher.supports(Watch(id=1, query="brakes", kind="place"))


# --- servers that fail -----------------------------------------------------------------------


@pytest.mark.parametrize("how", ["cut", "refuse"])
def test_an_answer_that_is_cut_is_no_news_and_no_deletion(us: Ours, bluesky: Bluesky, how: str):
    root = us.says()
    with Unreliable(bluesky.pds).running() as proxy:
        connection = connected(proxy.url, session_of(us.me))
        assert connection.threader
        assert connection.reader
        connection.threader.thread(ref(root))
        proxy.fail_next("GET", "*getPostThread", how)  # type: ignore[arg-type]
        with pytest.raises(Unavailable):
            connection.threader.thread(ref(root))
        proxy.fail_next("GET", "*getPosts", how)  # type: ignore[arg-type]
        assert isinstance(connection.reader.fetch([ref(root)])[root["uri"]], Unreachable)


NONSENSE = {
    "no list": {},
    "a list of nonsense": {"notifications": [7, None, {"reason": "reply"}, {"uri": []}]},
    "a page of HTML": None,
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def test_a_server_that_talks_nonsense_gives_no_news(said: object):
    with Scripted().running() as server:
        body = b"<html>down</html>" if said is None else json.dumps(said).encode()
        server.on("GET", "/xrpc/app.bsky.notification.listNotifications", Reply(body=body))
        server.on("GET", "/xrpc/app.bsky.feed.getPosts", Reply(json={"posts": []}))
        collector = connected(server.url, SESSION).collector
        assert collector
        if said == NONSENSE["a list of nonsense"]:
            assert collector.collect(None).messages == ()
        else:
            with pytest.raises(Unavailable):
                collector.collect(None)


SESSION = {
    "did": f"did:plc:{'a' * 24}",
    "handle": "vencejo.test",
    "access_jwt": "a.b.c",
    "refresh_jwt": "d.e.f",
}


def test_a_limit_says_until_when():
    with Scripted().running() as server:
        until = int(datetime.now(UTC).timestamp()) + 60
        limited = Reply(
            status=429,
            json={"error": "RateLimitExceeded"},
            headers={"ratelimit-reset": str(until)},
        )
        server.on("GET", "/xrpc/app.bsky.notification.listNotifications", limited)
        collector = connected(server.url, SESSION).collector
        assert collector
        with pytest.raises(RateLimited) as caught:
            collector.collect(None)
        assert int(caught.value.until.timestamp()) == until
