"""The output folder has one writer at a time, across processes."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from pelican.plugins.output_lock import OutputLock, OutputLockError, guard

from tests.servers.pelican import minimal_site, pelican
from tests.servers.waiting import HANGS, wait_until

# A plugin of the site under test: it notes when its build begins and ends to write, and keeps it
# from ending while there is a file `hold`.
WITNESS = """
import json, os, time
from pelican.plugins import signals

def note(event):
    with open("witness.jsonl", "a") as file:
        file.write(json.dumps([time.monotonic(), os.getpid(), event]) + "\\n")

def began(generators):
    note("began")
    while os.path.exists("hold"):
        time.sleep(0.01)

def ended(pelican):
    note("ended")

def register():
    signals.all_generators_finalized.connect(began)
    signals.finalized.connect(ended)
"""

HOLDER = """
import sys, time
from pelican.plugins.output_lock import OutputLock
with OutputLock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    settings = 'PLUGIN_PATHS = ["."]\nPLUGINS = ["pelican.plugins.output_lock", "witness"]'
    site = minimal_site(tmp_path / "site", settings)
    (site / "witness.py").write_text(WITNESS)
    return site


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the lock on tmp_path/site/output."""
    (tmp_path / "site").mkdir(exist_ok=True)
    output = tmp_path / "site" / "output"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(output)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_two_builds_at_once_take_turns(site: Path):
    def build() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "pelican"],
            cwd=site,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )

    (site / "hold").touch()
    builds = [build()]
    wait_until((site / "witness.jsonl").exists, what="the first build writes")
    builds.append(build())
    assert builds[1].stdout is not None
    waited = next(line for line in builds[1].stdout if "Another build writes output/" in line)
    (site / "hold").unlink()
    waited += builds[1].communicate(timeout=2 * HANGS)[0]
    builds[0].communicate(timeout=2 * HANGS)
    assert [build.returncode for build in builds] == [0, 0]

    lines = [json.loads(line) for line in (site / "witness.jsonl").read_text().splitlines()]
    events = [(process, event) for _, process, event in sorted(lines)]
    first, second = events[0][0], events[2][0]
    assert first != second
    assert events == [(first, "began"), (first, "ended"), (second, "began"), (second, "ended")]
    assert f"process {first} since" in waited


def test_a_build_that_waited_too_long_says_who_holds_the_lock(tmp_path: Path, holder):
    settings = 'PLUGINS = ["pelican.plugins.output_lock"]\nOUTPUT_LOCK_TIMEOUT = 0.2'
    site = minimal_site(tmp_path / "site", settings)
    build = pelican(site)
    assert build.returncode == 1
    said = " ".join((build.stdout + build.stderr).split())
    assert f"process {holder.pid} since" in said
    assert "OUTPUT_LOCK_TIMEOUT" in said
    assert not (site / "output").exists()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path, holder):
    output = tmp_path / "site" / "output"
    with pytest.raises(OutputLockError):
        OutputLock(output, timeout=0).__enter__()
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(HANGS)
    with OutputLock(output, timeout=0):
        pass


def test_a_failed_build_gives_the_lock_back(tmp_path: Path):
    def fail() -> None:
        raise RuntimeError("a template is wrong")

    build = SimpleNamespace(settings={}, output_path=str(tmp_path / "output"), run=fail)
    guard(build)
    with pytest.raises(RuntimeError, match="template"):
        build.run()
    with OutputLock(build.output_path, timeout=0):
        pass


def test_the_lock_is_re_entrant_and_stays_held_until_its_last_exit(tmp_path: Path):
    lock, other = OutputLock(tmp_path / "output"), OutputLock(tmp_path / "output", timeout=0)
    with lock, lock:
        pass
    with lock:
        with lock:
            pass
        with pytest.raises(OutputLockError), other:
            pass
    with other:
        pass


def test_a_copy_of_the_process_has_no_part_in_the_lock(tmp_path: Path):
    lock, other = OutputLock(tmp_path / "output"), OutputLock(tmp_path / "output", timeout=0)
    until, done = os.pipe()
    with warnings.catch_warnings(), lock:
        warnings.simplefilter("ignore", DeprecationWarning)  # of other threads in this process
        if (copy := os.fork()) == 0:
            with suppress(BaseException):
                lock.__exit__()
                os.close(done)
                os.read(until, 1)
            os._exit(0)
        os.close(until)
        with pytest.raises(OutputLockError), other:
            pass
    with other:
        pass
    os.close(done)
    os.waitpid(copy, 0)


def test_a_lock_file_that_was_deleted_guards_nothing(tmp_path: Path):
    lock, other = OutputLock(tmp_path / "output"), OutputLock(tmp_path / "output", timeout=0)
    with lock:
        lock.path.unlink()
    with lock, pytest.raises(OutputLockError), other:
        pass


def test_a_file_system_without_locks_has_one_writer_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def unknown(file: int, blocking: bool = True) -> bool:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("pelican.plugins.output_lock.lock.lock_descriptor", unknown)
    monkeypatch.setattr("pelican.plugins.output_lock.lock.unlock_descriptor", unknown)
    lock, other = OutputLock(tmp_path / "output"), OutputLock(tmp_path / "output", timeout=0)
    for _ in range(2):
        with lock, pytest.raises(OutputLockError, match=f"process {os.getpid()} since"), other:
            pass
        with other, other:
            pass


def test_the_folder_of_the_output_is_made_where_it_is_missing(tmp_path: Path):
    with OutputLock(tmp_path / "site" / "output", timeout=0) as lock:
        assert f"process {os.getpid()} since" in lock.path.read_text()


@pytest.mark.parametrize("value", ["soon", -1, True, None])
def test_a_wrong_timeout_is_named(tmp_path: Path, value):
    settings = {"OUTPUT_LOCK_TIMEOUT": value}
    with pytest.raises(OutputLockError, match="OUTPUT_LOCK_TIMEOUT"):
        guard(SimpleNamespace(settings=settings, output_path=str(tmp_path / "output"), run=print))


def test_a_build_that_only_listens_takes_no_lock(site: Path):
    assert pelican(site).returncode == 0
    with subprocess.Popen(
        [sys.executable, "-m", "pelican", "--listen", "--port", "0"],
        cwd=site,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as listener:
        assert listener.stdout is not None
        wait_until(lambda: "Serving site" in listener.stdout.readline(), what="it listens")
        with OutputLock(site / "output", timeout=0):
            pass
        listener.kill()
