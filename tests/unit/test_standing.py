"""What a build is told by that is left out: what was looked at, and in what state it is."""

from __future__ import annotations

import glob
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from pelican.contents import Content
from pelican.plugins import signals
from pelican.plugins.fast_build.standing import moments, watch
from pelican.plugins.fast_build.standing.handiwork import Handiwork
from pelican.plugins.fast_build.standing.stamps import Stamps, YoungError
from pelican.plugins.fast_build.standing.takers import unsaid
from pelican.plugins.fast_build.standing.watch import (
    DUE,
    FILE,
    FOLDER,
    GONE,
    NAMES,
    THERE,
    Watch,
    watching,
)

OURS = "pelican.plugins.fast_build"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a").write_text("a")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_that_are_asked_for_are_seen_whether_they_are_there(here: Path):
    seen = Watch()
    with watching(seen):
        (here / "there" / "a").read_text()
        Path("there/b").exists()
        with pytest.raises(FileNotFoundError):
            os.open(b"there/c", os.O_RDONLY)
    assert {str(here / "there" / name) for name in "abc"} <= seen.seen()[FILE]


def test_of_files_it_is_seen_which_were_there_before_they_went(here: Path):
    seen = Watch()
    with watching(seen):
        (here / "there" / "a").read_text()
        (here / "there" / "a").unlink()
        (here / "there" / "b").write_text("b")
        (here / "there" / "b").unlink()
        (here / "there").is_dir()
    assert seen.seen()[THERE] == {str(here / "there" / "a")}


def test_folders_that_are_listed_are_seen_and_how(here: Path):
    seen = Watch()
    with watching(seen):
        list(os.scandir())
        os.listdir("there")  # noqa: PTH208 - newer Pythons' `iterdir` looks at more than names
    assert str(here) in seen.seen()[FOLDER]
    assert str(here / "there") in seen.seen()[NAMES]


def test_programs_are_seen(here: Path):
    seen = Watch()
    with watching(seen):
        subprocess.run([sys.executable, "-c", ""], check=True)
    told = [moments.due_of(due) for due in seen.seen()[DUE]]
    assert {moment for moment, _ in told} == {-float("inf")}
    assert any("subprocess.Popen" in reason for _, reason in told)


def test_a_program_is_a_file_where_whoever_starts_it_vouches_for_it(
    here: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(globals(), "programs_may_be_left_out", True)
    seen = Watch()
    with watching(seen):
        subprocess.run([sys.executable, "-c", ""], check=True)
    assert seen.seen()[DUE] == set()
    assert sys.executable in seen.seen()[FILE]


def test_of_the_output_folder_it_is_seen_what_goes(here: Path):
    seen = Watch()
    seen.output = f"{here}/there/"
    seen.aside = (seen.output,)
    (here / "outside").touch()
    with watching(seen):
        (here / "there" / "a").unlink()
        (here / "outside").unlink()
    assert seen.seen()[GONE] == {str(here / "there" / "a")}


def test_what_a_child_looks_at_is_seen(here: Path):
    seen = Watch()
    with watching(seen):
        child = os.fork()
        if not child:
            Path("there/a").exists()
            os._exit(0)
        os.waitpid(child, 0)
    assert str(here / "there" / "a") in seen.seen()[FILE]


def while_plugins_register(work: Callable[[], object]) -> dict[str, set[str]]:
    watch.begin()
    work()
    return cast(Watch, watch.end()).seen()


def while_a_build_runs(work: Callable[[], object]) -> dict[str, set[str]]:
    seen = Watch()
    with watching(seen):
        work()
    return seen.seen()


@pytest.mark.parametrize("during", [while_plugins_register, while_a_build_runs])
@pytest.mark.parametrize("search", [glob.glob, lambda pattern: list(Path().glob(pattern))])
def test_what_a_pattern_would_find_is_seen(
    here: Path, search: Callable[[str], list[Any]], during: Callable[..., dict[str, set[str]]]
):
    seen = during(lambda: search("*/b"))
    assert str(here) in seen[FOLDER]
    asked, listed = str(here / "there" / "b") in seen[FILE], str(here / "there") in seen[FOLDER]
    assert asked or listed  # Python 3.12 lists where the others ask


def test_what_is_aside_is_passed_unless_the_way_leads_back(here: Path):
    seen = Watch()
    seen.aside = (f"{here}/there/",)
    with watching(seen):
        Path("there/a").exists()
        Path(f"{here}/there/../b").exists()
    assert seen.seen()[FILE] == {f"{here}/there/../b"}


def test_nothing_is_exchanged_when_nobody_looks():
    before = [getattr(owner, name) for owner, name, _, _ in watch.EXCHANGES]
    watch.begin()
    assert [getattr(owner, name) for owner, name, _, _ in watch.EXCHANGES] != before
    assert watch.end() is not None
    assert [getattr(owner, name) for owner, name, _, _ in watch.EXCHANGES] == before


def test_files_that_are_opened_are_seen_before_anybody_wants_it(here: Path):
    watch.begin()
    (here / "there" / "a").read_text()
    list(os.scandir("there"))
    seen = cast(Watch, watch.end()).seen()
    assert str(here / "there" / "a") in seen[FILE]
    assert str(here / "there") in seen[FOLDER]


def test_a_pelican_within_a_build_does_not_keep_its_watch_from_seeing(here: Path):
    seen = Watch()
    with watching(seen):
        watch.begin()
        assert watch.end() is None
        Path("there/a").exists()
    assert str(here / "there" / "a") in seen.seen()[FILE]


def stamps(before: int | None = None) -> Stamps:
    """Of a site without an output folder."""
    return Stamps(Handiwork(cast(Any, SimpleNamespace(output=os.devnull, made=()))), before)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a", "b/c", "b/d/e", "left/f"):
        file = tmp_path / "tree" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "g").write_text("g")
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "tree" / "round").symlink_to(tmp_path / "tree")
    (tmp_path / "tree" / "nowhere").symlink_to(tmp_path / "nowhere")
    return tmp_path / "tree"


