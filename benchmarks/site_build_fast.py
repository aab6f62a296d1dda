"""What fast_build saves: the same site with all plugins, built by turns with it and without.

`python -m benchmarks.site_build_fast [ARTICLES] [RUNS] [--quick] [--folder DIR]`. The site is that
of `site_build`; `hugo`, where it is installed, builds the same texts with an equal theme. Each
build is a process of its own, and every kind is built once a round, on the site as it was before
the round; what is made once and kept is there already (see `_kept`). Shown are medians of RUNS
rounds as ratios to the build without fast_build of the same round: of the time on the clock with
its spread, and of the processors' time, which a busy machine does not stretch. Outputs that ought
to be equal are compared, byte for byte. The table is Markdown. With `--folder` the site stays where
it is and is found again with its pictures, which take the longest to make; no rounds at all (0)
only make them.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks._builds import (
    EVERYTHING,
    Cost,
    build,
    build_fast,
    digests,
    machine,
    run,
    tell,
)
from benchmarks._kept import Indexes, changed, clear, forget, put_aside
from benchmarks.hugo import write_hugo_site
from benchmarks.site_build import ARTICLES, RUNS, write_site

WITHOUT, WITH_HUGO = "without fast_build", "Hugo, clean"
STOCK, CMARKGFM = "Python-Markdown", "cmarkgfm"
Measured = Iterator[tuple[str, Cost]]


class Site:
    """A site whose pictures and indexes are made, and every kind of build of it."""

    def __init__(self, folder: Path) -> None:
        """Makes what is made once. Cost: two builds, and the drawing of all cards."""
        self.folder = folder
        self.change = folder / "content" / "articles" / "1.es.md"
        self.indexes = Indexes(folder)
        self.comparison = Comparison(folder / "output")
        clear(folder)
        tell("pictures and search indexes, once")
        for dialect, settings in ((CMARKGFM, {"FAST_BUILD_READER": CMARKGFM}), (STOCK, {})):
            self.indexes.put_in_place(dialect)
            build_fast(folder, **settings)
            self.indexes.set_aside(dialect)
        self.hugo = write_hugo_site(folder) if shutil.which("hugo") else None
        if self.hugo:
            run(["hugo", "--quiet"], self.hugo)

    def each_kind(self) -> Measured:
        """Each kind of build once, by its name; the site is as before when all are made."""
        yield "clean, cmarkgfm", self._cleanly(CMARKGFM, FAST_BUILD_READER=CMARKGFM)
        yield WITHOUT, self._told(WITHOUT, self._cleanly(STOCK, fast=False))
        yield "clean", self._told("clean", self._cleanly(STOCK))
        yield from self._once_more("")
        name = "the first one, skipping"  # leaves behind what the next one goes by
        yield name, self._told(name, build_fast(self.folder, FAST_BUILD_SKIP=True))
        yield from self._once_more(", skipping", FAST_BUILD_SKIP=True)
        if self.hugo:
            put_aside(self.folder, self.hugo / "public")
            yield WITH_HUGO, run(["hugo", "--quiet"], self.hugo)

    def check(self) -> None:
        """Is what the last builds left in place what a build without fast_build makes?"""
        with changed(self.change):
            build(self.folder, *EVERYTHING)
            self.comparison.look("what skipping left of one changed", "changed")
        clear(self.folder)

    def _cleanly(self, dialect: str, *, fast: bool = True, **settings: object) -> Cost:
        forget(self.folder)
        self.indexes.put_in_place(dialect)
        return build_fast(self.folder, **settings) if fast else build(self.folder, *EVERYTHING)

    def _once_more(self, manner: str, **settings: object) -> Measured:
        """Right after a build of the same sources, so that nothing else is due."""
        name = f"nothing changed{manner}"
        yield name, self._told(name, build_fast(self.folder, **settings))
        name = f"one article changed{manner}"
        with changed(self.change):
            yield name, self._told(name, build_fast(self.folder, **settings), "changed")
        self.indexes.put_in_place(STOCK)

    def _told(self, name: str, cost: Cost, sources: str = "") -> Cost:
        self.comparison.look(name, sources)
        return cost


class Comparison:
    """That builds of the same sources made the same files. Raises `SystemExit` if they did not."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.made: dict[str, dict[str, str]] = {}  # by what the sources are called
        self.agreed: set[str] = set()

    def look(self, kind: str, sources: str = "") -> None:
        """Called after each build."""
        now = digests(self.output)
        former = self.made.setdefault(sources, now)
        if now is former:
            return
        if differing := sorted(
            name for name in {*now, *former} if now.get(name) != former.get(name)
        ):
            raise SystemExit(f"{kind}: {len(differing)} files differ: {', '.join(differing[:9])}")
        self.agreed.add(kind)


