"""A decision, and the real site: its documents, the Pelican that stays, and what is carried on."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndication.model import Ref, Verdict
from syndication.steps.build import Builder, build
from syndication.steps.deploy import deploy
from syndication.steps.warm import WarmSite as Child
from tests.servers.required import missing
from tests.servers.waiting import HANGS, wait_until
from tests.site.warm_site import WarmSite
from tests.steps.town import Town

pytestmark = pytest.mark.slow
CARRY = "rsync -a -r --delete --delete-missing-args --files-from=- output/ served/"


class House:
    """A town whose site is a real one, built once, with a child that has read it."""

    def __init__(self, folder: Path) -> None:
        self.pages = WarmSite(folder)
        self.town = Town(folder)
        self.town.change(discussion=folder / "discussion")
        self.root = self.town.speak("brakes")
        self.first = self.town.decide_when_collected(self.reply("the very first words"))
        self.town.export()
        self.builder = Builder(
            command=f"{sys.executable} -m pelican",
            directory=folder,
            deploy=CARRY,
            warm=Child([sys.executable, "-m", "pelican.plugins.fast_build.warm"], folder),
        )
        self.town.later(seconds=5)
        wait_until(self.step, what="the first build")
        self.ready()

    @property
    def child(self) -> Child:
        assert self.builder.warm is not None
        return self.builder.warm

    def step(self) -> bool:
        return build(self.town.site, self.builder)

    def ready(self) -> None:
        def is_ready() -> bool:
            self.child.look_after()
            return not self.child.loading

        wait_until(is_ready, what="the child")

    def reply(self, words: str) -> Ref:
        return self.town.person("ana").say(f"@brand {words}", reply_to=self.root)

    def page(self, folder: str = "output") -> str:
        return (self.pages.folder / folder / "brakes/index.html").read_text(encoding="utf-8")

    def built(self) -> int:
        """When the last whole build ended."""
        marks = (self.pages.folder / "var/cache/fast_build").glob("sources-*")
        return min(mark.stat().st_mtime_ns for mark in marks)  # a build to compare with is newer


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if shutil.which("rsync") is None:
        missing("rsync", "apt install rsync")
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.child.close()


def test_approved_words_are_on_the_page_and_on_the_server_without_a_build(house: House) -> None:
    assert deploy(house.town.site, CARRY, house.pages.folder)  # the whole site, once
    built = house.built()
    house.town.decide_when_collected(house.reply("words that nobody builds for"))
    house.town.export()
    assert house.step()
    assert "words that nobody builds for" in house.page()
    assert deploy(house.town.site, CARRY, house.pages.folder)
    assert "words that nobody builds for" in house.page("served")
    house.town.later(seconds=5)
    house.step()
    deploy(house.town.site, CARRY, house.pages.folder)
    assert house.built() == built
    assert house.pages.differing() == []


def test_words_that_are_taken_back_leave_the_server_too(house: House) -> None:
    ref = house.town.decide_when_collected(house.reply("words to take back"))
    house.town.export()
    assert house.step()
    house.town.decide(ref, Verdict.REJECT)
    house.town.export()
    assert house.step()
    assert deploy(house.town.site, CARRY, house.pages.folder)
    assert "words to take back" not in house.page() + house.page("served")


def test_a_child_that_is_killed_is_replaced_and_nothing_is_lost(house: House) -> None:
    house.town.decide_when_collected(house.reply("words in the storm"))
    house.town.export()
    process = house.child._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait(HANGS)
    house.town.later(seconds=5)
    wait_until(house.step, what="a build instead")
    assert "words in the storm" in house.page()
    house.ready()
    house.town.decide_when_collected(house.reply("words in the calm after it"))
    house.town.export()
    built = house.built()
    assert house.step()
    assert "words in the calm after it" in house.page()
    assert house.built() == built
