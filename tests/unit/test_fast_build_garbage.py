"""Python's collector of cycles, during a build and at the end of the process."""

from __future__ import annotations

import gc
import subprocess
import sys

from pelican.plugins.fast_build.garbage import RARELY, collected_rarely

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

    assert during == RARELY
    assert gc.get_threshold() == before


def test_what_a_build_read_is_not_walked_through_when_the_process_ends() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    assert set(ended.stdout.splitlines()) <= {"start True", "stop True"}
    assert "True" in ended.stdout
