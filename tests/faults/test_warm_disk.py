"""The child on a full or read-only disk: the page keeps its words, and is caught up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.test_disk import Disk, disk
from tests.site.warm_site import Child, WarmSite

__all__ = ["disk"]


@pytest.fixture
def site(disk: Disk, tmp_path: Path) -> WarmSite:
    """Its pages lie on the small disk, what people say does not."""
    folder = disk.place / "site"
    folder.mkdir()
    (tmp_path / "said").mkdir()
    (folder / "discussion").symlink_to(tmp_path / "said")
    site = WarmSite(folder)
    site.build()
    return site


@pytest.mark.parametrize(
    ("how", "told"), [("full", "the disk is full"), ("ro", "Read-only file system")]
)
def test_what_cannot_be_written_is_told_and_caught_up(
    disk: Disk, site: WarmSite, how: str, told: str
) -> None:
    page = site.output / "chain/index.html"
    before = page.read_bytes()
    with Child(site) as child:
        assert child.hear()["ready"]
        site.say("/chain/", 3)
        disk.fill() if how == "full" else disk.lock("ro")
        assert told in child.ask("/chain/")["error"]
    assert page.read_bytes() == before
    disk.free() if how == "full" else disk.lock("rw")
    with Child(site) as child:
        child.hear()
        child.ask("/chain/")
        child.ask()
    assert site.differing() == []
