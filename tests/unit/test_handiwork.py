"""What a build has left is told from what anybody else did there meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pelican.plugins.fast_build.files import copy, replace
from pelican.plugins.fast_build.output import Output
from pelican.plugins.fast_build.standing.handiwork import Handiwork
from pelican.plugins.fast_build.standing.stamps import Stamps, YoungError
from pelican.plugins.fast_build.states import met
from pelican.plugins.fast_build.write import confirmed

Act = Callable[[Path], object]


class Folder:
    """An output folder with a page that stands, and one build of it."""

    def __init__(self, site: Path) -> None:
        self.path = site / "output"
        self.path.mkdir()
        (self.path / "stands").write_text("stands")
        made = str(self.path), str(site / "var" / "cache")
        self.handiwork = Handiwork(cast(Any, SimpleNamespace(output=made[0], made=made)))
        self.output = Output(made[0], site / "var/cache/output.json", sweeping=False, retained=())
        probe = site / "probe"
        probe.touch()
        self.before = began = probe.stat().st_mtime_ns
        while self.before == began:
            probe.touch()
            self.before = probe.stat().st_mtime_ns
        probe.unlink()

    def stands_after(self, build: Act, somebody: Act, *, removed: tuple[str, ...] = ()) -> bool:
        """Whether the folder is what the build has left, after `somebody` was there."""
        with self.handiwork.noting():
            self.output.begin()
            build(self.path)
            somebody(self.path)
        now = Stamps(self.handiwork, self.before)
        gone = {str(self.path / name) for name in removed}
        left = now.handiwork.files(self.output.stood, gone, now.of_file)
        return now.of_files(left) == Stamps(self.handiwork).of_files_in(str(self.path), ())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def nothing(output: Path) -> None:
    del output


def page(output: Path) -> None:
    replace(str(output / "page"), b"words")


def page_again(output: Path) -> None:
    replace(str(output / "stands"), b"stands")


def picture(output: Path) -> None:
    copy(str(output / "stands"), str(output / "picture"))


def file_of_a_theme(output: Path) -> None:
    path = f"{output}/./icon"  # so Pelican calls one that lies at the top of a theme's `static`
    copy(str(output / "stands"), path)
    confirmed.send(path)


def file_of_a_plugin(output: Path) -> None:
    (output / "page").write_text("words")
    confirmed.send(output / "page")


def file_of_another_process(output: Path) -> None:
    (output / "page").write_text("words")
    found = (output / "page").stat()
    state = f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"
    met.send(str(output / "page"), state=state)
    confirmed.send(str(output / "page"))


BUILDS = [
    nothing,
    page,
    page_again,
    picture,
    file_of_a_theme,
    file_of_a_plugin,
    file_of_another_process,
]


@pytest.mark.parametrize("build", BUILDS)
def test_what_a_build_writes_is_its_own(folder: Folder, build: Act):
    assert folder.stands_after(build, nothing)


@pytest.mark.parametrize("build", [page, file_of_a_plugin, file_of_another_process])
@pytest.mark.parametrize(
    "somebody",
    [
        lambda output: (output / "page").write_text("other words"),
        lambda output: (output / "page").unlink(),
        lambda output: (output / "stands").unlink(),
        lambda output: (output / "more").write_text("more"),
    ],
    ids=["rewritten", "gone", "stood", "more"],
)
def test_what_somebody_else_changes_afterwards_is_not(folder: Folder, build: Act, somebody: Act):
    assert not folder.stands_after(build, somebody)


def test_a_page_that_was_found_the_same_and_is_changed_then_is_not(folder: Folder):
    assert not folder.stands_after(page_again, lambda output: (output / "stands").write_text("ST"))


def test_a_file_that_nobody_confirms_and_somebody_changes_is_too_young(folder: Folder):
    with pytest.raises(YoungError, match="stands"):
        folder.stands_after(nothing, lambda output: (output / "stands").write_text("ST"))


def test_what_another_process_says_was_another_file_is_not(folder: Folder):
    def build(output: Path) -> None:
        page(output)
        met.send(str(output / "page"), state="1 2 3 4")

    assert not folder.stands_after(build, nothing)


def test_a_file_that_the_build_removes_is_not_missed(folder: Folder):
    def build(output: Path) -> None:
        (output / "stands").unlink()

    assert folder.stands_after(build, nothing, removed=("stands",))


def test_what_lies_behind_a_link_is_the_sites_too(folder: Folder, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (folder.path / "link").symlink_to(tmp_path / "elsewhere")
    folder.output.begin()
    assert folder.output.linked == {str(folder.path / "link")}


def test_a_folder_in_which_the_build_makes_its_own_is_as_it_was(tmp_path: Path):
    folder = Folder(tmp_path)
    with folder.handiwork.noting():
        (tmp_path / "var" / "cache").mkdir(parents=True)
        now = Stamps(folder.handiwork, folder.before)
        assert now.of_folder(str(tmp_path), deeply=False)
        (tmp_path / "sitecustomize.py").touch()
        with pytest.raises(YoungError):
            now.of_folder(str(tmp_path), deeply=False)
