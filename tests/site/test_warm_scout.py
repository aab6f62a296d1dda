"""Pages that look further than others of their template: found, and written like any other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from pelican.plugins.fast_build.warm.reach import Reach, read
from pelican.plugins.fast_build.warm.scout import Scout

from tests.site.warm_site import Child, WarmSite

FURTHER = """{% extends "!theme/article.html" %}
{% block content %}{{ super() }}
{% for other in articles if other.slug == article.beside %}
<p>{{ other.title }}: {{ other.discussion.count }}</p>{% endfor %}
{% endblock %}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> WarmSite:
    """One of many articles shows how many replies another one has."""
    site = WarmSite(tmp_path_factory.mktemp("scout"))
    site.write("over/article.html", FURTHER)
    settings = site.folder / "pelicanconf.py"
    settings.write_text(f'{settings.read_text()}THEME_TEMPLATES_OVERRIDES = ["over"]\n')
    for number in range(16):
        beside = "Beside: brakes" if number == 4 else ""
        site.article(f"old{number:02}", f"old-{number}", "en", 0, beside)
    site.build()
    return site


def test_one_page_in_many_that_shows_another_discussion_is_written_with_it(site: WarmSite) -> None:
    with Child(site) as child:
        assert child.hear()["ready"]
        site.say("/brakes/", 3)
        at_once, in_the_end = child.ask("/brakes/"), child.ask()
        assert "old-4/index.html" in {*at_once["written"], *in_the_end["written"]}
        site.say("/brakes/", 4)
        assert "old-4/index.html" in child.ask("/brakes/")["written"]
        child.ask()
    assert site.differing() == []


AHEAD = """
from pelican.plugins.fast_build.run import exchanged
from pelican.plugins.fast_build.warm.speaking import publisher_of
with exchanged():
    publisher = publisher_of([])
    publisher.look_ahead(lambda: False)
    print("looked", flush=True)
    publisher.publish([input()])
    publisher.settle()
"""


def test_lists_that_were_looked_at_ahead_say_what_was_said_since(site: WarmSite) -> None:
    site.build()
    command = [sys.executable, "-c", AHEAD]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=site.folder, stdin=pipe, stdout=pipe, text=True
    ) as publishing:
        assert publishing.stdout is not None
        assert "looked\n" in iter(publishing.stdout.readline, "")
        site.say("/old-7/", 3)
        publishing.communicate("/old-7/\n", timeout=60)
    assert site.differing() == []


@dataclass(eq=False)
class Page:
    """One of a template's, and the discussions that it looks at when it is rendered."""

    name: str
    looks: tuple[str, ...]
    template = SimpleNamespace(name="article")

    @property
    def content(self) -> str:
        return self.name

    def listed(self) -> tuple[str, ...]:
        return ()

    def render(self) -> None:
        for path in self.looks:
            read.send(path)


def never() -> bool:
    """Nobody is in a hurry."""
    return False


@pytest.fixture
def pages() -> list[Page]:
    return [Page(str(number), (str(number),)) for number in range(20)]


def test_a_page_that_looks_further_when_it_is_written_is_written_with_that(
    pages: list[Page],
) -> None:
    reach = Reach(pages, str)
    pages[5].looks = ("5", "elsewhere")
    with reach.rewriting(pages[5]):
        pages[5].render()
    assert reach.showing(["elsewhere"]) == [pages[5]]
    assert reach.showing(["5"]) == [pages[5]]


def test_the_scout_tells_of_pages_that_look_further_and_of_no_others(pages: list[Page]) -> None:
    pages[5].looks = ("5", "elsewhere")
    scout = Scout(Reach(pages, str))
    assert scout.is_back(never)
    assert list(scout.found()) == [(pages[5], frozenset({"5", "elsewhere"}))]


def test_what_was_learned_since_the_scout_left_stays(pages: list[Page]) -> None:
    reach = Reach(pages, str)
    pages[5].looks = ("5", "new")
    with reach.rewriting(pages[5]):
        pages[5].render()
    reach.learn_more(pages[5], frozenset({"5", "old"}))
    assert reach.showing(["new"]) == reach.showing(["old"]) == [pages[5]]


def test_a_template_that_shows_nothing_on_some_pages_may_do_so_on_others(
    pages: list[Page],
) -> None:
    for page in pages:
        page.looks = ()
    pages[5].looks = ("5",)
    scout = Scout(Reach(pages, str))
    assert scout.is_back(never)
    assert list(scout.found()) == [(pages[5], frozenset({"5"}))]


def test_what_a_scout_that_was_killed_did_not_tell_is_looked_at_here(pages: list[Page]) -> None:
    pages[5].looks = ("5", "elsewhere")
    scout = Scout(Reach(pages, str))
    os.kill(scout._process, signal.SIGKILL)
    assert scout.is_back(never)
    assert [page.name for page, _ in scout.found()] == ["5"]


def test_a_page_that_would_make_a_file_is_left_to_the_one_who_has_the_lock(
    pages: list[Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach, picture = Reach(pages, str), tmp_path / "picture"

    def show_a_picture() -> None:
        picture.write_bytes(b"drawn")
        read.send("elsewhere")

    monkeypatch.setattr(pages[5], "render", show_a_picture, raising=False)
    pages[6].looks = ("beyond",)
    scout = Scout(reach)
    assert scout.is_back(never)
    assert not picture.exists()
    pages[6].looks = ()  # which the scout alone has seen otherwise
    found = scout.found()
    assert next(found) == (pages[5], frozenset({"elsewhere"}))
    assert picture.exists()
    monkeypatch.undo()
    assert list(found) == [(pages[6], frozenset({"beyond"}))]


def test_a_scout_ends_with_whoever_sent_it(pages: list[Page], monkeypatch) -> None:
    monkeypatch.setattr(Reach, "beyond", lambda reach, page: signal.pause())
    scout = Scout(Reach(pages, str))
    assert not scout.is_back(lambda: True), "somebody is in a hurry"
    scout.end()
    with pytest.raises(ProcessLookupError):
        os.kill(scout._process, 0)
