"""Lists that are rendered before anybody wants them."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pelican.plugins.fast_build.warm import ahead, sources
from pelican.plugins.fast_build.warm.ahead import Ahead
from pelican.plugins.fast_build.warm.pages import Page
from pelican.plugins.fast_build.warm.publishing import Publisher


def never() -> bool:
    """Nobody is in a hurry."""
    return False


def anybody() -> AbstractContextManager[bool]:
    """Nobody else writes."""
    return nullcontext(True)


@dataclass
class Template:
    """Notes what is rendered, and complains."""

    rendered: list[str]

    def render(self, variables: dict[str, Any]) -> str:
        logging.getLogger("theme").warning("too long a title")
        self.rendered.append(variables["output_file"])
        return ""


@pytest.fixture
def rendered() -> list[str]:
    return []


def page_of(name: str, number: int, listed: list[object], rendered: list[str]) -> Page:
    return Page(
        name=name,
        template=Template(rendered),
        context={},
        own={"articles_page": SimpleNamespace(number=number, object_list=listed)},
        relative_urls=False,
        override=False,
        announcement=None,
    )


@pytest.fixture
def lists(rendered: list[str]) -> list[Page]:
    """Two lists of two pages each, and one in which nothing stands."""
    names = [("index", 1), ("index-2", 2), ("tag", 1), ("tag-2", 2)]
    pages = [page_of(name, number, [object()], rendered) for name, number in names]
    return [*pages, page_of("empty", 1, [], rendered)]


def test_the_first_pages_of_all_lists_come_first(lists: list[Page], rendered: list[str]) -> None:
    Ahead(lists).go_on(never, anybody)
    assert rendered == ["index", "tag", "index-2", "tag-2"]


def test_whoever_is_in_a_hurry_waits_for_one_page_at_most(
    lists: list[Page], rendered: list[str]
) -> None:
    left = Ahead(lists)
    left.go_on(lambda: len(rendered) == 1, anybody)
    assert rendered == ["index"]
    for _ in range(2):
        left.go_on(never, anybody)
    assert len(rendered) == 4


def test_of_a_large_site_no_more_pages_are_looked_at_than_memory_is_for(
    lists: list[Page], rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MOST", 3)
    Ahead(lists).go_on(never, anybody)
    assert rendered == ["index", "tag", "index-2"]


def test_what_pages_complain_of_is_heard_when_they_are_written(
    lists: list[Page], caplog: pytest.LogCaptureFixture
) -> None:
    Ahead(lists).go_on(never, anybody)
    assert caplog.messages == []
    lists[0].render()
    assert caplog.messages == ["too long a title"]


class Lock:
    """Counts how often it is held."""

    held = taken = 0

    def __enter__(self) -> None:
        self.held += 1
        self.taken += 1

    def __exit__(self, *_: object) -> None:
        self.held -= 1


def test_nothing_is_rendered_once_somebody_else_has_built_the_site(
    lists: list[Page], rendered: list[str], tmp_path: Path
) -> None:
    lock, settings = Lock(), {"CACHE_PATH": str(tmp_path)}
    pelican: Any = SimpleNamespace(
        settings=settings, output_path=str(tmp_path / "output"), output_lock=lock
    )
    sources.note_built(pelican, "these")
    loaded: Any = SimpleNamespace(pelican=pelican, reach=SimpleNamespace(assumed=lists))
    publisher = Publisher(loaded, "these")
    publisher.look_ahead(lambda: len(rendered) == 2)
    assert lock.taken == len(rendered) == 2, "a page at a time: a build waits no longer"
    sources.note_built(pelican, "others")
    publisher.look_ahead(never)
    assert len(rendered) == 2
    assert not lock.held


def test_a_page_that_fails_leaves_the_context_of_others_as_it_was(
    lists: list[Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = replace(lists[0], relative_urls=True, context={"localsiteurl": "", "lang": "en"})
    monkeypatch.delattr(Template, "render")
    with pytest.raises(AttributeError):
        page.render()
    assert page.context == {"localsiteurl": "", "lang": "en"}
