"""From a decision to the page on disk, by the Pelican that stays (`fast_build.warm`).

`python -m benchmarks publication [ARTICLES…] [--publications=N] [--site=FOLDER]`. A site of each
size with ten messages under each article is written and built, with all the plugins of
pelicanconf.py and its theme; `--site` keeps it in FOLDER/ARTICLES and takes it from there the next
time. Then a process reads it as the warm child does, one message after another joins or leaves
discussions taken by lot, and the clock is read from when the child is told to when

* the article's own page is on the disk, its file and its folder fsynced;
* all that the change touches is: its translation, the pages of lists, comment feeds, the latest
  words;
* what follows when things are quiet is: sitemap, outbox, feeds of articles.

A page that the child never wrote is shown apart from those that it writes again, whose other
messages it has in memory; so a small site and a large one are compared in the same work. Before
the first one it looks at lists ahead, as a child does that nobody asks for some seconds. Memory is
what the process holds of its own after a tenth, a half, and all of the publications. `--once` is
timed as a process of its own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks._builds import machine
from benchmarks._child import (
    AGAIN,
    FIRST,
    MEMORY,
    PAGE,
    TOUCHED,
    Times,
    page_of,
    publish,
    say,
    visits,
)
from benchmarks.site_build import NOW, SENTENCE, write_site
from syndication.exchange import (
    Discussion,
    Site,
    Speaker,
    Utterance,
    discussion_files,
    replace_file,
    site_bytes,
)

ARTICLES, PUBLICATIONS, MESSAGES = (100, 10_000), 300, 10
SETTINGS = """
PLUGINS = [*(name for name in PLUGINS if name != "fast_build"), "fast_build"]
PAGINATED_TEMPLATES = {**PAGINATED_TEMPLATES, "period_archives": 24}
"""


def message(page: str, number: int) -> Utterance:
    """The words that one person leaves under a page."""
    return Utterance(
        id=f"https://social.example{page}{number}",
        url=f"https://social.example/@lucia{page}{number}",
        author=Speaker(name=f"Lucía {number}", url="https://social.example/@lucia"),
        html=f"<p>{SENTENCE}</p>",
        published=NOW + timedelta(minutes=number),
        network="mastodon",
        reply_to=f"https://social.example{page}{number - 1}" if number % 3 else None,
    )


def discuss(folder: Path, page: str, count: int) -> None:
    """So many messages stand under a page, and the last one is the latest word of the site."""
    messages = tuple(message(page, number) for number in range(count))
    for name, data in discussion_files(Discussion(page=page, messages=messages)).items():
        replace_file(folder / name, data)
    replace_file(folder / "site.json", site_bytes(Site(latest=((page, messages[-1]),))))


def make_site(folder: Path, articles: int) -> None:
    """Write a site and build it."""
    say(f"{articles} articles: writing")
    write_site(folder, articles)
    with (folder / "pelicanconf.py").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    for number in range(articles):
        discuss(folder / "discussion", page_of(number), MESSAGES)
    say(", building\n")
    build(folder)


def build(folder: Path) -> None:
    """A whole build: the child writes no site that was changed since."""
    subprocess.run([sys.executable, "-m", "pelican", "-q"], cwd=folder, check=True)


def measure(folder: Path, articles: int, publications: int) -> Times:
    """Publish, in this process, one message more or less each time."""

    def more_or_less(path: str, visit: int) -> None:
        discuss(folder / "discussion", path, MESSAGES + visit % 2)

    return publish(folder, articles, publications, more_or_less)


def once(folder: Path) -> list[float]:
    """Milliseconds for one page in a process of its own, several times."""
    times = []
    for number in range(5):
        discuss(folder / "discussion", page_of(2), MESSAGES + 5 + number)
        command = [sys.executable, "-m", "pelican.plugins.fast_build.warm", "--once", page_of(2)]
        began = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        times.append((time.perf_counter() - began) * 1000)
    return times


def measured(folder: Path, articles: int, publications: int) -> Times:
    """All figures of one site, each in a process that has seen no other one."""
    if (folder / "output").is_dir():
        for path in visits(articles, publications)[0]:  # as the last measurement found them
            discuss(folder / "discussion", path, MESSAGES)
        build(folder)
    else:
        make_site(folder, articles)
    command = [sys.executable, "-m", "benchmarks.publication", str(articles)]
    command += [f"--publications={publications}", f"--measure={folder}"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    times: Times = json.loads(done.stdout)
    return times | {"--once": once(folder)}


def report(articles: int, times: Times) -> None:
    """Print a line for each."""
    out = sys.stdout.write
    out(f"{articles} articles, {articles * MESSAGES} messages, ms\n")
    for what, values in times.items():
        if what == MEMORY:
            held = ", ".join(f"{value:.1f}" for value in values)
            out(f"  {what:26} {held} after 10, 50, 100 % of the publications\n")
            continue
        ordered = sorted(values)
        out(
            f"  {what:26} p50 {statistics.median(ordered):9.2f}   p99 {_p99(ordered):9.2f}"
            f"   best {ordered[0]:9.2f}   of {len(ordered)}\n"
        )
    sys.stdout.flush()


def _p99(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def compare(small: Times, large: Times) -> None:
    """Print by how much the larger site is slower."""
    for what in (f"{kind}, {visit}" for kind in (PAGE, TOUCHED) for visit in (FIRST, AGAIN)):
        medians = statistics.median(large[what]) / statistics.median(small[what])
        slowest = _p99(sorted(large[what])) / _p99(sorted(small[what]))
        sys.stdout.write(f"  {what:26} ratio of p50 {medians:.2f}, of p99 {slowest:.2f}\n")


def main() -> int:
    """Make the sites, publish, report."""
    parser = argparse.ArgumentParser(description="The Pelican that stays, timed")
    parser.add_argument("articles", type=int, nargs="*")
    parser.add_argument("--publications", type=int, default=PUBLICATIONS)
    parser.add_argument("--site", type=Path, help="where the sites are kept")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        times = measure(given.measure, given.articles[0], given.publications)
        sys.stdout.write(json.dumps(times))
        return 0
    sizes = given.articles or list(ARTICLES)
    sys.stdout.write(f"{machine()}\n")
    with tempfile.TemporaryDirectory() as name:
        found = []
        for articles in sizes:
            folder = (given.site or Path(name)).absolute() / str(articles)
            folder.mkdir(parents=True, exist_ok=True)
            found.append(measured(folder, articles, given.publications))
            report(articles, found[-1])
        if len(found) > 1:
            compare(found[0], found[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
