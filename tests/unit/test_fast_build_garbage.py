"""Python's collector of cycles, during a build and at the end of the process."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from pelican.plugins import signals
from pelican.plugins.fast_build.garbage import READING, RENDERING, collected_rarely

PROGRAM = """
import atexit, gc
from pelican.plugins.fast_build.garbage import collected_rarely

def count(phase, info):
    print(phase, gc.get_freeze_count() > 0, flush=True)

for build in range(2):
    with collected_rarely():
        pass
gc.callbacks.append(count)
"""


def test_while_a_build_lasts_cycles_are_looked_for_rarely() -> None:
    before = gc.get_threshold()

    with collected_rarely():
        during = gc.get_threshold()

    assert during == READING
    assert gc.get_threshold() == before


def test_what_was_read_is_not_looked_through_while_pages_are_rendered() -> None:
    before = gc.get_freeze_count()

    with collected_rarely():
        signals.all_generators_finalized.send([])
        during = gc.get_threshold(), gc.get_freeze_count()

    assert during[0] == RENDERING
    assert during[1] > before
    assert gc.get_freeze_count() == 0


def test_what_a_build_read_is_not_walked_through_when_the_process_ends() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    assert set(ended.stdout.splitlines()) <= {"start True", "stop True"}
    assert "True" in ended.stdout


LAST_WORDS = """
import sys
from types import ModuleType
from pelican.plugins.fast_build.garbage import collected_rarely

plugin = sys.modules["plugin"] = ModuleType("plugin")
exec(sys.argv[1], vars(plugin))
with collected_rarely():
    plugin.note()
"""
OPEN_FILE = """
kept = open("words", "w")
def note():
    kept.write("said")
"""
OWN_END = """
class Plugin:
    def __init__(self):
        self.itself = self
    def __del__(self, open=open):
        with open("words", "w") as file:
            file.write("said")
kept = []
def note():
    kept.append(Plugin())
"""


@pytest.mark.parametrize("plugin", [OPEN_FILE, OWN_END], ids=["open file", "own end"])
def test_what_a_plugin_would_do_in_the_end_is_done(plugin: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", LAST_WORDS, plugin], cwd=tmp_path, check=True)
    assert (tmp_path / "words").read_text() == "said"
