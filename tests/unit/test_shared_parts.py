"""A text that many pages share is made once, and whoever watches a page misses nothing by that."""

from __future__ import annotations

import pytest
from blinker import Signal
from pelican.plugins.fast_build.skip.seen import note_list, spoil, watching

from syndication.foreseeable import Parts, tell


def nobody(name: str, about: str) -> None:
    """Whom it does not matter what is looked at."""


def footer() -> str:
    """A text whose making reads a list of the site."""
    note_list("0", "en pages")
    return "the footer"


def test_a_shared_text_is_made_once_until_it_is_forgotten() -> None:
    parts, made = Parts(), iter("abc")
    assert [parts.text("footer", lambda: next(made)) for _ in range(3)] == ["a", "a", "a"]
    assert parts.text(("footer", "es"), lambda: next(made)) == "b"
    parts.forget()
    assert parts.text("footer", lambda: next(made)) == "c"


def test_a_shared_text_is_made_anew_when_what_it_follows_is_another() -> None:
    parts, made = Parts(), iter("abc")
    said = [parts.text("card", lambda: next(made), now=count) for count in (1, 1, 2, 1)]
    assert said == ["a", "a", "b", "c"]


def test_each_page_that_has_it_looked_at_what_its_making_looked_at() -> None:
    parts = Parts()
    for _ in range(2):
        with watching({}, nobody) as page:
            note_list("members", "en tags")
            assert parts.text("footer", footer) == "the footer"
        assert page.lists == {("members", "en tags"), ("0", "en pages")}
    with watching({}, nobody) as another:
        assert parts.text("other", lambda: "other") == "other"
    assert another.lists == set()


def test_a_text_within_a_text_counts_for_both() -> None:
    parts = Parts()
    with watching({}, nobody):
        parts.text("frame", lambda: parts.text("footer", footer))
    for name in ("frame", "footer"):
        with watching({}, nobody) as page:
            parts.text(name, footer)
        assert page.lists == {("0", "en pages")}, name


def test_what_was_made_while_nobody_watched_is_made_again_for_who_does() -> None:
    parts, made = Parts(), []
    parts.text("footer", lambda: made.append("unwatched") or "the footer")
    with watching({}, nobody) as page:
        parts.text("footer", lambda: made.append("watched") or footer())
    assert page.lists == {("0", "en pages")}
    parts.text("footer", lambda: made.append("once more") or "the footer")
    assert made == ["unwatched", "watched"]


def test_a_reason_to_render_each_time_is_one_for_each_page() -> None:
    parts = Parts()
    for _ in range(2):
        with watching({}, nobody) as page:
            parts.text("clock", lambda: spoil("the clock") or "noon")
        assert page.reasons == {"the clock"}


def test_a_text_that_cannot_be_made_leaves_the_page_watched() -> None:
    parts = Parts()
    with watching({}, nobody) as page:
        with pytest.raises(ZeroDivisionError):
            parts.text("broken", lambda: str(1 // 0))
        note_list("members", "en tags")
    assert page.lists == {("members", "en tags")}


def test_what_is_told_is_heard_by_whoever_listens_and_lives() -> None:
    signal, heard = Signal(), []

    class Listener:
        def hear(self, about: str) -> None:
            heard.append(about)

    kept, gone = Listener(), Listener()
    tell(signal, "nobody listens")
    for one in (kept, gone):
        signal.connect(one.hear)
    signal.connect(heard.append, weak=False)
    del one, gone
    tell(signal, "told")
    with signal.muted():
        tell(signal, "muted")
    assert heard == ["told", "told"]