def rewrite_in_secret(tree: Path) -> None:
    file = tree / "a"
    before = file.stat()
    file.write_text("A")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace_in_secret(tree: Path) -> None:
    before = (tree / "a").stat()
    (tree.parent / "new").write_text("A")
    os.utime(tree.parent / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
    (tree.parent / "new").replace(tree / "a")


CHANGES = {
    "rewritten": rewrite_in_secret,
    "replaced": replace_in_secret,
    "deep": lambda tree: (tree / "b/d/e").write_text("more"),
    "new": lambda tree: (tree / "b/new").write_text(""),
    "gone": lambda tree: (tree / "b/c").unlink(),
    "renamed": lambda tree: (tree / "b/c").rename(tree / "b/x"),
    "moved": lambda tree: (tree / "b/d/e").rename(tree / "b/e"),
    "folder": lambda tree: (tree / "b/empty").mkdir(),
    "linked": lambda tree: (tree.parent / "elsewhere/g").write_text("more"),
    "found": lambda tree: (tree.parent / "nowhere").write_text("here"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_tree_has_another_state_when_anything_in_it_is_changed(tree: Path, change: Any):
    before = stamps().of_tree(str(tree), {str(tree / "left")})
    assert stamps().of_tree(str(tree), {str(tree / "left")}) == before
    wait_for_a_tick(tree.parent)
    change(tree)
    assert stamps().of_tree(str(tree), {str(tree / "left")}) != before


def test_what_is_left_out_of_a_tree_may_change(tree: Path):
    before = stamps().of_tree(str(tree), {str(tree / "left")}, {"d"})
    (tree / "left/f").write_text("more")
    (tree / "b/d/e").write_text("more")
    assert stamps().of_tree(str(tree), {str(tree / "left")}, {"d"}) == before


def wait_for_a_tick(folder: Path) -> int:
    """Until files get another date than those that are there; that moment."""
    probe = folder / "probe"
    probe.touch()
    began = now = probe.stat().st_mtime_ns
    while now == began:
        probe.touch()
        now = probe.stat().st_mtime_ns
    return now


def test_what_was_changed_too_late_is_found(tree: Path):
    before = wait_for_a_tick(tree.parent)
    assert stamps(before).of_tree(str(tree), ())
    (tree / "b/d/e").unlink()
    with pytest.raises(YoungError, match="b/d"):
        stamps(before).of_tree(str(tree), ())


def test_a_date_in_whole_seconds_may_stand_for_a_later_moment(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("")
    second = 10**9
    later = (file.stat().st_ctime_ns // second + 60) * second
    os.utime(file, ns=(later, later))
    with pytest.raises(YoungError):
        stamps(later + second).of_file(str(file))
    os.utime(file, ns=(later + 1, later + 1))
    assert stamps(later + second).of_file(str(file))


def test_dates_to_come_are_due():
    def content(**metadata: object) -> Content:
        return cast(Content, SimpleNamespace(metadata=metadata))

    past, coming = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    now = datetime(2026, 2, 1, tzinfo=UTC).timestamp()
    found = moments.dates([None, content(date=past, title="x"), content(expires=coming)], now)
    assert [moment for moment, _ in found] == [coming.timestamp()]


def test_a_clock_that_is_set_back_is_noticed(monkeypatch: pytest.MonkeyPatch):
    clock = moments.Clock()
    assert not clock.was_set_back()
    monkeypatch.setattr(moments.time, "time", lambda: clock.began - 1)
    assert clock.was_set_back()


def plugin(name: str, **says: object) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(says)
    return module


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else listens to Pelican's signals."""
    for each in list(vars(signals).values()):
        if hasattr(each, "receivers"):
            monkeypatch.setattr(each, "receivers", {})


def test_all_who_take_part_have_to_say_that_they_may_be_left_out(alone: None):
    ours = plugin(OURS, may_be_left_out=True)
    assert unsaid([plugin("one", may_be_left_out=True), ours]) == ""
    assert unsaid([plugin("one"), ours]) == "one"
    assert "after fast_build" in unsaid([ours, plugin("one", may_be_left_out=True)])


def test_a_receiver_says_it_itself_or_by_its_plugin(alone: None):
    def listener(*arguments: object, **named: object) -> None:
        pass

    ours = plugin(OURS, may_be_left_out=True)
    signals.finalized.connect(listener)
    assert "listener" in unsaid([ours])
    listener.__module__ = "one.below"
    assert unsaid([plugin("one", may_be_left_out=True), ours]) == ""
    listener.__module__ = "another"
    vars(listener)["may_be_left_out"] = True
    assert unsaid([ours]) == ""


def test_a_process_that_builds_again_and_again_holds_no_more_files():
    open_files = Path("/dev/fd")
    before = len(list(open_files.iterdir()))
    for _ in range(3):
        watch.begin()
        watch.end()
    assert len(list(open_files.iterdir())) == before
