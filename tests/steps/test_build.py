"""The site's own build command: debounced, once, ended in time, its complaint kept."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from syndication.model import Ref, Verdict
from syndication.steps import command as commands
from syndication.steps.build import Builder, build, due_in
from syndication.store import marks
from tests.servers.waiting import HANGS, wait_until
from tests.steps.town import Town


@pytest.fixture
def changed(town: Town) -> Town:
    """A document has just changed."""
    ref = town.person("ana").say("@brand lovely", reply_to=town.speak())
    town.decide_when_collected(ref)
    town.export()
    return town


class Command:
    """A build command in Python, and what it leaves behind."""

    def __init__(self, folder: Path, town: Town) -> None:
        self.folder, self.town = folder, town
        self.ran = folder / "ran"

    def does(self, program: str = "", **settings: timedelta) -> Builder:
        script = self.folder / "build.py"
        script.write_text(f"open('ran', 'a').write('x')\n{program}\n")
        return Builder(command=f"{sys.executable} build.py", directory=self.folder, **settings)

    def times(self) -> int:
        return len(self.ran.read_text()) if self.ran.exists() else 0

    def failure(self) -> str | None:
        with self.town.site.store.read() as tx:
            failed: str | None = marks.get(tx, marks.BUILD_FAILED)
            return failed


@pytest.fixture
def command(tmp_path: Path, changed: Town) -> Command:
    return Command(tmp_path, changed)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_build_waits_for_decisions_that_follow_and_runs_once(
    changed: Town, command: Command
) -> None:
    builder = command.does()
    assert due_in(changed.site, builder) == timedelta(seconds=5)
    assert not build(changed.site, builder)
    changed.later(seconds=3)
    changed.decide(Ref(space="memory", id=changed.messages()[0].ref_id), Verdict.REJECT)
    changed.export()
    assert due_in(changed.site, builder) == timedelta(seconds=2)  # the first one counts
    changed.later(seconds=2)
    assert build(changed.site, builder)
    assert due_in(changed.site, builder) is None
    assert not build(changed.site, builder)
    assert command.times() == 1


def test_without_a_command_somebody_else_builds(changed: Town) -> None:
    nobody = Builder(command="", directory=changed.folder)
    changed.later(minutes=1)
    assert due_in(changed.site, nobody) is None
    assert not build(changed.site, nobody)


def test_by_hand_it_need_not_wait(changed: Town, command: Command) -> None:
    assert build(changed.site, command.does(), now=True)
    assert command.times() == 1
    assert not build(changed.site, command.does(), now=True)


def test_a_document_that_changes_during_the_build_makes_another_one_due(
    changed: Town, command: Command
) -> None:
    builder = command.does()
    changed.later(seconds=5)
    decided: list[None] = []

    def decide_meanwhile() -> bool:
        if not decided:
            decided.append(
                changed.decide(Ref(space="memory", id=changed.messages()[0].ref_id), Verdict.REJECT)
            )
            changed.export()
        return False

    assert build(changed.site, builder, stopping=decide_meanwhile)
    assert due_in(changed.site, builder) == timedelta(seconds=5)
    changed.later(seconds=5)
    assert build(changed.site, builder)
    assert due_in(changed.site, builder) is None


def test_a_failed_build_stays_due_and_says_what_it_said_last(
    changed: Town, command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    builder = command.does("for n in range(20): print('line', n)\nraise SystemExit(3)")
    changed.later(seconds=5)
    for _ in range(3):
        assert not build(changed.site, builder)
        assert due_in(changed.site, builder) == timedelta(minutes=1, seconds=5)
        changed.later(minutes=1, seconds=5)
    assert command.failure() == "exit 3: line 15\nline 16\nline 17\nline 18\nline 19"
    errors = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(errors) == 1  # said once, not each minute
    assert build(changed.site, command.does())
    assert command.failure() is None


@pytest.mark.parametrize("line", ["no-such-program --now", "unbalanced 'quote", "/"])
def test_a_command_that_cannot_be_started_names_its_setting(changed: Town, line: str) -> None:
    builder = Builder(command=line, directory=changed.folder)
    assert not build(changed.site, builder, now=True)
    with changed.site.store.read() as tx:
        assert str(marks.get(tx, marks.BUILD_FAILED)).startswith("[site] build: ")
        assert marks.get(tx, marks.BUILD_DUE) is not None


def test_what_a_command_said_last_is_told_though_the_machine_was_too_busy_to_read_it(
    changed: Town, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    read, lines = commands.Tail._read, commands.Tail.lines

    def read_late(tail: commands.Tail) -> None:
        assert over.wait(HANGS)
        read(tail)

    def lines_at_last(tail: commands.Tail, number: int) -> str:
        over.set()
        return lines(tail, number)

    monkeypatch.setattr(commands, "_GRACE", 0.0)
    monkeypatch.setattr(commands.Tail, "_read", read_late)
    monkeypatch.setattr(commands.Tail, "lines", lines_at_last)
    assert not build(changed.site, command.does("raise SystemExit('no room')"), now=True)
    assert command.failure() == "exit 1: no room"


def test_programs_beside_our_own_python_are_found(
    changed: Town, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    builder = command.does("import shutil; raise SystemExit(shutil.which('pelican') is None)")
    assert build(changed.site, builder, now=True)


@pytest.fixture
def stubborn(changed: Town, command: Command) -> Iterator[Builder]:
    """It starts a process of its own and ends neither by itself nor when asked."""
    builder = command.does(
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('pids', 'w').write(f'{os.getpid()} {child.pid}')\n"
        "time.sleep(600)"
    )
    yield builder
    for pid in map(int, (command.folder / "pids").read_text().split()):
        if alive(pid):
            os.kill(pid, 9)


def test_when_the_daemon_ends_the_build_ends_with_all_it_started_and_stays_due(
    changed: Town, command: Command, stubborn: Builder
) -> None:
    pids = command.folder / "pids"
    asked: list[bool] = []

    def stopping() -> bool:
        if pids.exists() and len(pids.read_text().split()) == 2:
            asked.append(True)
        return bool(asked)

    assert not build(changed.site, stubborn, now=True, stopping=stopping)
    for pid in map(int, pids.read_text().split()):
        wait_until(lambda pid=pid: not alive(pid), what="the end of the build")  # type: ignore[misc]
    assert due_in(changed.site, stubborn) is not None
    assert command.failure() is None


def test_a_build_that_never_ends_is_ended_and_that_is_its_complaint(
    changed: Town, command: Command
) -> None:
    builder = command.does("import time; time.sleep(600)", limit=timedelta(seconds=0.3))
    assert not build(changed.site, builder, now=True)
    assert "took longer than" in str(command.failure())


def test_a_process_left_in_the_background_holds_nothing_up(changed: Town, command: Command) -> None:
    builder = command.does(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('pid', 'w').write(str(child.pid))"
    )
    assert build(changed.site, builder, now=True)
    left = int((command.folder / "pid").read_text())
    assert alive(left)
    os.kill(left, 9)


def test_a_flood_of_output_fills_neither_memory_nor_marks(changed: Town, command: Command) -> None:
    import tracemalloc

    builder = command.does(
        "import sys\nfor _ in range(300): sys.stdout.write('x' * 100_000)\nsys.exit(1)"
    )
    tracemalloc.start()
    assert not build(changed.site, builder, now=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
    failure = command.failure()
    assert failure is not None
    assert len(failure) < 20_000


def test_bytes_that_are_no_text_are_no_trouble(changed: Town, command: Command) -> None:
    builder = command.does("import sys\nsys.stdout.buffer.write(b'caf\\xe9 \\0')\nsys.exit(1)")
    assert not build(changed.site, builder, now=True)
    assert str(command.failure()).startswith("exit 1: caf")
