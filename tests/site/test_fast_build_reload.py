"""`pelican --autoreload`: one process builds again and again, with twins and without rendering what
stands; each time the site is what a process of its own makes of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.test_fast_build_same import one_order, tree
from tests.site.warm_site import WarmSite

__all__ = ["one_order"]

# Pelican's own loop; instead of waiting for a change it makes the next one.
LOOP = """
import json, os, pathlib, shutil, sys
import pelican
from pelican.plugins.fast_build.twin.company import Company

twins, fork = [], Company._fork
Company._fork = lambda company, position: (twins.append(position), fork(company, position))
changes = enumerate([*json.loads(sys.argv[1]), None])

def left_over():
    try:
        return os.waitpid(-1, os.WNOHANG) is not None
    except ChildProcessError:
        return False

def change(*_):
    number, told = next(changes)
    shutil.copytree("output", f"seen-{number}")
    print(json.dumps([bool(twins), left_over()]), file=sys.stderr)
    twins.clear()
    if told is None:
        raise KeyboardInterrupt
    path = pathlib.Path(told[0]).absolute()
    path.write_text(told[1])
    return {(1, str(path))}

pelican.wait_for_changes = change
pelican.main(["--autoreload"])
"""
SETTINGS = "FAST_BUILD_PROCESSES = 2\nFAST_BUILD_SKIP = True\nDEFAULT_PAGINATION = 20\n"
DOCUMENT = "discussion/pages/brakes/index.json"


@pytest.fixture
def site(tmp_path: Path) -> WarmSite:
    """So large that a twin pays."""
    site = WarmSite(tmp_path / "site")
    for number in range(70):
        site.article(f"old{number}", f"old-{number}", "en", number % 10)
    settings = site.folder / "pelicanconf.py"
    settings.write_text(f"{settings.read_text()}{SETTINGS}")
    return site


@pytest.fixture
def changes(site: WarmSite) -> list[tuple[str, str]]:
    """(file, what it says then) of one change after another."""
    texts = {
        name: (site.folder / name).read_text()
        for name in ("content/articles/old7.md", "pelicanconf.py", DOCUMENT)
    }
    return [
        ("content/articles/old7.md", f"{texts['content/articles/old7.md']}\nMore.\n"),
        (DOCUMENT, texts[DOCUMENT].replace("words 1", "other words")),
        ("pelicanconf.py", f'{texts["pelicanconf.py"]}SITENAME = "Another"\n'),
        ("content/articles/old8.md", texts["content/articles/old7.md"].replace("old-7", "new")),
    ]


def test_each_build_of_one_process_is_what_a_process_of_its_own_makes(
    site: WarmSite, changes: list[tuple[str, str]]
) -> None:
    shutil.copytree(site.folder, site.folder.with_name("apart"))
    done = subprocess.run(
        [sys.executable, "-c", LOOP, json.dumps(changes)],
        cwd=site.folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[")]
    assert len(told) == 1 + len(changes), done.stdout + done.stderr
    assert told[0] == [True, False], "the first build has a twin"
    assert not any(left_over for _, left_over in told)
    site.folder, seen = site.folder.with_name("apart"), site.folder
    for number, change in enumerate([None, *changes]):
        if change:
            site.write(*change)
        site.build_anew(f"fresh-{number}")
        assert tree(seen / f"seen-{number}") == tree(site.folder / f"fresh-{number}")
