"""Builds of a site in processes of their own: what they cost and what they made."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from runpy import run_path

from benchmarks.site_build import CLONE

FAST = "fast_build"
LIBRARIES = ("Pelican", "Markdown", "Jinja2", "cmarkgfm")  # what the time goes to
EVERYTHING = [one for one in run_path(str(CLONE / "pelicanconf.py"))["PLUGINS"] if one != FAST]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One build with all its processes."""

    clock: float  # seconds until it ended
    work: float  # seconds of processors
    memory: int  # bytes at the peak: PSS, summed over the processes


def build(folder: Path, *plugins: str, **settings: object) -> Cost:
    """Build with Pelican. Raises `SystemExit` with what it said if it fails."""
    chosen = {"PLUGINS": list(plugins), **settings}
    extra = [f"{key}={json.dumps(value)}" for key, value in chosen.items()]
    return run([sys.executable, "-m", "pelican", "--extra-settings", *extra], folder)


def build_fast(folder: Path, **settings: object) -> Cost:
    """Build with all plugins of pelicanconf.py, fast_build among them."""
    return build(folder, *EVERYTHING, FAST, **settings)


def run(command: list[str], folder: Path) -> Cost:
    """Run a command to its end. Raises `SystemExit` with what it said if it fails."""
    os.sync()  # it need not wait for what earlier ones have still to write
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        peak = _Peak(process.pid)
        peak.start()
        said = process.communicate()[0]
    clock = time.perf_counter() - began
    peak.join()
    if process.returncode:
        raise SystemExit(said)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Cost(clock=clock, work=work, memory=peak.bytes)


def _environment() -> dict[str, str]:
    """As at home: Python keeps what it has compiled, also where whoever measures forbids it that.
    Pelican finds its files in a set."""
    passed = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**passed, "PYTHONHASHSEED": "0"}


def digests(output: Path) -> dict[str, str]:
    """What each file says, by its name: equal if and only if two outputs are."""
    return {
        str(path.relative_to(output)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in output.rglob("*")
        if path.is_file()
    }


def machine() -> str:
    """On what, with which versions and how busy."""
    model = ""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = f" ({line.partition(':')[2].strip()})"
    except OSError:  # a system without it: the kind of processor must do
        pass
    said = f"{os.cpu_count()} processors{model}, {platform.machine()}, {platform.system()}"
    said += f", Python {platform.python_version()}"
    said += "".join(f", {name} {version(name)}" for name in LIBRARIES)
    if shutil.which("hugo"):
        spoken = subprocess.run(["hugo", "version"], capture_output=True, text=True, check=True)
        said += f", Hugo {spoken.stdout.split()[1].partition('-')[0].removeprefix('v')}"
    return f"{said}; load {os.getloadavg()[0]:.1f}"


def tell(said: str) -> None:
    """Progress, which is no part of the table."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {said}\n")


class _Peak(threading.Thread):
    """Watches the proportional memory (PSS) of a process and its children, four times a second."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.bytes = 0

    def run(self) -> None:
        while Path(f"/proc/{self.process}/smaps_rollup").exists():
            now = sum(map(_proportional, [self.process, *_children(self.process)]))
            if not now:
                return
            self.bytes = max(self.bytes, now)
            time.sleep(0.25)


def _children(process: int) -> Iterator[int]:
    try:
        line = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return
    for child in map(int, line.split()):
        yield child
        yield from _children(child)


def _proportional(process: int) -> int:
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0
