"""One page in a process of its own, and what it reads of the site."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.site.warm_site import PAGES, Child, WarmSite

TRANSLATIONS = {"/brakes/": "/es/frenos/", "/chain/": "/es/cadena/"}
WHOLE = """
THEME_TEMPLATES_OVERRIDES = ["over"]
"""


def recorded(site: WarmSite) -> WarmSite:
    """A site that was built, and read by a process that stayed."""
    site.build()
    with Child(site) as child:
        assert child.hear()["ready"]
    return site


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> WarmSite:
    site = WarmSite(tmp_path_factory.mktemp("alone"))
    for number in range(8):  # so many that no page shows them all
        site.article(f"old{number}", f"old-{number}", "en", 0)
    return recorded(site)


@pytest.fixture
def site(built: WarmSite) -> Iterator[WarmSite]:
    yield built
    for page in PAGES:
        built.say(page, 0)
    built.say("/brakes/", 2)
    recorded(built)


def once(site: WarmSite, page: str) -> list[dict[str, list[str]]]:
    """What the process answers, line by line."""
    with Child(site, "--once", page) as child:
        first = child.hear()
        return [first] if "owed" in first or "error" in first else [first, child.hear()]


def pages_of(page: str) -> set[str]:
    """The files of a page and its translation."""
    other = {**TRANSLATIONS, **{value: key for key, value in TRANSLATIONS.items()}}.get(page, page)
    return {f"{path.strip('/')}/index.html" for path in (page, other)}


def test_a_page_is_written_without_its_site_and_the_rest_is_owed(site: WarmSite) -> None:
    site.say("/chain/", 2)
    (answer,) = once(site, "/chain/")
    assert {"chain/index.html", "chain/comments.atom.xml"} <= set(answer["written"])
    assert answer["owed"] == ["/chain/"]
    assert not pages_of("/chain/") & set(site.differing())
    assert "feeds/atom.xml" in site.differing()


def test_what_is_owed_follows_with_the_next_publication(site: WarmSite) -> None:
    site.say("/chain/", 2)
    once(site, "/chain/")
    with Child(site) as child:
        child.hear()
        site.say("/seat/", 1)
        child.ask("/seat/")
        child.ask()
    assert site.differing() == []


def test_a_build_owes_nothing(site: WarmSite) -> None:
    site.say("/chain/", 2)
    once(site, "/chain/")
    site.build()
    with Child(site) as child:
        child.hear()
        assert child.ask("/seat/")["written"] == []


def test_a_page_and_a_build_at_once_lose_nothing(site: WarmSite) -> None:
    for count in (3, 0, 2):
        site.say("/chain/", count)
        build = subprocess.Popen(
            [sys.executable, "-m", "pelican", "-q"],
            cwd=site.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert "written" in once(site, "/chain/")[0]
        assert build.wait(120) == 0
    with Child(site) as child:  # pays what may be owed
        child.hear()
        child.ask("/seat/")
        child.ask()
    assert site.differing() == []


STEPS = st.tuples(st.sampled_from(PAGES), st.integers(0, 3), st.sampled_from(["words", "others"]))


@settings(
    max_examples=4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=1, max_size=3))
def test_no_page_that_is_written_alone_differs_from_a_build(site: WarmSite, steps) -> None:
    said = set()
    for page, count, words in steps:
        site.say(page, count, words)
        said |= pages_of(page)
        once(site, page)
    assert not said & set(site.differing())
    with Child(site) as child:
        child.hear()
        child.ask(*{page for page, _, _ in steps})
        child.ask()
    assert site.differing() == []


def test_a_source_that_refers_to_others_is_read_with_the_whole_site(site: WarmSite) -> None:
    file = site.folder / "content/articles/seat.md"
    before = file.read_text()
    file.write_text(f"{before}\nSee [the bell]({{filename}}bell.md).\n")
    recorded(site)
    site.say("/seat/", 1)
    assert "owed" not in once(site, "/seat/")[0]
    assert site.differing() == []
    file.write_text(before)


def test_a_theme_that_shows_the_whole_site_has_it_read(site: WarmSite) -> None:
    template = '{% extends "!theme/article.html" %}{% block content %}{{ super() }}%s{% endblock %}'
    file = site.write("over/article.html", template.replace("%s", "{{ articles|length }}"))
    conf = site.folder / "pelicanconf.py"
    before = conf.read_text()
    conf.write_text(before + WHOLE)
    recorded(site)
    site.say("/lamp/", 1)
    assert "owed" not in once(site, "/lamp/")[0]
    assert site.differing() == []
    conf.write_text(before)
    file.unlink()
