"""What surrounds articles is told once, before any page is rendered."""

from __future__ import annotations

import pytest
from pelican.contents import Article
from pelican.plugins.fast_build.skip.found import Found
from pelican.plugins.fast_build.skip.lists import Lists
from pelican.plugins.fast_build.skip.memory import Memory
from pelican.plugins.fast_build.skip.state import State
from pelican.settings import DEFAULT_CONFIG


def article(slug: str, **metadata: object) -> Article:
    told = {"title": slug.title(), "slug": slug, **metadata}
    return Article("words", told, dict(DEFAULT_CONFIG), f"content/{slug}.md")


def test_what_surrounds_an_article_is_not_looked_at_again_by_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hola = article("hola")
    state = State(Lists(), {}, {})
    state.add([hola])
    found = Found(state, Memory())
    found.look_around([hola])
    monkeypatch.setattr(State, "_frame", pytest.fail)
    assert found.of_content(hola)


def test_an_article_of_which_nobody_can_tell_is_left_to_the_pages_that_look_at_it() -> None:
    one, odd = article("one"), article("odd", made_by=object())
    state = State(Lists(), {}, {})
    state.add([one, odd])
    found = Found(state, Memory())
    found.look_around([odd, one])
    assert len(found.states) == 1
    assert found.of_content(odd) == ""
