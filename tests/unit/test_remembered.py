"""What one build worked out, the next one need not."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndication.remembered import Remembered, program_stamp


def memory(file: Path, stamp: str = "one") -> Remembered:
    return Remembered(file, lambda: stamp)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a former build kept two values."""
    file = tmp_path / "cache" / "values.json"
    first = memory(file)
    first.put("a", [1, "á\ud800"])
    first.put("b", {"x": None})
    first.keep()
    return file


def test_values_are_found_again(file: Path):
    again = memory(file)
    assert (again.get("a"), again.get("b"), again.get("c")) == ([1, "á\ud800"], {"x": None}, None)


def test_what_a_build_did_not_ask_for_is_forgotten(file: Path):
    second = memory(file)
    second.get("a")
    second.keep()
    assert memory(file).get("b") is None
    assert memory(file).get("a")


def test_a_memory_serves_several_builds_of_one_process(file: Path):
    process = memory(file)
    process.get("a")
    process.keep()
    assert process.get("b") is None
    assert process.get("a")
    process.put("c", 3)
    process.keep()
    assert memory(file).get("c") == 3


def test_nothing_is_written_where_nothing_changed(file: Path):
    written = file.stat().st_mtime_ns, file.stat().st_ino
    second = memory(file)
    second.get("a")
    second.get("b")
    second.keep()
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == written


def test_what_another_program_worked_out_is_not_believed(file: Path):
    assert memory(file, "two").get("a") is None


@pytest.mark.parametrize("words", ["", "[]", '["one", 3]', '{"one": 1}', "\udc80"])
def test_a_broken_file_is_begun_anew(file: Path, words: str):
    file.write_bytes(words.encode("utf-8", "surrogateescape"))
    again = memory(file)
    assert again.get("a") is None
    again.put("a", 1)
    again.keep()
    assert memory(file).get("a") == 1


def test_values_that_were_altered_are_not_believed(file: Path):
    file.write_bytes(file.read_bytes().replace(b"[1,", b"[2,"))
    assert memory(file).get("a") is None


def test_a_place_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    lost = memory(tmp_path / "taken" / "values.json")
    lost.put("a", 1)
    assert lost.get("a") == 1
    lost.keep()
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_the_stamp_changes_with_a_programs_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "some_program"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "part.py").write_text("A = 1")
    before = program_stamp(["some_program"], ["no-such-library"])
    assert program_stamp(["some_program"], ["no-such-library"]) == before
    (package / "part.py").write_text("A = 2")
    assert program_stamp(["some_program"], ["no-such-library"]) != before
    assert program_stamp(["some_program"], ["pelican"]) != program_stamp(["some_program"])
