"""Deploy: carry what was written to where it is served, by a command of the site's own.

The command gets the names of files on its standard input, one a line, below the output folder:
written ones and removed ones alike, so that it looks itself which are there; after a whole build
the one line `./`. That is what ``rsync --files-from=- --delete-missing-args`` reads. What could
not be carried stays due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from syndication.steps import command
from syndication.steps.site import Site
from syndication.store import Transaction, events, marks

log = logging.getLogger("tertulia")

WHOLE = "./"
RETRY_AFTER = timedelta(minutes=1)
LIMIT = timedelta(hours=1)


def deploy_due(tx: Transaction, line: str, *, files: Iterable[str], pages: Iterable[str]) -> None:
    """These files are to be carried; `pages`: URL paths whose words they hold.

    `line`: the command; without one there is nothing to note.
    """
    files = list(files)
    if not line or not files:
        return
    mark = marks.get(tx, marks.DEPLOY_DUE) or {"files": [], "pages": [], "again": None}
    mark["files"] = [*mark["files"], *files]
    mark["pages"] = [*mark["pages"], *pages]
    marks.put(tx, marks.DEPLOY_DUE, mark)


def deploy(
    site: Site,
    line: str,
    directory: Path,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> bool:
    """Run the command `line` if anything waits for it; True when that went well."""
    with site.store.read() as tx:
        mark = marks.get(tx, marks.DEPLOY_DUE)
    if not mark or not line:
        return False
    latest = site.clock() + RETRY_AFTER  # what waits longer was planned by a clock that ran ahead
    if mark["again"] and site.clock() < datetime.fromisoformat(mark["again"]) <= latest:
        return False
    names = [WHOLE] if WHOLE in mark["files"] else list(dict.fromkeys(mark["files"]))
    problem = command.run(
        line,
        cannot_start="[site] deploy: %s",
        directory=directory,
        limit=LIMIT,
        stopping=stopping,
        told="".join(f"{name}\n" for name in names).encode(),
    )
    if problem is not None and stopping():
        return False
    with site.store.write() as tx:
        before = marks.get(tx, marks.DEPLOY_FAILED)
        if problem is None:
            marks.drop(tx, marks.DEPLOY_FAILED)
            _carried(site, tx, mark)
        else:
            marks.put(tx, marks.DEPLOY_FAILED, problem)
            renewed = marks.get(tx, marks.DEPLOY_DUE)
            again = (site.clock() + RETRY_AFTER).isoformat()
            marks.put(tx, marks.DEPLOY_DUE, {**renewed, "again": again})
    if problem is not None:
        level = logging.DEBUG if problem == before else logging.ERROR
        log.log(level, "what was written was not deployed, it is tried again: %s", problem)
    return problem is None


def _carried(site: Site, tx: Transaction, mark: dict[str, list[str]]) -> None:
    """What `mark` named is there; what was added meanwhile is due."""
    renewed = marks.get(tx, marks.DEPLOY_DUE)
    files = renewed["files"][len(mark["files"]) :]
    pages = renewed["pages"][len(mark["pages"]) :]
    if files:
        marks.put(tx, marks.DEPLOY_DUE, {"files": files, "pages": pages, "again": None})
    else:
        marks.drop(tx, marks.DEPLOY_DUE)
    subjects = (f"page:{page}" for page in dict.fromkeys(mark["pages"]) if page)
    events.record(tx, "deployed", subjects, now=site.clock())
