"""How long an approved reply takes to the page: the Pelican that stays, on a site of any size.

`python -m benchmarks publication [ARTICLES…] [--publications=N] [--site=FOLDER]`. For each
number of articles (100 and 10,000) a site in two languages with ten messages under each article is
built, with the plugins of pelicanconf.py and its theme; `--site` keeps it in FOLDER/ARTICLES
and takes it from there the next time. Then a process reads it as the warm child does, one message
after another joins or leaves discussions taken by lot, and the clock is read from when the child is
told to when

* the article's own page is on the disk, its file and its folder fsynced;
* all that the change touches is: its translation, the pages of lists, comment feeds, the latest
  words;
* what follows when things are quiet is: sitemap, outbox, feeds of articles.

Memory is what the process holds of its own after a tenth of the publications, and what it has
grown by since. `--once` is timed as a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from blinker import signal

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
Times = dict[str, list[float]]
say = sys.stderr.write


def page_of(number: int) -> str:
    """The URL path of an article of the site."""
    return f"/es/article-{number}/" if number % 2 else f"/article-{number}/"


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


def publish(folder: Path, articles: int, publications: int) -> Times:
    """Times in milliseconds by what was written."""
    from pelican.plugins.fast_build.run import exchanged
    from pelican.plugins.fast_build.warm.speaking import publisher_of

    os.chdir(folder)
    began = time.perf_counter()
    with exchanged():
        publisher = publisher_of(["-q"])
        times: Times = {"the site, read": [(time.perf_counter() - began) * 1000]}
        return times | _timed(publisher, folder, articles, publications)


def _timed(publisher: Any, folder: Path, articles: int, publications: int) -> Times:
    own = {page.content: page.name for page in publisher.loaded.pages.values() if page.content}
    dice = random.Random(1)
    page, touched, what, held = [], [], [], 0.0
    for turn in range(publications):
        path = page_of(dice.randrange(articles))
        name = own[publisher.loaded.contents[path]]
        discuss(folder / "discussion", path, MESSAGES + 1 + turn % 2)
        with _watched(Path(publisher.loaded.writer.output_path, name)) as seen:
            began = time.perf_counter()
            change = publisher.publish([path])
            touched.append((time.perf_counter() - began) * 1000)
        page.append((seen[0] - began) * 1000)
        what.append(float(len(change.written)))
        publisher.rest()
        held = _memory() if turn == publications // 10 else held
        if turn % 100 == 99:
            say(f"\r{turn + 1} of {publications}")
    say("\r")
    memory = _memory()
    began = time.perf_counter()
    publisher.settle()
    settled = (time.perf_counter() - began) * 1000
    return {
        "the article's page": page,
        "all that is touched": touched,
        "files": what,
        "what follows": [settled],
        "memory held, MB": [memory],
        "memory grown, MB": [memory - held],
        "peak of memory, MB": [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024],
    }


@contextmanager
def _watched(path: Path) -> Iterator[list[float]]:
    """When the file is on the disk, new."""
    seen: list[float] = []

    def see(confirmed: str) -> None:
        if Path(confirmed) == path:
            seen.append(time.perf_counter())

    with signal("output_confirmed").connected_to(see):
        yield seen


def _memory() -> float:
    """Of this process alone, MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


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
        ordered = sorted(values)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        out(
            f"  {what:22} p50 {statistics.median(ordered):9.2f}   p99 {p99:9.2f}"
            f"   best {ordered[0]:9.2f}   of {len(ordered)}\n"
        )
    sys.stdout.flush()


def compare(small: Times, large: Times) -> None:
    """Print by how much the larger site is slower."""
    for what in ("the article's page", "all that is touched"):
        ratio = statistics.median(large[what]) / statistics.median(small[what])
        sys.stdout.write(f"  {what:22} ratio of the medians {ratio:.2f}\n")


def main() -> int:
    """Make the sites, publish, report."""
    parser = argparse.ArgumentParser(description="The Pelican that stays, timed")
    parser.add_argument("articles", type=int, nargs="*")
    parser.add_argument("--publications", type=int, default=PUBLICATIONS)
    parser.add_argument("--site", type=Path, help="where the sites are kept")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        times = publish(given.measure, given.articles[0], given.publications)
        sys.stdout.write(json.dumps(times))
        return 0
    sizes = given.articles or list(ARTICLES)
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
