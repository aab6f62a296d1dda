"""Pages written singly, and builds before, after and at the same time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.waiting import HANGS
from tests.site.warm_site import PAGES, Child, WarmSite


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> WarmSite:
    site = WarmSite(tmp_path_factory.mktemp("beside"))
    site.build()
    return site


@pytest.fixture
def site(built: WarmSite) -> Iterator[WarmSite]:
    yield built
    for page in PAGES:
        built.say(page, 0)
    built.say("/brakes/", 2)
    built.build()


@pytest.mark.parametrize("alone", [False, True], ids=["by the child", "alone"])
def test_a_build_leaves_files_standing_that_came_since_the_last_one(
    site: WarmSite, alone: bool
) -> None:
    feed = site.output / "chain/comments.atom.xml"
    with Child(site) as child:
        child.hear()
        if not alone:
            site.say("/chain/", 1)
            child.ask("/chain/")
            child.ask()
    if alone:
        site.say("/chain/", 1)
        with Child(site, "--once", "/chain/") as child:
            assert "owed" in child.hear()
    before = feed.stat().st_mtime_ns
    site.build()
    assert feed.stat().st_mtime_ns == before


def test_first_words_that_came_before_the_child_are_a_matter_for_a_build(
    tmp_path: Path,
) -> None:
    site = WarmSite(tmp_path)
    said = site.folder / "discussion"
    said.rename(tmp_path / "later")
    site.build()
    (tmp_path / "later").rename(said)
    with Child(site) as child:
        assert child.hear()["ready"]
        assert "latest words comes" in child.ask("/brakes/")["error"]
    site.build()
    with Child(site) as child:
        child.hear()
        site.say("/brakes/", 3)
        assert "brakes/index.html" in child.ask("/brakes/")["written"]


def test_two_builds_and_publications_at_once_lose_nothing(site: WarmSite) -> None:
    with Child(site) as child:
        child.hear()
        for count in (4, 0, 3):
            site.say("/chain/", count)
            builds = [
                subprocess.Popen(
                    [sys.executable, "-m", "pelican", "-q"],
                    cwd=site.folder,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                for _ in range(2)
            ]
            assert "written" in child.ask("/chain/")
            assert [build.wait(120) for build in builds] == [0, 0]
        child.ask("/chain/")
        child.ask()
    assert site.differing() == []


def test_killed_between_two_pages_each_is_old_or_new_and_the_next_child_goes_on(
    site: WarmSite,
) -> None:
    page = site.output / "brakes/index.html"
    for number in range(3):
        pages = {path: path.read_text() for path in site.output.rglob("*.html")}
        before = page.stat().st_ino
        with Child(site) as child:
            child.hear()
            site.say("/brakes/", 30, f"round {number}")
            child.send("/brakes/")
            until = time.monotonic() + HANGS
            while page.stat().st_ino == before and time.monotonic() < until:
                pass  # the very moment at which the first page is there
            os.kill(child.process.pid, signal.SIGKILL)
            child.process.wait(HANGS)
        assert f"round {number} 29" in page.read_text()
        for path, text in pages.items():
            assert path.read_text() == text or path.read_text().rstrip().endswith("</html>")
    with Child(site) as child:
        child.hear()
        child.ask("/brakes/")
        child.ask()
    assert site.differing() == []
