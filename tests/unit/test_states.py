"""What plugins keep of articles under the state that somebody tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from blinker import signal
from pelican.contents import Content
from pelican.plugins.site_metadata.finding.lines import Lines
from pelican.plugins.site_metadata.finding.sitemap import Line
from pelican.plugins.syndication_outbox.pages import PageDigests

from syndication.states import States

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LINE = Line(url="https://vencejo.example/a/", changed="", text="<url>…</url>")


class Site:
    """A Pelican, of which somebody tells the states of contents."""

    def tell(self, state: str = "as it was", given: frozenset[str] = frozenset()) -> None:
        signal("content_states").send(self, of=lambda content: state, given=given)


def article(**given: Any) -> Content:
    matter = {"source_path": "content/a.md", "translations": [], "title": "A", "lang": "en"}
    return cast(Content, SimpleNamespace(**matter, summary="", content="", metadata={}, **given))


def test_a_state_is_told_where_all_of_them_are() -> None:
    site = Site()
    states = States(site, ["title"])
    assert states.of(["a"]) == ""
    signal("content_states").send(site, of={"a": "1", "b": "2", "c": ""}.get, given=frozenset())
    assert states.of("ab") == "1 2"
    assert states.of("abc") == ""
    states.forget()
    assert states.of("ab") == ""


def test_no_state_tells_of_what_a_plugin_gave_all_contents() -> None:
    site = Site()
    states = States(site, ["title"])
    site.tell(given=frozenset({"reading_time"}))
    assert states.of("a")
    site.tell(given=frozenset({"title"}))
    assert not states.of("a")


def test_another_pelican_is_not_listened_to() -> None:
    states = States(Site(), ["title"])
    Site().tell()
    assert not states.of("a")


def test_a_line_of_the_sitemap_is_kept_as_long_as_its_article_stays(tmp_path: Path) -> None:
    site, content = Site(), article(date=NOW)
    lines = Lines(site, tmp_path)
    site.tell()
    lines.of(content, "", NOW, lambda: LINE)
    lines.keep()
    assert lines.of(content, "", NOW, pytest.fail) == LINE
    made: list[str] = []

    def make() -> Line:
        made.append("again")
        return LINE

    lines.of(content, "https://vencejo.example/picture.png", NOW, make)
    site.tell("another")
    lines.of(content, "", NOW, make)
    content.discussion = SimpleNamespace(changed=lambda now: NOW)  # type: ignore[attr-defined]
    lines.of(content, "", NOW, make)
    assert len(made) == 3


@pytest.mark.parametrize("told", [True, False])
def test_a_line_is_made_each_time_where_it_may_be_another_tomorrow(
    tmp_path: Path, told: bool
) -> None:
    site = Site()
    lines, made = Lines(site, tmp_path), []
    content = article(date=NOW + timedelta(days=told))
    if told:
        site.tell()

    def make() -> Line:
        made.append("again")
        return LINE

    lines.of(content, "", NOW, make)
    lines.of(content, "", NOW, make)
    assert len(made) == 2


def test_the_digest_of_a_page_is_kept_under_its_state_and_what_people_said(tmp_path: Path) -> None:
    content = article(discussion=SimpleNamespace(digest="one"))
    digests = PageDigests(tmp_path)
    first = digests.of(content, [], "state")
    digests.keep()
    digests = PageDigests(tmp_path)
    content.title = "Nobody looks here"
    assert digests.of(content, [], "state") == first
    assert digests.of(content, [], "another state") != first
    content.title = "A"
    assert digests.of(content, []) == digests.of(content, [], "state") == first
    content.discussion.digest = "two"  # type: ignore[attr-defined]
    assert digests.of(content, [], "state") != first
