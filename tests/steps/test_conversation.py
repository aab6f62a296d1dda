"""What a page shows, in which order, and hung on what."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from syndication.exchange import Speaker, Utterance
from syndication.model import Picture, Verdict
from syndication.steps.reading_order import reading_order
from tests.servers.waiting import LABOURS
from tests.steps.town import START, Town


def said(id_: str, minute: int = 0) -> Utterance:
    return Utterance(
        id=id_,
        url="",
        author=Speaker(name=id_),
        html="",
        published=START + timedelta(minutes=minute),
        network="memory",
    )


def tree(shown: str, **parents: str | None) -> list[tuple[str, str | None]]:
    """The order of `shown` ("a b c", in which they were said), each with what it hangs on."""
    utterances = [said(id_, minute) for minute, id_ in enumerate(shown.split())]
    return [(u.id, u.reply_to) for u in reading_order(utterances, parents).messages]


def test_answers_follow_what_they_answer_oldest_first() -> None:
    assert tree("a b c d", b="a", c=None, d="a") == [
        ("a", None),
        ("b", "a"),
        ("d", "a"),
        ("c", None),
    ]


def test_what_answers_a_withheld_message_hangs_on_the_nearest_shown_one_above() -> None:
    assert tree("a d", b="a", c="b", d="c") == [("a", None), ("d", "a")]


def test_what_stands_below_withheld_ones_alone_is_a_root() -> None:
    assert tree("c d", a=None, b="a", c="b", d="b") == [("c", None), ("d", None)]


def test_what_answers_our_copy_is_a_root() -> None:
    assert tree("a", a="the-copy") == [("a", None)]


@pytest.mark.parametrize(
    ("shown", "parents"),
    [
        ("a", {"a": "a"}),
        ("a b", {"a": "b", "b": "a"}),
        ("a b c", {"a": "c", "b": "a", "c": "b"}),
        ("a c", {"a": "hidden", "hidden": "a", "c": "hidden"}),
        ("c", {"x": "y", "y": "x", "c": "x"}),
    ],
)
def test_rings_lose_nobody_and_end(shown: str, parents: dict[str, str | None]) -> None:
    ordered = tree(shown, **parents)
    assert sorted(id_ for id_, _ in ordered) == sorted(shown.split())
    seen: set[str | None] = {None}
    for id_, parent in ordered:
        assert parent in seen
        seen.add(id_)


def test_what_answers_into_a_ring_hangs_on_it() -> None:
    assert tree("a b c", a="b", b="a", c="b") == [("a", None), ("b", None), ("c", "b")]


def test_an_answer_that_claims_to_be_older_than_its_question_still_follows_it() -> None:
    assert tree("answer question", answer="question", question=None) == [
        ("question", None),
        ("answer", "question"),
    ]


@pytest.mark.parametrize("hidden", [False, True])
def test_ten_thousand_levels_are_a_matter_of_a_moment(hidden: bool) -> None:
    """Linear, and without recursion: a quadratic walk takes minutes."""
    number = 10_000
    parents: dict[str, str | None] = {str(n): str(n - 1) for n in range(1, number)}
    parents["0"] = None
    ids = range(number // 2, number) if hidden else range(number)
    began = time.process_time()
    ordered = reading_order([said(str(n), n) for n in ids], parents).messages
    assert time.process_time() - began < LABOURS
    assert [u.id for u in ordered] == [str(n) for n in ids]
    assert ordered[0].reply_to is None
    assert ordered[-1].reply_to == str(number - 2)


def test_a_long_withheld_chain_above_many_answers_is_walked_once() -> None:
    depth, children = 5_000, 2_000
    parents: dict[str, str | None] = {str(n): str(n - 1) for n in range(1, depth)}
    parents |= {f"child{n}": str(depth - 1) for n in range(children)}
    began = time.process_time()
    ordered = reading_order([said(f"child{n}") for n in range(children)], parents).messages
    assert time.process_time() - began < LABOURS
    assert {u.reply_to for u in ordered} == {None}


def test_a_thread_of_a_thousand_levels_reaches_the_page(town: Town) -> None:
    at = town.speak()
    for level in range(1000):
        at = town.person("ana").say(f"@brand level {level}", reply_to=at)
    town.collect()
    from syndication.store import tables

    with town.site.store.write() as tx:
        tx.execute(tables.messages.update().values(shown=1, verdict=Verdict.APPROVE))
    assert town.shown() == [f"@brand level {level}" for level in range(1000)]
    assert town.discussion().messages[-1].reply_to == town.discussion().messages[-2].id


def test_the_words_are_those_that_were_approved_and_all_that_came_with_them(town: Town) -> None:
    ours = town.speak()
    ana = town.person("ana", name="Ana", emojis={})
    ref = ana.say(
        html='<p>@brand <a href="https://x.example/">x</a></p><script>alert(1)</script>',
        reply_to=ours,
        language="es",
        warning="spoiler",
        pictures=(Picture(url="https://x.example/p.png", alt="a bike"),),
    )
    town.decide_when_collected(ref)
    town.export()
    (message,) = town.discussion().messages
    assert (message.author.name, message.author.handle) == ("Ana", "ana@memory.example")
    assert (message.language, message.direction, message.warning) == ("es", "ltr", "spoiler")
    assert (message.kind, message.network, message.url) == ("reply", "memory", ref.url)
    assert "script" not in message.html
    assert 'href="https://x.example/"' in message.html


def test_copies_and_reactions_of_all_accounts_stand_on_the_page(two_accounts: Town) -> None:
    town = two_accounts
    town.read_once()
    for number, copy in enumerate(town.out(town.post("hello"))):
        assert copy.ref is not None
        for liker in range(number + 1):
            town.person(f"liker{liker}").like(copy.ref)
    for account in town.site.accounts:
        town.collect(account)
        town.reverify(account, minutes=10)
    town.export()
    discussion = town.discussion()
    assert discussion.reactions == {"like": 3}
    assert [c.account.partition("@")[0] for c in discussion.copies] == ["brand", "other"]
    assert [c.url for c in discussion.copies] == [c.ref.url for c in town.copies() if c.ref]
    assert all(c.reply_url == c.url for c in discussion.copies)


def test_nobody_is_invited_to_an_account_that_left_the_settings(two_accounts: Town) -> None:
    town = two_accounts
    town.read_once()
    left, heard = sorted(town.out(town.post("hello")), key=lambda copy: copy.account)
    assert left.account != heard.account == "other"
    assert heard.ref is not None
    stays = {name: found for name, found in town.site.accounts.items() if name == "other"}
    town.change(accounts=stays)
    town.export()
    assert [c.url for c in town.discussion().copies] == [heard.ref.url]


def test_a_chain_is_one_copy_on_the_page(town: Town) -> None:
    town.change(chain=True)
    town.read_once()
    town.out(town.post("long", texts={"memory": "A sentence of words. " * 60}))
    town.export()
    assert len(town.copies()) > 1
    assert len(town.discussion("/long/").copies) == 1
