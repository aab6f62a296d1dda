"""Pages written by a Pelican that stays: when it is asked, and what happens when it cannot."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from syndication.model import Ref, Verdict
from syndication.steps import warm
from syndication.steps.build import Builder, build, due_in
from syndication.steps.deploy import deploy, deploy_due
from syndication.steps.warm import WarmSite
from syndication.store import marks
from tests.servers.required import missing
from tests.servers.waiting import HANGS, wait_until
from tests.steps.town import Town

CHILD = """
import json, sys
say = lambda **words: print(json.dumps(words), flush=True)
say(**{greeting})
for line in sys.stdin:
    asked = json.loads(line)
    with open("asked", "a") as file:
        file.write(line)
    {does}
    say(written=[page.strip("/") + "/index.html" for page in asked if page], removed=[])
"""
READY = {"ready": True}


class Place:
    """A folder with a child and a build command, and what was asked of both."""

    def __init__(self, folder: Path, town: Town) -> None:
        self.folder, self.town = folder, town
        self.warm: WarmSite | None = None

    def builder(
        self, does: str = "pass", greeting: dict[str, object] = READY, deploy: str = ""
    ) -> Builder:
        (self.folder / "child.py").write_text(CHILD.format(greeting=greeting, does=does))
        (self.folder / "build.py").write_text("open('built', 'a').write('x')")
        self.warm = WarmSite([sys.executable, "child.py"], self.folder)
        builder = Builder(
            command=f"{sys.executable} build.py",
            directory=self.folder,
            warm=self.warm,
            deploy=deploy,
        )
        wait_until(lambda: not self.loading(builder), what="the child to be ready")
        return builder

    def loading(self, builder: Builder) -> bool:
        assert builder.warm is not None
        builder.warm.look_after()
        return builder.warm.loading

    def asked(self) -> list[list[str]]:
        file = self.folder / "asked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def builds(self) -> int:
        file = self.folder / "built"
        return len(file.read_text()) if file.exists() else 0

    def mark(self, name: str) -> object:
        with self.town.site.store.read() as tx:
            found: object = marks.get(tx, name)
            return found


@pytest.fixture
def changed(town: Town) -> Town:
    """A document has just changed, on a site that was built with the facts of its daemon."""
    copy = town.speak()
    town.collect()
    town.export()
    with town.site.store.write() as tx:
        marks.drop(tx, marks.BUILD_DUE)
    ref = town.person("ana").say("@brand lovely", reply_to=copy)
    town.decide_when_collected(ref)
    town.export()
    return town


@pytest.fixture
def place(tmp_path: Path, changed: Town) -> Iterator[Place]:
    place = Place(tmp_path, changed)
    yield place
    if place.warm is not None:
        place.warm.close()


def test_pages_are_written_at_once_and_the_rest_when_things_are_quiet(
    changed: Town, place: Place
) -> None:
    builder = place.builder()
    assert build(changed.site, builder)
    assert sorted(place.asked()[0]) == ["", "/hello/"]
    assert due_in(changed.site, builder) is None
    build(changed.site, builder)
    assert len(place.asked()) == 1
    changed.later(seconds=5)
    build(changed.site, builder)
    assert place.asked()[1:] == [[]]
    build(changed.site, builder)
    assert len(place.asked()) == 2
    assert place.builds() == 0


def test_what_stands_on_every_page_is_left_to_a_build(changed: Town, place: Place) -> None:
    """The child may have read the new facts already, and would not know that pages lack them."""
    builder = place.builder()
    assert build(changed.site, builder)
    changed.change(endpoints={"webmention": "https://talk.brand.example/webmention"})
    changed.export()
    assert not build(changed.site, builder)
    changed.later(seconds=5)
    assert build(changed.site, builder)
    assert place.builds() == 1
    changed.export()
    assert due_in(changed.site, builder) is None


def test_a_child_that_cannot_leaves_it_to_a_build_and_is_started_anew_after_it(
    changed: Town, place: Place
) -> None:
    builder = place.builder(does="say(error='the theme has changed'); break")
    assert not build(changed.site, builder)
    assert place.builds() == 0  # several decisions in a row make one build
    changed.later(seconds=5)
    assert build(changed.site, builder)
    assert place.builds() == 1
    assert due_in(changed.site, builder) is None
    wait_until(lambda: not place.loading(builder), what="the new child")
    assert builder.warm is not None
    assert builder.warm.publish(["/hello/"], lambda: False) is None  # it lives: it was asked again
    assert len(place.asked()) == 2


@pytest.mark.parametrize("greeting", [{"error": "fast_build is not among the site's PLUGINS"}, {}])
def test_without_a_child_the_site_is_built_as_ever(
    changed: Town, place: Place, greeting: dict[str, object]
) -> None:
    builder = place.builder(greeting=greeting)
    assert not build(changed.site, builder)
    changed.later(seconds=5)
    assert build(changed.site, builder)
    assert (place.builds(), place.asked()) == (1, [])


def test_pages_wait_until_all_their_documents_are_written(changed: Town, place: Place) -> None:
    builder = place.builder()
    with changed.site.store.write() as tx:  # as if killed between mark and document
        mark = marks.get(tx, marks.BUILD_DUE)
        marks.put(tx, marks.BUILD_DUE, {**mark, "writing": True})
    assert not build(changed.site, builder)
    changed.export()
    assert build(changed.site, builder)
    assert "/hello/" in place.asked()[0]


def test_a_document_that_changes_while_pages_are_written_is_written_again(
    changed: Town, place: Place
) -> None:
    builder = place.builder(does="__import__('time').sleep(0.3)")
    decided: list[None] = []

    def decide_meanwhile() -> bool:
        if not decided:
            decided.append(None)
            ref = changed.person("ben").say("@brand and I", reply_to=changed.copies()[0].ref)
            changed.decide_when_collected(ref, Verdict.APPROVE)
            changed.export()
        return False

    assert build(changed.site, builder, stopping=decide_meanwhile)
    assert build(changed.site, builder)
    assert ["/hello/" in pages for pages in place.asked()] == [True, True]


def test_what_waited_when_the_child_ended_is_asked_of_the_next_one(
    changed: Town, place: Place
) -> None:
    build(changed.site, place.builder())
    assert place.warm is not None
    place.warm.close()
    changed.later(seconds=5)
    build(changed.site, place.builder())
    first, again, rest = place.asked()
    assert sorted(again) == sorted(first)
    assert rest == []


def test_what_waits_for_a_child_that_is_gone_is_built(changed: Town, place: Place) -> None:
    builder = place.builder()
    build(changed.site, builder)
    assert builder.warm is not None
    builder.warm.close()
    changed.later(seconds=5)
    build(changed.site, builder)
    changed.later(seconds=5)
    assert build(changed.site, builder)
    assert place.builds() == 1
    assert place.mark(marks.SETTLE_DUE) is None


def test_what_was_written_is_carried_on_file_by_file_and_a_whole_build_as_a_whole(
    changed: Town, place: Place
) -> None:
    take = f"{sys.executable} -c \"import sys; open('carried', 'a').write(sys.stdin.read())\""
    builder = place.builder(deploy=take)
    build(changed.site, builder)
    assert deploy(changed.site, take, place.folder)
    assert (place.folder / "carried").read_text() == "hello/index.html\n"
    assert not deploy(changed.site, take, place.folder)
    changed.decide(Ref(space="memory", id=changed.messages()[0].ref_id), Verdict.REJECT)
    changed.export()
    build(changed.site, builder, now=True)
    assert deploy(changed.site, take, place.folder)
    assert (place.folder / "carried").read_text().endswith("\n./\n")


def test_rsync_carries_what_was_written_and_takes_away_what_was_removed(
    changed: Town, tmp_path: Path
) -> None:
    if shutil.which("rsync") is None:
        missing("rsync", "apt install rsync")
    output, served = tmp_path / "output", tmp_path / "served"
    for name in ("hello/index.html", "other/index.html"):
        (output / name).parent.mkdir(parents=True)
        (output / name).write_text("old")
    line = "rsync -a -r --delete --delete-missing-args --files-from=- output/ served/"

    def carry(*names: str) -> None:
        with changed.site.store.write() as tx:
            deploy_due(tx, line, files=names, pages=["/hello/"])
        assert deploy(changed.site, line, tmp_path)

    carry("./")
    assert (served / "other/index.html").read_text() == "old"
    (output / "hello/index.html").write_text("newer")
    (output / "other/index.html").unlink()
    carry("hello/index.html", "other/index.html")
    assert (served / "hello/index.html").read_text() == "newer"
    assert not (served / "other/index.html").exists()


def test_what_could_not_be_carried_is_told_and_tried_again(
    changed: Town, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    fails = f"{sys.executable} -c \"raise SystemExit('no route to the server')\""
    build(changed.site, place.builder(deploy=fails))
    assert not deploy(changed.site, fails, place.folder)
    assert "no route" in str(place.mark(marks.DEPLOY_FAILED))
    assert not deploy(changed.site, "true", place.folder)  # not before its time
    changed.later(minutes=1)
    assert deploy(changed.site, "true", place.folder)
    assert place.mark(marks.DEPLOY_FAILED) is place.mark(marks.DEPLOY_DUE) is None
    assert len(caplog.records) == 1


def test_a_child_that_says_nothing_holds_the_daemon_up_no_longer_than_it_ends(
    changed: Town, place: Place
) -> None:
    builder = place.builder(does="__import__('time').sleep(600)")
    asked: list[timedelta] = []

    def stopping() -> bool:
        asked.append(timedelta())
        return len(asked) > 2

    assert not build(changed.site, builder, stopping=stopping)
    assert due_in(changed.site, builder) is not None


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ("say(error='content/a.md has changed'); sys.exit(3)", "content/a.md has changed"),
        ("sys.exit(0)", "it had ended"),
        ("os.kill(os.getpid(), 9)", "it had ended"),
        ("sys.exit('no module')", "it had ended: a warning of the theme\nno module"),
    ],
    ids=["told", "idle", "killed", "failed"],
)
def test_the_log_says_why_a_child_ended_and_takes_no_warning_for_it(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    end: str,
    why: str,
) -> None:
    monkeypatch.setattr(warm, "_ENDING", HANGS)  # a child that ends is given the time to
    (tmp_path / "child.py").write_text(
        "import json, os, sys\n"
        "say = lambda **words: print(json.dumps(words), flush=True)\n"
        "print('a warning of the theme', file=sys.stderr, flush=True)\n"
        f"say(ready=True)\n{end}\n"
    )
    site = WarmSite([sys.executable, "child.py"], tmp_path)
    site.start()
    wait_until(lambda: site.look_after() or not site.loading, what="the child to be ready")
    with caplog.at_level("INFO", "tertulia"):
        assert site.publish(["/hello/"], lambda: False) is None
    (record,) = caplog.records
    assert record.getMessage() == f"pages are not written singly until the next build: {why}"
    site.close()
