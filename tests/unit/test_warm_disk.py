"""What is on the disk, and since when, when pages are published."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pelican.plugins.fast_build.warm.publishing import Publisher
from pelican.plugins.fast_build.write import Writer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the names")


@dataclass
class Page:
    name: str
    content: object
    events: list[str]

    def write(self, writer: Any) -> None:
        self.events.append(f"writing {self.name}")
        writer.put(str(Path(writer.output_path) / self.name), b"words")


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was synced, as it happened."""
    seen: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda handle: seen.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
    )
    return seen


@pytest.fixture
def publisher(tmp_path: Path, events: list[str]) -> Publisher:
    for folder in ("article", "lists"):
        (tmp_path / folder).mkdir()
    article = object()
    writer = Writer(str(tmp_path), {"CACHE_PATH": str(tmp_path)})
    writer.durable = writer.rewriting = True
    pages = [Page("lists/1.html", None, events), Page("lists/2.html", None, events)]
    pages.append(Page("article/index.html", article, events))
    loaded: Any = SimpleNamespace(
        pelican=SimpleNamespace(output_path=str(tmp_path), settings=writer.settings),
        reach=SimpleNamespace(showing=lambda paths: pages, rewriting=lambda page: nullcontext()),
        contents={"/article/": article},
        generators={},
        writer=writer,
    )
    return Publisher(loaded, "", alone=True)


def test_the_page_itself_is_on_the_disk_before_others_are_written(
    publisher: Publisher, events: list[str], tmp_path: Path
) -> None:
    publisher.publish(["/article/"])
    assert events[0] == "writing article/index.html"
    assert events[2] == str(tmp_path / "article")
    assert events[3] == "writing lists/1.html"


def test_all_names_are_on_the_disk_before_the_answer_each_folder_once(
    publisher: Publisher, events: list[str], tmp_path: Path
) -> None:
    publisher.publish(["/article/"])
    folders = [event for event in events if Path(event).is_dir()]
    assert folders == [str(tmp_path / "article"), str(tmp_path / "lists")]
    assert events[-1] == str(tmp_path / "lists")
    assert len(events) == 3 + 3 + 2  # each page is written, each file synced, and the folders
