"""Single pages, written by a Pelican that stays: byte for byte those of a whole build."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndication.exchange import Syndicated
from tests.servers.pelican import minimal_site, pelican
from tests.servers.waiting import HANGS
from tests.site.warm_site import PAGES, Child, WarmSite


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> WarmSite:
    site = WarmSite(tmp_path_factory.mktemp("warm"))
    site.build()
    return site


@pytest.fixture
def site(built: WarmSite) -> Iterator[WarmSite]:
    """As it was built, with what was said then."""
    yield built
    for page in PAGES:
        built.say(page, 0)
    built.say("/brakes/", 2)
    built.say_of_site()
    built.build()


STEPS = st.one_of(
    st.tuples(st.sampled_from(PAGES), st.integers(0, 4), st.sampled_from(["words", "others"])),
    st.tuples(st.sampled_from(PAGES[:2]), st.just(501), st.just("many")),
)


def as_it_is(site: WarmSite) -> None:
    """Nothing else changes."""


def rename(site: WarmSite) -> None:
    site.article("chain", "links", "en", 1, "Pair: chain\nAliases: /chain/")


def translate(site: WarmSite) -> None:
    site.article("lampara", "lampara", "es", 3, "Pair: lamp")


def close(site: WarmSite) -> None:
    site.article("seat", "seat", "en", 2, "Pair: seat\nComments: closed")


def turn_pages(site: WarmSite) -> None:
    file = site.folder / "pelicanconf.py"
    file.write_text(f"{file.read_text()}DEFAULT_PAGINATION = 3\n")


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=st.sampled_from([as_it_is, rename, translate, close, turn_pages]),
    steps=st.lists(st.lists(STEPS, min_size=1, max_size=2), min_size=1, max_size=4),
)
def test_whatever_is_said_and_unsaid_no_byte_differs_from_a_build(
    tmp_path_factory: pytest.TempPathFactory, before, steps
) -> None:
    site = WarmSite(tmp_path_factory.mktemp("said"))
    before(site)
    site.build()
    with Child(site) as child:
        assert child.hear()["ready"]
        for together in steps:
            for page, count, words in together:
                site.say(page, count, words, likes=count)
            assert "written" in child.ask(*{page for page, _, _ in together})
        assert "written" in child.ask()
    assert site.differing() == []


def test_only_the_pages_that_show_a_discussion_are_written(site: WarmSite) -> None:
    untouched = {
        path: path.stat().st_mtime_ns
        for path in site.output.rglob("*.html")
        if "seat" in str(path) or "archive/index" in str(path)
    }
    with Child(site) as child:
        child.hear()
        site.say("/brakes/", 3)
        answer = child.ask("/brakes/")
    assert {"brakes/index.html", "es/frenos/index.html", "index.html"} & set(answer["written"])
    assert "brakes/comments.atom.xml" in answer["written"]
    assert "chain/index.html" not in answer["written"]
    assert {path: path.stat().st_mtime_ns for path in untouched} == untouched
    assert "words 2" in site.html("brakes/index.html")


def test_words_that_are_withdrawn_leave_with_their_files_and_the_answer_names_them(
    site: WarmSite,
) -> None:
    with Child(site) as child:
        child.hear()
        site.say("/chain/", 501)
        assert "chain/discussion-2/index.html" in child.ask("/chain/")["written"]
        site.say("/chain/", 0)
        removed = child.ask("/chain/")["removed"]
    assert {"chain/discussion-2/index.html", "chain/comments.atom.xml"} <= set(removed)
    assert not (site.output / "chain/discussion-2").exists()


def test_a_compressed_twin_says_what_its_page_says(site: WarmSite) -> None:
    page = site.output / "brakes/index.html"
    twin = page.with_name("index.html.gz")
    twin.write_bytes(gzip.compress(b"the words of before"))
    with Child(site) as child:
        child.hear()
        site.say("/brakes/", 1, "new words")
        assert "brakes/index.html.gz" in child.ask("/brakes/")["written"]
    assert gzip.decompress(twin.read_bytes()) == page.read_bytes()
    twin.unlink()


@pytest.mark.parametrize("name", ["content/articles/bell.md", "pelicanconf.py"])
def test_a_site_that_changed_since_it_was_built_is_not_written(site: WarmSite, name: str) -> None:
    file = site.folder / name
    before = file.read_text()
    file.write_text(before + "\n# changed\n")
    with Child(site) as child:
        assert "was not built" in child.hear()["error"]
    file.write_text(before)


def test_content_that_changes_ends_the_child(site: WarmSite) -> None:
    with Child(site) as child:
        child.hear()
        file = site.folder / "content/articles/bell.md"
        before = file.read_text()
        file.write_text(before + "\nMore words.\n")
        assert "have changed" in child.hear()["error"]
        assert child.process.wait(HANGS) == 3
    file.write_text(before)


def test_what_any_page_may_show_is_a_matter_for_a_build(site: WarmSite) -> None:
    with Child(site) as child:
        child.hear()
        site.say_of_site(
            Syndicated(network="mastodon", account="@v@s.example", url="https://s.example/@v")
        )
        assert "site.json" in child.ask("/brakes/")["error"]


def test_a_build_by_hand_brings_nothing_back(site: WarmSite) -> None:
    with Child(site) as child:
        child.hear()
        site.say("/brakes/", 3)
        child.ask("/brakes/")
        site.build()
        site.say("/brakes/", 1)
        child.ask("/brakes/")
        child.ask()
    assert site.differing() == []


def test_a_build_and_a_publication_at_once_lose_nothing(site: WarmSite) -> None:
    with Child(site) as child:
        child.hear()
        for count in (4, 0, 3):
            site.say("/chain/", count)
            build = subprocess.Popen(
                [sys.executable, "-m", "pelican"],
                cwd=site.folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            assert "written" in child.ask("/chain/")
            assert build.wait(120) == 0
        child.ask("/chain/")
        child.ask()
    assert site.differing() == []


def test_killed_at_any_moment_every_page_is_old_or_new_and_whole(site: WarmSite) -> None:
    page = site.output / "brakes/index.html"
    for number in range(6):
        with Child(site) as child:
            child.hear()
            site.say("/brakes/", 40, f"round {number}")
            child.send("/brakes/")
            if number % 2:
                child.hear()
                child.send("/brakes/")
            os.kill(child.process.pid, signal.SIGKILL)
        assert page.read_text().rstrip().endswith("</html>")
    with Child(site) as child:
        child.hear()
        child.ask("/brakes/")
        child.ask()
    assert site.differing() == []


def test_a_folder_that_cannot_be_written_is_told_and_caught_up(
    site: WarmSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:
        blocked = site.output / "brakes" / "index.html"
        kept = blocked.read_bytes()
        blocked.unlink()
        blocked.mkdir()  # not even root replaces a folder by a file
    else:
        blocked = site.output / "brakes"
        blocked.chmod(0o500)
    site.say("/brakes/", 3)
    with Child(site) as child:
        child.hear()
        answer = child.ask("/brakes/")
    assert "keeps its former words" in answer["error"]
    if blocked.is_dir() and blocked.name == "index.html":
        blocked.rmdir()
        blocked.write_bytes(kept)
    else:
        blocked.chmod(0o700)
    with Child(site) as child:
        child.hear()
        child.ask("/brakes/")
        child.ask()
    assert site.differing() == []


def test_once_is_a_process_for_one_page_that_may_read_the_whole_site(site: WarmSite) -> None:
    for record in site.folder.rglob("alone-*.json"):
        record.unlink()
    site.say("/seat/", 2)
    with Child(site, "--once", "/seat/") as child:
        assert "seat/index.html" in child.hear()["written"]
        assert "outbox.json" in child.hear()["written"]
        assert child.process.wait(HANGS) == 0
    assert site.differing() == []


def test_a_site_without_the_plugin_is_left_alone(tmp_path: Path) -> None:
    site = minimal_site(tmp_path, "PLUGINS = []")
    assert pelican(site).returncode == 0
    bare = WarmSite.__new__(WarmSite)
    bare.folder = site
    with Child(bare) as child:
        assert "fast_build is not among" in child.hear()["error"]


def test_a_setting_that_cannot_be_had_is_said_in_a_line(site: WarmSite) -> None:
    file = site.folder / "pelicanconf.py"
    before = file.read_text()
    file.write_text(f'{before}FAST_BUILD_READER = "mistune"\n')
    done = pelican(site.folder)
    assert done.returncode == 1
    assert "leave the setting out" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    with Child(site) as child:
        assert "leave the setting out" in child.hear()["error"]
    file.write_text(before)


def test_a_child_that_nobody_asks_ends(site: WarmSite) -> None:
    with Child(site, "--idle", "0.1") as child:
        assert child.hear()["ready"]
        assert child.process.wait(HANGS) == 0