def rounds(site: Site, runs: int) -> dict[str, list[Cost]]:
    """What each kind of build cost, once a round."""
    costs: dict[str, list[Cost]] = {}
    for number in range(1, runs + 1):
        for name, cost in site.each_kind():
            costs.setdefault(name, []).append(cost)
            tell(f"round {number} of {runs}: {name}: {cost.clock:.2f} s")
    if runs:
        site.check()
    return costs


def report(costs: dict[str, list[Cost]]) -> Iterator[str]:
    """A Markdown row a kind of build."""
    bare = costs[WITHOUT]
    yield "| build | seconds | ratio | spread | ratio of work | peak, PSS |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name in [WITHOUT, *(name for name in costs if name != WITHOUT)]:
        own = costs[name]
        ratios = [mine.clock / stock.clock for mine, stock in zip(own, bare, strict=True)]
        work = statistics.median(m.work / s.work for m, s in zip(own, bare, strict=True))
        yield (
            f"| {name} | {statistics.median(c.clock for c in own):.2f}"
            f" | {statistics.median(ratios):.2f} | {min(ratios):.2f}–{max(ratios):.2f}"
            f" | {work:.2f} | {max(c.memory for c in own) / 1e6:.0f} MB |"
        )
    if hugo := costs.get(WITH_HUGO):
        pairs = zip(costs["clean, cmarkgfm"], hugo, strict=True)
        ratio = statistics.median(mine.clock / other.clock for mine, other in pairs)
        yield f"\nClean with cmarkgfm, in times of Hugo: {ratio:.2f}."


def options() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site_build_fast")
    parser.add_argument("articles", type=int, nargs="?")
    parser.add_argument("runs", type=int, nargs="?")
    parser.add_argument("--quick", action="store_true", help="100 articles, one round")
    parser.add_argument("--folder", type=Path, help="where the site stays between runs")
    asked = parser.parse_args()
    usual = (100, 1) if asked.quick else (ARTICLES, RUNS)
    asked.articles = usual[0] if asked.articles is None else asked.articles
    asked.runs = usual[1] if asked.runs is None else asked.runs
    return asked


def main() -> int:
    """Build by turns and print the table."""
    asked, began_on = options(), machine()
    with tempfile.TemporaryDirectory() as name:
        folder = (asked.folder or Path(name)).resolve()
        if not (folder / "pelicanconf.py").exists():
            write_site(folder, asked.articles)
        found = len(list((folder / "content" / "articles").iterdir()))
        if found != asked.articles:
            raise SystemExit(f"{folder} has {found} articles: name another --folder")
        site = Site(folder)
        costs = rounds(site, asked.runs)
    if asked.runs:
        sys.stdout.write(f"{asked.articles} articles, {asked.runs} rounds. {began_on}.\n\n")
        sys.stdout.writelines(f"{line}\n" for line in report(costs))
        told = ", ".join(sorted(site.comparison.agreed))
        sys.stdout.write(f"\nSame bytes as the first build of the same sources: {told}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
