"""How long an approved reply takes to the page: the Pelican that stays, on a site of any size.

`python -m benchmarks.publication [ARTICLES] [PUBLICATIONS]`. A site of 10,000 articles in two
languages with ten messages under each is built once, with the plugins of pelicanconf.py
and its theme. Then a process reads it as the warm child does, one message after another joins or
leaves discussions taken by lot, and the clock is read around

* the article's own page: its document read, rendered, replaced, file and folder fsynced;
* all that the change touches at once: that page, its translation, the pages of lists, comment
  feeds, the latest words;
* what follows when things are quiet: sitemap, outbox, feeds of articles.

Memory is that of the process before and after. `--once` is timed as a process of its own.
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.site_build import NOW, SENTENCE, write_site
from syndication.exchange import Discussion, Speaker, Utterance, discussion_files, replace_file

ARTICLES, PUBLICATIONS, MESSAGES = 10_000, 300, 10
SETTINGS = """
PLUGINS = [*(name for name in PLUGINS if name != "fast_build"), "fast_build"]
PAGINATED_TEMPLATES = {**PAGINATED_TEMPLATES, "period_archives": 24}
"""


def page_of(number: int) -> str:
    """The URL path of an article of the site."""
    return f"/es/article-{number}/" if number % 2 else f"/article-{number}/"


def discuss(folder: Path, page: str, count: int) -> None:
    """So many messages stand under a page."""
    messages = tuple(
        Utterance(
            id=f"https://social.example{page}{number}",
            url=f"https://social.example/@lucia{page}{number}",
            author=Speaker(name=f"Lucía {number}", url="https://social.example/@lucia"),
            html=f"<p>{SENTENCE}</p>",
            published=NOW + timedelta(minutes=number),
            network="mastodon",
            reply_to=f"https://social.example{page}{number - 1}" if number % 3 else None,
        )
        for number in range(count)
    )
    for name, data in discussion_files(Discussion(page=page, messages=messages)).items():
        replace_file(folder / name, data)


def timed(action: Callable[[], Any]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def publish(folder: Path, articles: int, publications: int) -> dict[str, list[float]]:
    """Times in milliseconds by what was written."""
    from pelican.plugins.fast_build.run import exchanged
    from pelican.plugins.fast_build.warm.speaking import _publisher

    os.chdir(folder)
    with exchanged():
        return _timed_publications(_publisher, folder, articles, publications)


def _timed_publications(
    read: Callable[[list[str]], Any], folder: Path, articles: int, publications: int
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"the site, read": []}
    began = time.perf_counter()
    publisher = read([])
    times["the site, read"].append((time.perf_counter() - began) * 1000)
    own = {page.content: page for page in publisher.loaded.pages.values() if page.content}
    dice = random.Random(1)
    before = _memory()
    alone, touched = times.setdefault("the article's page", []), times.setdefault("all touched", [])
    for turn in range(publications):
        path = page_of(dice.randrange(articles))
        page = own[publisher.loaded.contents[path]]
        discuss(folder / "discussion", path, MESSAGES + 1 + turn % 2)
        alone.append(timed(lambda page=page: page.write(publisher.loaded.writer)))  # type: ignore[misc]
        discuss(folder / "discussion", path, MESSAGES + 3 + turn % 2)
        touched.append(timed(lambda path=path: publisher.publish([path])))  # type: ignore[misc]
    times["what follows"] = [timed(publisher.settle)]
    times["memory grew (MB)"] = [_memory() - before]
    return times


def once(folder: Path) -> float:
    """Milliseconds for one page in a process of its own."""
    discuss(folder / "discussion", page_of(2), MESSAGES + 9)
    command = [sys.executable, "-m", "pelican.plugins.fast_build.warm", "--once", page_of(2)]
    return timed(lambda: subprocess.run(command, cwd=folder, check=True, capture_output=True))


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(articles: int, times: dict[str, list[float]]) -> None:
    """Print a line for each."""
    say = sys.stdout.write
    say(f"{articles} articles, {articles * MESSAGES} messages, ms\n")
    for what, values in times.items():
        ordered = sorted(values)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        say(
            f"  {what:22} p50 {statistics.median(ordered):9.2f}   p99 {p99:9.2f}"
            f"   best {ordered[0]:9.2f}   of {len(ordered)}\n"
        )
    sys.stdout.flush()


def main() -> int:
    """Make the site, build it, publish."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    articles, publications = (*numbers, *(ARTICLES, PUBLICATIONS)[len(numbers) :])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_site(folder, articles)
        with (folder / "pelicanconf.py").open("a", encoding="utf-8") as file:
            file.write(SETTINGS)
        for number in range(articles):
            discuss(folder / "discussion", page_of(number), MESSAGES)
        subprocess.run(
            [sys.executable, "-m", "pelican"], cwd=folder, check=True, capture_output=True
        )
        times = publish(folder, articles, publications)
        times["--once"] = [once(folder)]
        report(articles, times)
        os.chdir("/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
