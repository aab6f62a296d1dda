"""What fast_build saves: the same site with all plugins, built by turns with it and without.

`python -m benchmarks.site_build_fast [ARTICLES] [RUNS]`. The site is that of `site_build`. Each
build is a process of its own; shown are medians of RUNS interleaved rounds with their spread, as
ratios to the build without fast_build of the same round: of the time on the clock, and of the
processors' time, which a busy machine does not stretch. `hugo`, where it is installed, builds the
same texts with a small theme of the same kinds of pages.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from runpy import run_path

from benchmarks.site_build import ARTICLES, CLONE, RUNS, write_site

FAST = "fast_build"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One build: seconds on the clock, seconds of processors, bytes at the peak."""

    clock: float
    work: float
    memory: int


def build(folder: Path, *plugins: str, **settings: object) -> Cost:
    """One build in a process of its own. Raises `SystemExit` with what it said if it fails."""
    chosen = {"PLUGINS": list(plugins), **settings}
    extra = [f"{key}={json.dumps(value)}" for key, value in chosen.items()]
    return run([sys.executable, "-m", "pelican", "--extra-settings", *extra], folder)


def run(command: list[str], folder: Path) -> Cost:
    """What a command costs with all its children."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
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


class _Peak(threading.Thread):
    """Watches the proportional memory (PSS) of a process and its children, ten times a second."""

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
            time.sleep(0.1)


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


def rounds(folder: Path, runs: int) -> dict[str, list[Cost]]:
    """Every kind of build once a round, `runs` rounds, after one that makes the pictures."""
    everything = [one for one in run_path(str(CLONE / "pelicanconf.py"))["PLUGINS"] if one != FAST]
    build(folder, *everything)
    change = folder / "content" / "articles" / "1.es.md"
    kinds: dict[str, Callable[[], Cost]] = {
        "without": lambda: build(folder, *everything),
        "clean": lambda: (_forget(folder), build(folder, *everything, FAST))[1],
        "nothing changed": lambda: build(folder, *everything, FAST),
        "one changed": lambda: (_touch(change), build(folder, *everything, FAST))[1],
    }
    if shutil.which("hugo"):
        _write_for_hugo(folder)
        kinds["Hugo"] = lambda: run(["hugo", "--quiet"], folder / "hugo")
    costs: dict[str, list[Cost]] = {name: [] for name in kinds}
    for _ in range(runs):
        for name, kind in kinds.items():
            costs[name].append(kind())
    return costs


def _forget(folder: Path) -> None:
    shutil.rmtree(folder / "var" / "cache" / "fast_build", ignore_errors=True)
    shutil.rmtree(folder / "output", ignore_errors=True)


def _touch(article: Path) -> None:
    with article.open("a", encoding="utf-8") as file:
        file.write("\nOne more sentence.\n")


HUGO_PAGES = {
    "baseof": "<!doctype html><html lang={{ .Site.Language.Lang }}><head><title>{{ .Title }}"
    '</title><meta name=description content="{{ .Summary | plainify }}">'
    "</head><body><header><a href=/>{{ .Site.Title }}</a></header>"
    '{{ block "main" . }}{{ end }}</body></html>',
    "single": '{{ define "main" }}<article><h1>{{ .Title }}</h1><time>{{ .Date }}</time>'
    "{{ .Content }}{{ range .GetTerms `tags` }}<a href={{ .RelPermalink }}>{{ .Title }}</a>"
    "{{ end }}</article>{{ end }}",
    "list": '{{ define "main" }}{{ range (.Paginate .Pages).Pages }}<article><h2><a href='
    "{{ .RelPermalink }}>{{ .Title }}</a></h2>{{ .Summary }}</article>{{ end }}"
    '{{ template "_internal/pagination.html" . }}{{ end }}',
}


def _write_for_hugo(folder: Path) -> None:
    site = folder / "hugo"
    (site / "layouts" / "_default").mkdir(parents=True)
    (site / "content").mkdir()
    for name, template in HUGO_PAGES.items():
        (site / "layouts" / "_default" / f"{name}.html").write_text(template)
    (site / "config.toml").write_text(
        'baseURL = "https://vencejo.example/"\ntitle = "Vencejo"\npaginate = 7\n'
        'defaultContentLanguage = "en"\n'
    )
    for source in (folder / "content" / "articles").glob("*.md"):
        head, _, body = source.read_text(encoding="utf-8").partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        front = {
            "title": fields["Title"],
            "date": fields["Date"].replace(" ", "T") + ":00Z",
            "tags": fields["Tags"].split(", "),
            "categories": [fields["Category"]],
            "slug": fields["Slug"],
        }
        (site / "content" / source.name.replace(".es.", ".").replace(".en.", ".")).write_text(
            json.dumps(front) + "\n" + body, encoding="utf-8"
        )


def report(costs: dict[str, list[Cost]]) -> Iterator[str]:
    """A line a kind of build."""
    bare = costs["without"]
    yield f"{'':16} {'seconds':>8} {'ratio':>6} {'spread':>13} {'of work':>8} {'peak':>8}"
    for name, own in costs.items():
        ratios = [mine.clock / stock.clock for mine, stock in zip(own, bare, strict=True)]
        work = statistics.median(m.work / s.work for m, s in zip(own, bare, strict=True))
        yield (
            f"{name:16} {statistics.median(c.clock for c in own):8.2f}"
            f" {statistics.median(ratios):6.2f} {min(ratios):6.2f}–{max(ratios):<6.2f}"
            f" {work:8.2f} {max(c.memory for c in own) / 1e6:5.0f} MB"
        )


def main() -> int:
    """Build by turns and print the ratios."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    articles, runs = (*numbers, *(ARTICLES, RUNS)[len(numbers) :])
    with tempfile.TemporaryDirectory() as name:
        write_site(Path(name), articles)
        costs = rounds(Path(name), runs)
    sys.stdout.write(
        f"{articles} articles, {runs} rounds; {os.cpu_count()} processors, {platform.machine()},"
        f" Python {platform.python_version()}, Pelican {version('pelican')},"
        f" load {os.getloadavg()[0]:.1f}\n"
    )
    sys.stdout.writelines(f"{line}\n" for line in report(costs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
