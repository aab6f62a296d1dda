"""What is remembered of pages that other processes rendered."""

from __future__ import annotations

from pathlib import Path

from pelican.plugins.fast_build.skip.lists import Lists
from pelican.plugins.fast_build.skip.memory import Memory, recalled, remember
from pelican.plugins.fast_build.skip.pages import Pages
from pelican.plugins.fast_build.skip.state import State

LINE = "fact\tdiscussion_read\t/hello/"


def adopted(folder: Path, pages: Pages, name: str, state: str) -> None:
    """A twin rendered the page when LINE's subject was in that state."""
    pages.adopt(name, ["key", "article", {LINE: state}, []])
    path = folder / name
    path.write_bytes(b"text")
    pages.written(str(path), b"text")


def pages_of(folder: Path) -> Pages:
    return Pages(str(folder), State(Lists(), {}, {}), Memory())


def test_what_pages_looked_at_is_remembered_once_for_all_of_them(tmp_path: Path) -> None:
    pages = pages_of(tmp_path)
    adopted(tmp_path, pages, "a.html", "old")
    adopted(tmp_path, pages, "b.html", "old")

    file = tmp_path / "memory.json"
    remember(file, pages.memory({}, "house"))
    memory = recalled(file, lambda programs, rest: True)

    assert memory is not None
    assert set(memory.pages) == {"a.html", "b.html"}
    looked = int(memory.pages["a.html"].looked)
    assert (memory.lines[looked], memory.states[looked]) == (LINE, "old")


def test_a_page_that_saw_another_state_than_those_before_it_is_not_remembered(
    tmp_path: Path,
) -> None:
    pages = pages_of(tmp_path)
    adopted(tmp_path, pages, "a.html", "old")
    adopted(tmp_path, pages, "b.html", "new")

    assert set(pages.memory({}, "house").pages) == {"a.html"}
