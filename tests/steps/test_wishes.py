"""A person's wish about their words: asked of us by hand, and the end of the time for keeping."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syndication.model import Verdict
from syndication.steps.collect import collect
from syndication.steps.decide import decide
from syndication.steps.export import export
from syndication.steps.forget import NotThere, forget_author, forget_message, tidy
from syndication.store import events
from tests.steps.town import Town


@pytest.fixture
def spoken(town: Town) -> Town:
    """Ana and Bruno have answered, and Ana's first words are on the page."""
    town.read_once()
    town.out(town.post("hello"))
    ref = town.copy().ref
    ana = town.person("ana")
    town.person("bruno").say("@brand bruno here", reply_to=ref)
    ana.say("@brand ana first", reply_to=ref)
    ana.say("@brand ana second", reply_to=ref)
    collect(town.site, "brand")
    first = next(m for m in town.messages() if "first" in words(town, m.id))
    decide(town.site, first.id, 1, Verdict.APPROVE, by="Nora")
    export(town.site)
    assert "ana first" in published(town)
    return town


def words(town: Town, message_id: int) -> str:
    from syndication.store import messages

    with town.site.store.read() as tx:
        return messages.words(tx, [(message_id, 1)])[message_id, 1].text


def number(town: Town, text: str) -> int:
    return next(m.id for m in town.messages() if text in words(town, m.id))


def log_of(town: Town) -> list[str]:
    with town.site.store.read() as tx:
        return [event.kind for event in events.latest(tx, 100)]


def published(town: Town) -> str:
    return "".join(path.read_text() for path in town.site.discussion.rglob("*.json"))


def test_words_that_somebody_asked_to_erase_are_gone_and_stay_gone(spoken: Town) -> None:
    forget_message(spoken.site, number(spoken, "ana first"), by="Nora")
    export(spoken.site)
    assert "ana" not in published(spoken)
    with spoken.site.store.write() as tx:
        from syndication.store import accounts

        accounts.polled(tx, "brand", None, now=spoken.now)
    collect(spoken.site, "brand")
    assert sorted(words(spoken, m.id) for m in spoken.messages()) == [
        "@brand ana second",
        "@brand bruno here",
    ]


def test_who_objects_is_not_taken_in_again_and_others_are(spoken: Town) -> None:
    assert forget_author(spoken.site, number(spoken, "ana first"), by="Nora") == 2
    export(spoken.site)
    ref = spoken.copy().ref
    spoken.person("ana").say("@brand ana third", reply_to=ref)
    spoken.person("bruno").say("@brand bruno again", reply_to=ref)
    collect(spoken.site, "brand")
    assert sorted(words(spoken, m.id) for m in spoken.messages()) == [
        "@brand bruno again",
        "@brand bruno here",
    ]
    assert "ana" not in published(spoken)
    for file in spoken.folder.glob("tertulia.db*"):
        assert b"@ana" not in file.read_bytes(), file


def test_what_is_not_there_is_said(spoken: Town) -> None:
    with pytest.raises(NotThere, match="4711"):
        forget_message(spoken.site, 4711, by="Nora")


def test_what_nobody_approved_is_erased_when_its_time_is_over(spoken: Town) -> None:
    spoken.change(keep_unapproved=timedelta(days=365))
    spoken.later(days=364)
    assert tidy(spoken.site) == 0
    spoken.later(days=2)
    assert tidy(spoken.site) == 2
    assert [words(spoken, m.id) for m in spoken.messages()] == ["@brand ana first"]


def test_without_a_term_nothing_is_erased(spoken: Town) -> None:
    spoken.later(days=4000)
    assert tidy(spoken.site) == 0


def test_the_log_of_what_happened_is_kept_for_its_term(
    spoken: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syndication.steps.forget.LINES_AT_ONCE", 2)  # there are more than that
    spoken.change(keep_events=timedelta(days=365))
    spoken.later(days=364)
    tidy(spoken.site)
    assert "approve" in log_of(spoken)
    spoken.later(days=2)
    forget_message(spoken.site, number(spoken, "ana first"), by="Nora")
    tidy(spoken.site)
    assert log_of(spoken) == ["erased"]


def test_without_a_term_the_log_stays(spoken: Town) -> None:
    spoken.later(days=4000)
    tidy(spoken.site)
    assert "approve" in log_of(spoken)


def test_our_answer_stands_nowhere_while_what_it_answers_is_withheld(spoken: Town) -> None:
    from syndication.steps.answer import answer
    from syndication.steps.decide import undo
    from syndication.steps.send import send

    first = number(spoken, "ana first")
    answer(spoken.site, first, "Thank you, Ana.", by="Nora")
    send(spoken.site)
    export(spoken.site)
    assert "Thank you, Ana." in published(spoken)
    undo(spoken.site, first, by="Nora")
    export(spoken.site)
    assert "Thank you, Ana." not in published(spoken)
