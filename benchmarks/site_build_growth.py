"""Whether a site's articles cost more the more there are: seconds an article at growing sizes.

`python -m benchmarks.site_build_growth [ARTICLES…] [--quick]`. The site is that of `site_build`
with all plugins, fast_build among them, at 1,000, 10,000 and 50,000 articles. No cards are drawn
for articles without a picture (PREVIEWS = False): that is done once in an article's life, and
takes longer than all the rest. What else is made once and kept (pictures, the search index) is made
by a build before. What a size costs is the best of as many builds as its number of articles allows
(five, one, one). The table is Markdown; its last column is the seconds an article in times of those
at the first size. 50,000 articles take 4 GB of the disk.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks._builds import Cost, build_fast, machine, tell
from benchmarks._kept import CACHE, PICTURES, forget
from benchmarks.site_build import write_site

SIZES = (1_000, 10_000, 50_000)
ROOM = 10_000  # articles that may be built to find the best of several builds


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What a site of a size costs."""

    articles: int
    clean: Cost
    unchanged: Cost


def grow(folder: Path, sizes: tuple[int, ...]) -> Iterator[Size]:
    """Measure one size after another; pictures made for one are there for the next."""
    pictures = folder / PICTURES
    for articles in sizes:
        site = folder / str(articles)
        site.mkdir()
        write_site(site, articles)
        (site / CACHE).mkdir(parents=True)
        if pictures.exists():
            pictures.rename(site / CACHE / PICTURES)
        tell(f"{articles} articles: what is made once")
        build_fast(site, PREVIEWS=False)
        times = max(1, min(5, ROOM // articles))
        clean = min((_clean(site) for _ in range(times)), key=_clock)
        tell(f"{articles} articles, clean: {clean.clock:.2f} s, best of {times}")
        unchanged = min((build_fast(site, PREVIEWS=False) for _ in range(times)), key=_clock)
        tell(f"{articles} articles, nothing changed: {unchanged.clock:.2f} s, best of {times}")
        yield Size(articles=articles, clean=clean, unchanged=unchanged)
        (site / CACHE / PICTURES).rename(pictures)
        shutil.rmtree(site)


def _clean(site: Path) -> Cost:
    forget(site)
    return build_fast(site, PREVIEWS=False)


def _clock(cost: Cost) -> float:
    return cost.clock


def report(sizes: list[Size]) -> Iterator[str]:
    """A Markdown row a size and kind."""
    yield "| articles | build | seconds | ms an article | peak, PSS | growth |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for kind in ("clean", "unchanged"):
        first: Cost = getattr(sizes[0], kind)
        for size in sizes:
            own: Cost = getattr(size, kind)
            each, at_first = own.clock / size.articles, first.clock / sizes[0].articles
            yield (
                f"| {size.articles} | {kind} | {own.clock:.2f} | {each * 1000:.2f}"
                f" | {own.memory / 1e6:.0f} MB | {each / at_first:.2f} |"
            )


def main() -> int:
    """Measure each size and print the table."""
    named = tuple(int(argument) for argument in sys.argv[1:] if argument.isdecimal())
    sizes = named or ((100, 400) if "--quick" in sys.argv else SIZES)
    began_on = machine()
    with tempfile.TemporaryDirectory() as name:
        measured = list(grow(Path(name), sizes))
    sys.stdout.write(f"{began_on}.\n\n")
    sys.stdout.writelines(f"{line}\n" for line in report(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
