"""What plugins work out without a page may be worked out elsewhere, and is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pelican.plugins.fast_build.twin.fitness import CONTENTS

from tests.servers.pelican import minimal_site, pelican
from tests.site.test_fast_build_same import FAST, assert_same, build, one_order, tree

__all__ = ["one_order"]

PAGES = CONTENTS + 6
# Three answers, and whether another process worked them out.
CONF = """
import logging, os, random, signal, time
from pelican.plugins import signals
from syndication.errands import errand

FAST_BUILD_PROCESSES = 2
CACHE_PATH = "cache"
main = os.getpid()
pelicans, fetch = [], []

def is_elsewhere():
    return os.getpid() != main

def work():
    for number in range(3):
        WORK
        yield number, is_elsewhere()

def begin(pelican):
    pelicans.append(pelican)

def offer(generators, **more):
    fetch[:] = [errand(pelicans[-1], work, patience=PATIENCE)]

def end(pelican):
    with open("answers.json", "w") as file:
        json = __import__("json")
        json.dump([list(answer) for answer in fetch[0]()], file)

signals.initialized.connect(begin)
signals.all_generators_finalized.connect(offer)
signals.finalized.connect(end)
LISTENING = begin, offer, end
"""


def site_with(folder: Path, work: str = "pass", *, patience: float = 600.0) -> Path:
    """A site of enough articles, with an errand that does the statement `work` thrice."""
    conf = CONF.replace("WORK", work).replace("PATIENCE", str(patience), 1)
    return minimal_site(folder, conf, articles=PAGES)


def answers(site: Path) -> list[int]:
    return [number for number, _ in json.loads((site / "answers.json").read_text())]


def is_done_elsewhere(site: Path) -> bool:
    (where,) = {where for _, where in json.loads((site / "answers.json").read_text())}
    return bool(where)


def test_an_errand_is_done_by_another_process(tmp_path: Path):
    site = site_with(tmp_path)
    assert_same(site)
    assert answers(site) == [0, 1, 2]
    assert is_done_elsewhere(site)


def test_an_errand_that_is_offered_while_pages_are_written_is_done_by_another_process(
    tmp_path: Path,
):
    site = site_with(tmp_path)
    conf = (site / "pelicanconf.py").read_text()
    later = conf.replace("all_generators_finalized", "page_writer_finalized")
    (site / "pelicanconf.py").write_text(later)
    assert_same(site)
    assert is_done_elsewhere(site)


def test_without_anybody_who_takes_errands_the_work_is_done_in_its_place(tmp_path: Path):
    site = site_with(tmp_path)
    build(site, "bare")
    assert answers(site) == [0, 1, 2]
    assert not is_done_elsewhere(site)


def test_a_build_of_one_process_does_its_errands_itself(tmp_path: Path):
    site = site_with(tmp_path)
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write("FAST_BUILD_PROCESSES = 1\n")
    build(site, "fast", FAST)
    assert answers(site) == [0, 1, 2]
    assert not is_done_elsewhere(site)


def test_where_pages_move_files_the_work_is_done_after_them(tmp_path: Path):
    site = site_with(tmp_path)
    article = site / "content" / "40.md"
    article.write_text(f"Save_as: special/40.html\n{article.read_text()}\n![A]({{attach}}a.png)\n")
    (site / "content" / "a.png").write_bytes(b"a picture")
    build(site, "fast", FAST)
    assert not is_done_elsewhere(site)


def test_a_small_site_does_its_errands_itself(tmp_path: Path):
    site = site_with(tmp_path)
    for number in range(CONTENTS, PAGES + 1):
        (site / "content" / f"{number}.md").unlink()
    build(site, "fast", FAST)
    assert not is_done_elsewhere(site)


EFFECTS = {
    "writes a file": 'open("calls.txt", "a").write(f"{number}\\n")',
    "runs a program": 'os.system("echo x >> calls.txt")',
    "prints": "print('at', number)",
    "logs": 'logging.getLogger("errand").warning("at %s", number)',
    "draws by chance": "random.random() < 2 and print('at', number, random.random())",
}


@pytest.mark.parametrize("work", EFFECTS.values(), ids=EFFECTS)
def test_an_errand_that_does_anything_else_is_done_once_in_its_place(tmp_path: Path, work: str):
    site = site_with(tmp_path, work)
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write("random.seed(7)\n")
    said = [line for line in build(site, "bare") if " at " in f" {line} "]
    calls = tree(site).get("calls.txt")
    (site / "calls.txt").unlink(missing_ok=True)
    told = [line for line in build(site, "fast", FAST) if " at " in f" {line} "]
    assert said or calls
    assert told == said
    assert tree(site).get("calls.txt") == calls
    assert answers(site) == [0, 1, 2]
    assert not is_done_elsewhere(site)


FAULTS = {
    "is killed": "number and is_elsewhere() and signal.raise_signal(9)",
    "is told to go": "number and is_elsewhere() and signal.raise_signal(15)",
    "leaves": "number and is_elsewhere() and os._exit(1)",
    "fails": "number and is_elsewhere() and 1 / 0",
    "hangs": "number and is_elsewhere() and time.sleep(600)",
    "will not go": "is_elsewhere() and [signal.signal(15, signal.SIG_IGN), time.sleep(600)]",
    "answers nothing that could be sent": "is_elsewhere() and (yield lambda: number)",
}


@pytest.mark.parametrize("work", FAULTS.values(), ids=FAULTS)
def test_an_errand_that_does_not_end_well_costs_nothing_but_time(tmp_path: Path, work: str):
    site = site_with(tmp_path, work, patience=1.0)
    build(site, "fast", FAST)
    assert answers(site) == [0, 1, 2]
    assert not is_done_elsewhere(site)


def test_nobody_waits_for_an_errand_that_is_not_fetched(tmp_path: Path):
    site = site_with(tmp_path, "is_elsewhere() and time.sleep(600)")
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write("signals.finalized.disconnect(end)\n")
    build(site, "fast", FAST)
    assert not (site / "answers.json").exists()


def test_a_build_that_is_killed_takes_its_errands_along(tmp_path: Path):
    site = site_with(tmp_path, "is_elsewhere() and time.sleep(600)")
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write("end.__code__ = (lambda pelican: os.kill(main, 9)).__code__\n")
    done = pelican(site, "-e", f'PLUGINS=["{FAST}"]')  # until nobody holds its output
    assert done.returncode == -9
