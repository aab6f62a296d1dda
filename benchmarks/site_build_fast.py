"""What fast_build saves: the same site with all plugins, built by turns with it and without.

`python -m benchmarks.site_build_fast [ARTICLES] [RUNS] [--quick] [--folder DIR]`. The site is that
of `site_build`; `hugo`, where it is installed, builds the same texts with an equal theme. Each
build is a process of its own, and every kind is built once a round; what pictures need is there
already. Shown are medians of RUNS rounds as ratios to the build without fast_build of the same
round: of the time on the clock with its spread, and of the processors' time, which a busy machine
does not stretch. Outputs that ought to be equal are compared, byte for byte. The table is Markdown.
With `--folder` the site stays where it is and is found again with its pictures, which take the
longest to make; no rounds at all (0) only make them.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks._builds import (
    EVERYTHING,
    Cost,
    build,
    build_fast,
    digests,
    forget,
    machine,
    run,
    tell,
)
from benchmarks.hugo import write_hugo_site
from benchmarks.site_build import ARTICLES, RUNS, write_site

WITHOUT = "without fast_build"
Kinds = dict[str, Callable[[], Cost]]


def kinds_of(folder: Path) -> Kinds:
    """Every kind of build by its name, in an order in which each finds what it needs."""
    change = folder / "content" / "articles" / "1.es.md"
    kinds: Kinds = {
        "clean, cmarkgfm": lambda: _cleanly(folder, FAST_BUILD_READER="cmarkgfm"),
        WITHOUT: lambda: _cleanly(folder, fast=False),
        "clean": lambda: _cleanly(folder),
        "nothing changed": lambda: build_fast(folder),
        "one article changed": lambda: _changed(folder, change),
        "nothing changed, skipping": lambda: _after_skipping(folder),
        "one article changed, skipping": lambda: _changed(folder, change, FAST_BUILD_SKIP=True),
    }
    if shutil.which("hugo"):
        site = write_hugo_site(folder)
        run(["hugo", "--quiet"], site)
        kinds["Hugo, clean"] = lambda: _with_hugo(site)
    return kinds


def _cleanly(folder: Path, *, fast: bool = True, **settings: object) -> Cost:
    forget(folder)
    return build_fast(folder, **settings) if fast else build(folder, *EVERYTHING)


def _changed(folder: Path, article: Path, **settings: object) -> Cost:
    with article.open("a", encoding="utf-8") as file:
        file.write("\nOne more sentence.\n")
    return build_fast(folder, **settings)


def _after_skipping(folder: Path) -> Cost:
    build_fast(folder, FAST_BUILD_SKIP=True)  # leaves behind what the next one goes by
    return build_fast(folder, FAST_BUILD_SKIP=True)


def _with_hugo(site: Path) -> Cost:
    shutil.rmtree(site / "public")
    return run(["hugo", "--quiet"], site)


class Comparison:
    """That builds of the same sources made the same files. Raises `SystemExit` if they did not."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.made: dict[str, str] | None = None
        self.agreed: set[str] = set()

    def look(self, kind: str) -> None:
        """Called after each build."""
        if "cmarkgfm" in kind or "Hugo" in kind:
            return
        now, former = digests(self.output), self.made
        self.made = now
        # A change makes other pages; the next build of the same sources tells whether rightly.
        if former is None or kind.startswith("one"):
            return
        if differing := sorted(
            name for name in {*now, *former} if now.get(name) != former.get(name)
        ):
            raise SystemExit(f"{kind}: {len(differing)} files differ: {', '.join(differing[:9])}")
        self.agreed.add(kind)


def rounds(folder: Path, runs: int) -> tuple[dict[str, list[Cost]], Comparison]:
    """Every kind of build once a round, `runs` rounds, after one that makes the pictures."""
    tell("pictures, once")
    build(folder, *EVERYTHING)
    kinds, comparison = kinds_of(folder), Comparison(folder / "output")
    costs: dict[str, list[Cost]] = {name: [] for name in kinds}
    if not runs:
        return costs, comparison
    for number in range(1, runs + 1):
        for name, kind in kinds.items():
            costs[name].append(kind())
            tell(f"round {number} of {runs}: {name}: {costs[name][-1].clock:.2f} s")
            comparison.look(name)
    build(folder, *EVERYTHING)
    comparison.look("what skipping left out")
    return costs, comparison


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
    if hugo := costs.get("Hugo, clean"):
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
        costs, comparison = rounds(folder, asked.runs)
    if asked.runs:
        sys.stdout.write(f"{asked.articles} articles, {asked.runs} rounds. {began_on}.\n\n")
        sys.stdout.writelines(f"{line}\n" for line in report(costs))
        told = ", ".join(sorted(comparison.agreed))
        sys.stdout.write(f"\nSame bytes as the build before: {told}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
