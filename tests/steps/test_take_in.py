"""The only door in: where words belong, whose they are, and what may ever be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syndication.model import Author, Picture, Ref, Verdict, Words
from syndication.steps.answer import answer
from syndication.steps.decide import decide
from syndication.steps.publish import publish
from syndication.steps.send import send
from syndication.store import copies, messages
from tests.steps.town import URL, Town


def test_an_answer_to_an_answer_belongs_to_the_same_post_at_any_depth(town: Town) -> None:
    at = town.speak()
    for depth in range(5):
        at = town.person(f"p{depth}").say(f"@brand level {depth}", reply_to=at)
    town.collect()
    places = {(m.post_id, m.copy_id) for m in town.messages()}
    assert places == {(town.copy().post_id, town.copy().id)}


def test_replies_that_mention_nobody_are_found_in_the_thread_at_any_depth(town: Town) -> None:
    at = ours = town.speak()
    for depth in range(5):
        at = town.person(f"p{depth}").say(f"level {depth}", reply_to=at)
    town.collect()
    assert town.messages() == []
    town.reverify(minutes=10)
    assert next(m.reply_to for m in town.messages()) == ours.id
    assert len(town.messages()) == 5


def test_a_quote_belongs_to_what_it_quotes(town: Town) -> None:
    ours = town.speak()
    ref = town.person("ana").say("look at this", quotes=ours)
    town.collect()
    assert town.stored(ref).kind == "quote"
    assert town.stored(ref).post_id == town.copy().post_id


def test_an_answer_to_a_stranger_that_quotes_us_belongs_to_what_it_quotes(town: Town) -> None:
    ours = town.speak()
    first = town.person("ana").say("@brand good morning")
    ref = town.person("bo").say("@brand look at this", reply_to=first, quotes=ours)
    town.collect()
    assert town.stored(first).post_id is None
    assert town.stored(ref).copy_id == town.copy().id


@pytest.mark.parametrize(
    "link",
    [
        f"{URL}/hello/",
        f"{URL}/hello",
        f"{URL}/hello/?utm_source=x#part",
        "http://www.brand.example/hello/",
        f"{URL}/former-name/",
    ],
)
def test_a_link_to_a_page_of_ours_is_a_mention_of_it(town: Town, link: str) -> None:
    town.read_once(town.post("hello", aliases=("/former-name/",)))
    ref = town.person("ana").say(f"@brand I read {link} twice")
    town.collect()
    town.decide(ref)
    assert town.shown("/hello/") == [f"@brand I read {link} twice"]


@pytest.mark.parametrize("link", ["https://elsewhere.example/hello/", f"{URL}/nothing/", ""])
def test_words_that_belong_to_no_page_stand_on_none(town: Town, link: str) -> None:
    town.read_once(town.post("hello"))
    ref = town.person("ana").say(f"@brand good morning {link}")
    town.collect()
    assert town.stored(ref).post_id is None
    town.decide(ref)
    town.export()
    assert "good morning" not in town.everything_public()


def test_the_thread_decides_before_a_link_does(town: Town) -> None:
    ours = town.speak("hello")
    town.out(town.post("hello"), town.post("other"))
    ref = town.person("ana").say(f"@brand see also {URL}/other/", reply_to=ours)
    town.collect()
    (hello,) = [c for c in town.copies() if c.ref and c.ref.id == ours.id]
    assert town.stored(ref).copy_id == hello.id


def test_an_answer_to_words_without_a_place_may_name_one_itself(town: Town) -> None:
    town.read_once(town.post("hello"))
    first = town.person("ana").say("@brand good morning")
    second = town.person("bo").say(f"@brand I mean {URL}/hello/", reply_to=first)
    town.collect()
    assert town.stored(first).post_id is None
    assert town.stored(second).post_id is not None


def test_a_reply_that_came_before_we_knew_our_own_name_is_placed_when_its_thread_is_read(
    town: Town,
) -> None:
    """The answer to our publishing is lost; somebody replies before we find what we said."""
    town.server.idempotent = False
    town.read_once()
    town.build(town.post("hello"), town.post("other"))
    publish(town.site)
    town.later(minutes=6)
    publish(town.site)
    town.server.lose_answer("publish", done=True)
    send(town.site)
    theirs = next(
        s.message.ref for s in town.server.statuses.values() if "/hello/" in s.message.words.text
    )
    plain = town.person("ana").say("@brand lovely", reply_to=theirs)
    linking = town.person("bo").say(f"@brand like {URL}/other/", reply_to=theirs)
    town.collect()
    assert town.stored(plain).post_id is None
    assert town.stored(linking).copy_id is None
    town.decide(plain)
    town.decide(linking)
    town.later(minutes=2)
    send(town.site)
    town.reverify(minutes=10)
    (hello,) = [c for c in town.copies() if c.ref and c.ref.id == theirs.id]
    assert {m.copy_id for m in town.messages()} == {hello.id}
    assert town.shown("/hello/") == ["@brand lovely", f"@brand like {URL}/other/"]
    assert town.shown("/other/") == []


def test_our_answer_to_words_whose_place_is_learned_later_goes_there_too(town: Town) -> None:
    ours = town.speak()
    ref = town.person("ana").say("@brand good morning")
    town.collect()
    answer(town.site, town.stored(ref).id, "Good morning!", by="ines")
    send(town.site)
    town.change_message(ref, reply_to=ours)
    town.reverify(minutes=10)
    town.decide(ref)
    assert town.shown() == ["@brand good morning", "Good morning!"]


def test_words_under_our_answer_belong_to_the_thread_that_it_stands_in(town: Town) -> None:
    ours = town.speak()
    ref = town.person("ana").say("@brand how much?", reply_to=ours)
    town.collect()
    answer(town.site, town.stored(ref).id, "Ten.", by="ines")
    send(town.site)
    (said,) = [c for c in town.copies() if c.answers_id]
    thanks = town.person("ana").say("@brand thanks", reply_to=said.ref)
    town.collect()
    (copy,) = [c for c in town.copies() if not c.answers_id]
    assert town.stored(thanks).copy_id == copy.id


def test_the_thread_of_an_answer_to_a_mention_is_read_too(town: Town) -> None:
    """No copy of the post stands above it: nobody else would find replies that mention nobody."""
    town.read_once(town.post("hello"))
    ref = town.person("ana").say(f"@brand {URL}/hello/ how much?")
    town.collect()
    answer(town.site, town.stored(ref).id, "Ten.", by="ines")
    send(town.site)
    deep = town.person("bo").say("and in red?", reply_to=town.copy().ref)
    town.reverify(minutes=10)
    assert town.stored(deep).post_id == town.stored(ref).post_id


def test_what_we_said_ourselves_through_tertulia_is_no_message(town: Town) -> None:
    town.change(chain=True)
    town.read_once()
    town.out(town.post("long", texts={"memory": "A sentence of words. " * 60}))
    assert town.reverify(minutes=10) >= 1
    assert town.messages() == []


def test_our_own_words_typed_by_hand_are_shown_as_ours_without_being_asked(town: Town) -> None:
    ours = town.speak()
    town.collect()
    ref = town.person("brand").say("One more thing: we are open on Sunday.", reply_to=ours)
    town.reverify(minutes=10)
    assert town.stored(ref).verdict == Verdict.APPROVE
    town.export()
    (message,) = town.discussion().messages
    assert (message.ours, message.author.name) == (True, "Brand")
    with town.site.store.read() as tx:
        decided = messages.last_decision(tx, town.stored(ref).id)
    assert decided is not None
    assert (decided.by, decided.rule) == ("rules", "our_own_words")


def test_what_we_typed_in_private_stays_private(town: Town) -> None:
    ours = town.speak()
    town.collect()
    town.person("ana").say("@brand hello", reply_to=ours)
    ref = town.person("brand").say("@ana secret", reply_to=ours, visibility="direct")
    town.reverify(minutes=10)
    assert town.stored(ref).verdict == Verdict.HOLD
    town.export()
    assert "secret" not in town.everything_public()


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_private_words_are_kept_for_staff_and_never_shown(town: Town, visibility: str) -> None:
    ours = town.speak()
    ref = town.person("ana").say("@brand confidential", reply_to=ours, visibility=visibility)
    town.collect()
    stored = town.stored(ref)
    with pytest.raises(Exception, match="in private"):
        decide(town.site, stored.id, 1, Verdict.APPROVE, by="ines")
    town.export()
    assert "confidential" not in town.everything_public()


def test_words_that_become_private_after_approval_leave_the_page(town: Town) -> None:
    ours = town.speak()
    ref = town.person("ana").say("@brand lovely", reply_to=ours)
    town.collect()
    town.decide(ref)
    assert town.shown() == ["@brand lovely"]
    town.change_message(ref, visibility="private")
    town.reverify(minutes=10)
    assert town.shown() == []
    assert "lovely" not in town.everything_public()
    town.change_message(ref, visibility="unlisted")
    town.reverify(minutes=10)
    assert town.shown() == ["@brand lovely"]


def test_what_its_author_opted_out_of_is_not_stored(town: Town) -> None:
    ours = town.speak()
    ref = town.person("ana").say("@brand lovely", reply_to=ours)
    town.change_message(ref, opted_out="says so")
    assert town.collect().left_out == 1
    assert town.messages() == []


def test_a_new_name_waits_until_words_under_it_are_approved(town: Town) -> None:
    """It is seen under one post only, and shown under both once somebody has read it."""
    first = town.speak("one")
    town.out(town.post("one"), town.post("two"))
    second = next(c.ref for c in town.copies() if "/two/" in c.draft.url)
    ana = town.person("ana", name="Ana")
    for ours in (first, second):
        town.decide_when_collected(ana.say("@brand hello", reply_to=ours))
    town.export()
    author = replace(ana.author, name="BUY PILLS")
    again = ana.say("@brand again", reply_to=first)
    town.change_message(again, author=author)
    town.collect()
    town.export()
    names = [{m.author.name for m in town.discussion(p).messages} for p in ("/one/", "/two/")]
    assert names == [{"Ana"}, {"Ana"}]
    town.decide_when_collected(again)
    town.export()
    names = [{m.author.name for m in town.discussion(p).messages} for p in ("/one/", "/two/")]
    assert names == [{"BUY PILLS"}, {"BUY PILLS"}]


def test_a_page_of_replies_in_any_order_is_placed_whole(town: Town) -> None:
    """Children before their parents, as some servers send them."""
    at = town.speak()
    for depth in range(6):
        at = town.person("ana").say(f"@brand {depth}", reply_to=at)
    connection = town.connect("brand")

    class Backwards:
        def collect(self, cursor: str | None) -> object:
            page = connection.collector.collect(cursor)  # type: ignore[union-attr]
            return replace(page, messages=page.messages[::-1])

    town.change(connect=lambda _name: replace(connection, collector=Backwards()))
    town.collect()
    assert {m.copy_id for m in town.messages()} == {town.copy().id}


def test_replies_in_a_ring_end_nothing(town: Town) -> None:
    ours = town.speak()
    ana = town.person("ana")
    first = ana.say("@brand a", reply_to=ours)
    second = ana.say("@brand b", reply_to=first)
    town.change_message(first, reply_to=second)
    town.collect()
    for ref in (first, second):
        town.decide(ref)
    town.reverify(minutes=10)
    assert sorted(town.shown()) == []  # nothing above them is ours: they have no place
    assert len(town.messages()) == 2


@pytest.mark.parametrize(
    "ref_id",
    ["https://memory.example/" + "x" * 5000, "https://memory.example/\0nul", "é" * 600 + "\ud800"],
)
def test_names_that_no_database_takes_stop_nothing(town: Town, ref_id: str) -> None:
    ours = town.speak()
    town.collect()
    odd = Ref(space="memory", id=ref_id, local="77")
    for words in ("first", "edited"):
        message = town.server.statuses[ours.id].message
        hostile = replace(
            message,
            ref=odd,
            kind="reply",
            author=Author(ref=odd, name="x" * 10_000 + "\0", handle="odd@memory.example"),
            words=Words(
                html=f"<p>{words}\0</p>",
                text=words,
                pictures=(Picture(url="https://x.example/" + "y" * 9000, alt="\ud800"),),
            ),
            reply_to=ours,
        )
        from syndication.steps.take_in import take_in

        with town.site.store.write() as tx:
            take_in(town.site, tx, [hostile], account="brand", via="poll")
    (stored,) = town.messages()
    assert (stored.revision, stored.copy_id) == (2, town.copy().id)
    decide(town.site, stored.id, 2, Verdict.APPROVE, by="ines")
    assert len(town.shown()) == 1


def test_two_accounts_that_see_the_same_words_make_one_message(two_accounts: Town) -> None:
    town = two_accounts
    ref = town.person("ana").say("@brand @other hello")
    town.collect("brand")
    town.collect("other")
    with town.site.store.read() as tx:
        seen = messages.seen_by(tx, town.stored(ref).id)
    assert sorted(seen) == [("brand", "poll"), ("other", "poll")]


def test_news_make_an_old_thread_fresh_again(town: Town) -> None:
    ours = town.speak()
    town.collect()
    town.later(days=60)
    town.reverify()
    assert town.reverify(hours=1) == 0
    town.person("ana").say("@brand still true?", reply_to=ours)
    town.collect()
    assert town.reverify(minutes=10) == 1
    with town.site.store.read() as tx:
        check_at = copies.select_copies(tx)[0].check_at
    assert check_at is not None
    assert (check_at - town.now).total_seconds() == 300
